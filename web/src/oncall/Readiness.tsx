/** What is missing before anything breaks: tonight's silence on top, said in words. */
import { Link } from '@tanstack/react-router';
import type { Readiness as Ready } from '../api/oncall.ts';
import { count, list } from '../words/count.ts';
import { type Missing, missingOf } from './missing.ts';

export function Readiness({ readiness: { reachNobody, advice, items } }: { readiness: Ready }) {
  const silent = items.filter(({ gaps }) => gaps.some((gap) => gap.serious));
  const other = missingOf(items.filter((each) => !silent.includes(each)));
  return (
    <section>
      <p className={reachNobody ? 'notice bad' : 'notice good'} role="status">
        {reachNobody
          ? `Tonight ${count(reachNobody, 'service')} would reach nobody.`
          : items.length
            ? 'Every service would reach somebody tonight. Some things are still missing.'
            : 'Every service would reach somebody tonight.'}
      </p>
      {advice.map((each) => (
        <p key={each} className="small amber" style={{ marginTop: 8 }}>
          {each}
        </p>
      ))}
      {silent.length ? (
        <ul className="rows" aria-label="Services that would reach nobody" style={{ marginTop: 8 }}>
          {silent.map(({ serviceId, serviceName, gaps }) => (
            <li key={serviceId} className="record">
              <Link to={`/directory/services/${serviceId}` as '/'} className="record-title">
                {serviceName}
              </Link>
              <span className="small">
                <span className="red">{wordsOf(gaps, true)}</span>{' '}
                <span className="quiet">{wordsOf(gaps, false)}</span>
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      {other.length ? <Others gaps={other} /> : null}
    </section>
  );
}

function wordsOf(gaps: Ready['items'][number]['gaps'], serious: boolean): string {
  return gaps
    .filter((gap) => gap.serious === serious)
    .map((gap) => gap.text)
    .join(' ');
}

/** The same gap of one person is said once, with the services that it concerns. */
function Others({ gaps }: { gaps: Missing[] }) {
  return (
    <section className="section">
      <h2 className="label">Missing for the next night</h2>
      <ul className="rows">
        {gaps.map(({ text, personId, services }) => (
          <li key={text} className="record">
            <span>{personId ? <Link to={`/directory/people/${personId}` as '/'}>{text}</Link> : text}</span>
            <span className="small quiet">{list(services, 6)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
