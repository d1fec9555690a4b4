/** It was known: actions of earlier incidents of this kind that were open when it happened again. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { KnownBefore as Known } from '#src/learn/known-before.ts';
import { get } from '../api/http.ts';
import { count } from '../words/count.ts';
import './learn.css';

type Answer = { items: Known[]; ended: { text: string; state: 'done' | 'dropped' }[] };

export const knownQuery = (incidentId: string) =>
  queryOptions({
    queryKey: ['action_items', 'known', incidentId],
    queryFn: ({ signal }) => get<Answer>(`/incidents/${incidentId}/known-before`, {}, signal),
    staleTime: 5 * 60_000,
  });

export function KnownBefore({ incidentId }: { incidentId: string }) {
  const known = useQuery(knownQuery(incidentId)).data?.items ?? [];
  if (known.length === 0) return null;
  return (
    <section className="known-before" aria-label="Known before">
      <p className="strong">This was known before it happened.</p>
      <ul>
        {known.map((each) => (
          <li key={each.actionItemId}>
            “{each.text}”,{' '}
            {each.daysLate > 0 ? (
              <span className="red">{count(each.daysLate, 'day')} overdue</span>
            ) : (
              <>
                open, due <span className="unbroken">{each.dueOn}</span>
              </>
            )}
            , agreed after{' '}
            {each.postmortemId ? (
              <Link to={`/postmortems/${each.postmortemId}` as '/'} className="unbroken">
                INC-{each.incidentNumber}
              </Link>
            ) : (
              `INC-${each.incidentNumber}`
            )}
            <span className="quiet small">
              {' '}
              · {each.because}
              {each.state === 'open' ? '' : ` · ${each.state} since`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
