/** What is missing before anything breaks: tonight's silence on top, said in words. */
import { Link } from '@tanstack/react-router';
import type { Readiness as Ready } from '../api/oncall.ts';
import { count, list } from '../words/count.ts';
import { concernsPeople, type Missing, missingOf } from './missing.ts';

const NAMED_MAX = 6;

export function Readiness({ readiness: { reachNobody, advice, items } }: { readiness: Ready }) {
  const silent = items.filter(({ gaps }) => gaps.some((gap) => gap.serious));
  // Of a service that would reach nobody its row says who is missing; what it is not prepared for stands below, with the others.
  const other = missingOf(
    items.map((each) =>
      silent.includes(each) ? { ...each, gaps: each.gaps.filter((gap) => !ofPeople(gap)) } : each,
    ),
  );
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
                <span className="quiet">{wordsOf(gaps.filter(ofPeople), false)}</span>
              </span>
            </li>
          ))}
        </ul>
      ) : null}
      {other.length ? <Others gaps={other} /> : null}
    </section>
  );
}

function ofPeople(gap: Ready['items'][number]['gaps'][number]): boolean {
  return gap.serious || concernsPeople(gap);
}

function wordsOf(gaps: Ready['items'][number]['gaps'], serious: boolean): string {
  return gaps
    .filter((gap) => gap.serious === serious)
    .map((gap) => gap.text)
    .join(' ');
}

/** The same gap of one person is said once, with the services that it concerns: who is reached first, what is at hand after. */
function Others({ gaps }: { gaps: Missing[] }) {
  const people = gaps.filter(concernsPeople);
  const prepared = gaps.filter((each) => !concernsPeople(each));
  return (
    <>
      {people.length ? <Gaps title="Missing for the next night" gaps={people} /> : null}
      {prepared.length ? <Gaps title="Not prepared for a repair" gaps={prepared} /> : null}
    </>
  );
}

function Gaps({ title, gaps }: { title: string; gaps: Missing[] }) {
  return (
    <section className="section">
      <h2 className="label">{title}</h2>
      <ul className="rows">
        {gaps.map(({ text, personId, services }) => (
          <li key={text} className="record">
            <span>{personId ? <Link to={`/directory/people/${personId}` as '/'}>{text}</Link> : text}</span>
            <Names of={services} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** All of them are there; many are one line until somebody opens it. */
function Names({ of: services }: { of: string[] }) {
  if (services.length <= NAMED_MAX) return <span className="small quiet">{list(services, NAMED_MAX)}</span>;
  return (
    <details className="folded small">
      <summary>
        <span className="small">{list(services, NAMED_MAX)}</span>
      </summary>
      <p className="small quiet">{list(services, services.length)}</p>
    </details>
  );
}
