/** Near misses as the server shows them to those who are signed in. */
import { queryOptions } from '@tanstack/react-query';
import type { NearMiss } from '#src/learn/near-misses/near-misses.ts';
import { get } from '../../api/http.ts';

export type { NearMiss };
export type Month = { month: string; reported: number; answered: number };

export const NEAR_MISS_KEYS = [['near_miss'], ['action_items'], ['incidents'], ['now']];

export const nearMissQuery = (id: string) =>
  queryOptions({
    queryKey: ['near_miss', 'one', id],
    queryFn: ({ signal }) => get<NearMiss>(`/near-misses/${id}`, {}, signal),
  });

export const monthsQuery = queryOptions({
  queryKey: ['near_miss', 'months'],
  queryFn: ({ signal }) => get<{ items: Month[] }>('/near-misses/months', {}, signal),
});
