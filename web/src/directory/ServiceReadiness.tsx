/** What one service is missing before anything breaks, in words. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { readinessQuery } from '../api/oncall.ts';

const PLACES: Record<string, { to: string; words: string }> = {
  no_playbook: { to: '/playbooks/new', words: 'Write one' },
  no_change_feed: { to: '/changes/coverage', words: 'What we would hear of' },
};

export function ServiceReadiness({ serviceId }: { serviceId: string }) {
  const readiness = useQuery(readinessQuery).data;
  if (!readiness) return null;
  const gaps = readiness.items.find((each) => each.serviceId === serviceId)?.gaps ?? [];
  return (
    <section className="section">
      <h2 className="label">If it broke now</h2>
      {gaps.length ? (
        <ul className="rows" aria-label="What is missing">
          {gaps.map(({ code, text, serious, personId }) => {
            const place = PLACES[code];
            return (
              <li key={`${code}${text}`} className="record">
                <span className={serious ? 'red strong' : ''}>{text}</span>
                {personId ? (
                  <Link className="record-end" to={`/directory/people/${personId}` as '/'}>
                    Look
                  </Link>
                ) : place ? (
                  <Link
                    className="record-end"
                    to={place.to as '/'}
                    search={code === 'no_playbook' ? ({ service: serviceId } as never) : undefined}
                  >
                    {place.words}
                  </Link>
                ) : null}
              </li>
            );
          })}
        </ul>
      ) : (
        <p>
          <span className="green">✓</span> Nothing is missing: people are reached, a playbook and a way back
          are known, and its changes are seen.
        </p>
      )}
    </section>
  );
}
