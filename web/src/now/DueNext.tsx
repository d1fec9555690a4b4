/** What is owed by anybody, overdue first: the clocks of all open incidents in one list. */
import { Link } from '@tanstack/react-router';
import type { NowView } from '../api/queries.ts';
import { useSession } from '../api/session.ts';
import { alike } from '../pieces/alike.ts';
import { DueTime } from '../pieces/DueTime.tsx';

const SHOWN_MAX = 10;

export function DueNext({ promises }: { promises: NowView['promises'] }) {
  const me = useSession()?.personId ?? null;
  const lines = alike(promises);
  const shown = lines.slice(0, SHOWN_MAX);
  return (
    <section className="section">
      <h2 className="label">Promises due next</h2>
      {shown.length === 0 ? <p className="nothing">Nothing is owed to anybody.</p> : null}
      <ul className="rows">
        {shown.map((promise) => (
          <li className="row" key={promise.id}>
            <span>
              {promise.name}
              {promise.ownerName ? ` · ${promise.ownerId === me ? 'you' : promise.ownerName}` : ''}{' '}
              <Link to="/incidents/$id" params={{ id: promise.incidentId }} className="small">
                INC-{promise.incidentNumber}
              </Link>
            </span>
            <DueTime at={promise.dueAt} soonFrom={promise.soonFrom} />
          </li>
        ))}
      </ul>
      {lines.length > SHOWN_MAX ? <p className="quiet small">and {lines.length - SHOWN_MAX} more</p> : null}
    </section>
  );
}
