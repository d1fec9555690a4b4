/** Who would read it, by name and number. */
import type { Readers } from './drafts.ts';

const NAMED_MAX = 6;

export function AudienceChips({ audience }: { audience: Readers }) {
  const clients = audience.clients.filter((each) => each.included);
  const named = clients.slice(0, NAMED_MAX);
  const more = clients.slice(NAMED_MAX);
  return (
    <ul className="chips" aria-label="Who reads it">
      {named.map((client) => (
        <li className="chip" key={client.id}>
          {client.name} <span className="mono small">{client.contacts}</span>
        </li>
      ))}
      {more.length ? <li className="chip">{more.length} more clients</li> : null}
      {audience.internal ? (
        <li className="chip">
          internal <span className="mono small">{audience.internal}</span>
        </li>
      ) : null}
      {audience.publicPage ? <li className="chip">public status page</li> : null}
      {clients.length + audience.internal === 0 && !audience.publicPage ? (
        <li className="quiet">Nobody would read this yet.</li>
      ) : null}
    </ul>
  );
}
