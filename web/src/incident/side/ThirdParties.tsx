/** What the affected services stand on and we cannot repair: how each is, as of when. Absence is evidence only while somebody listens. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { IncidentView } from '#incident/view.ts';
import { Time } from '../../pieces/Time.tsx';
import { type ThirdParty, thirdPartiesQuery } from '../../providers/provider.ts';
import { StateMark } from '../../providers/StateMark.tsx';
import '../../providers/providers.css';

export function ThirdParties({ incident }: { incident: IncidentView }) {
  const found = useQuery(thirdPartiesQuery(incident.id));
  // Until the answer is there, at least the names are.
  const parties: (ThirdParty | IncidentView['thirdParties'][number])[] =
    found.data?.items ?? incident.thirdParties;
  if (parties.length === 0) return null;
  return (
    <section className="section">
      <h2 className="label">Providers</h2>
      <ul className="rows">
        {parties.map((party) => (
          <li className="row" key={party.id}>
            <Link to={`/providers/${party.id}` as '/'}>{party.name}</Link>
            {'state' in party ? <State party={party} /> : <span className="quiet">…</span>}
          </li>
        ))}
      </ul>
      {found.isError && !found.data ? (
        <p className="small red">How they are could not be read. It is tried again.</p>
      ) : null}
    </section>
  );
}

function State({ party }: { party: ThirdParty }) {
  return (
    <span className="third-party-state">
      <StateMark of={party} />
      <span className="small quiet">
        <br />
        {party.asOf ? (
          <>
            as of <Time at={party.asOf} />
          </>
        ) : null}
        {party.asOf && party.statusUrl ? ' · ' : null}
        {party.statusUrl ? (
          <a href={party.incidents[0]?.url ?? party.statusUrl} target="_blank" rel="noreferrer">
            their page
          </a>
        ) : null}
      </span>
    </span>
  );
}
