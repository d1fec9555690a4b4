/** Who is on call, what pages are out, and which services would reach nobody. */
import { queryOptions } from '@tanstack/react-query';
import { get, post } from './http.ts';
import type { Page } from './queries.ts';

export type Reachable = { personId: string; name: string; until?: string | null; channels?: number };
export type OnCall = {
  serviceId: string;
  serviceName: string;
  primary: Reachable | null;
  backup: Reachable | null;
};

export const onCallQuery = queryOptions({
  queryKey: ['oncall', 'now'],
  queryFn: ({ signal }) => get<Page<OnCall>>('/oncall/now', {}, signal),
  staleTime: 60_000,
  refetchInterval: 120_000,
});

export type Unready = { serviceId: string; serviceName: string; reachesNobody: boolean; missing: string[] };

export const readinessQuery = queryOptions({
  queryKey: ['readiness'],
  queryFn: ({ signal }) => get<Page<Unready>>('/readiness', {}, signal),
  staleTime: 60_000,
});

export type PageAnswer = 'have_it' | 'have_it_no_computer' | 'cant';

export type ArrivedPage = {
  id: string;
  personId: string;
  state: string;
  incidentId: string;
  incidentNumber: number;
  title: string;
  severity: 'P1' | 'P2' | 'P3';
  reason: string;
  sentAt: string;
};

/** Pages to me that nobody has answered. */
export const myPagesQuery = queryOptions({
  queryKey: ['pages', 'mine'],
  queryFn: ({ signal }) => get<Page<ArrivedPage>>('/pages', { mine: true, state: 'open' }, signal),
  refetchInterval: 60_000,
});

export const answerPage = (id: string, answer: PageAnswer) =>
  post(`/pages/${id}/acknowledgement`, { answer });
