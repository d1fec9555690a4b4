/** What is missing before anything breaks: tonight's silence on top, said in words. */
import { Link } from '@tanstack/react-router';
import type { Readiness as Ready } from '../api/oncall.ts';
import { count } from '../words/count.ts';

export function Readiness({ readiness: { reachNobody, advice, items } }: { readiness: Ready }) {
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
      {items.length ? (
        <ul className="rows" aria-label="What is missing" style={{ marginTop: 8 }}>
          {items.map(({ serviceId, serviceName, gaps }) => (
            <li key={serviceId} className="record">
              <Link to={`/directory/services/${serviceId}` as '/'} className="record-title">
                {serviceName}
              </Link>
              <span className="small">
                {gaps.map((gap) => (
                  <span key={gap.code + gap.text} className={gap.serious ? 'red gap' : 'quiet gap'}>
                    {gap.text}
                  </span>
                ))}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}
