/** Who is on call, what pages ring at me, and which services would reach nobody. */
import { queryOptions } from '@tanstack/react-query';
import { get, post } from './http.ts';
import type { Page } from './queries.ts';

export type Reachable = {
  id: string;
  name: string;
  zone: string;
  restUntil: string | null;
  channels: { kind: string; canRing: boolean; testedAt: string | null }[];
};

export type Cover = {
  serviceId: string;
  serviceName: string;
  /** Who would be called first, now. */
  callsFirst: Reachable | null;
  primary: Reachable | null;
  backup: Reachable | null;
  manager: Reachable | null;
  secondTeam: Reachable[];
};

export const onCallQuery = queryOptions({
  queryKey: ['oncall', 'now'],
  queryFn: ({ signal }) => get<Page<Cover>>('/oncall/now', {}, signal),
  staleTime: 60_000,
  refetchInterval: 120_000,
});

export type Gap = { code: string; serious: boolean; text: string; personId: string | null };

export type Readiness = {
  /** Services that would reach nobody tonight. */
  reachNobody: number;
  mailConfigured: boolean;
  linksConfigured: boolean;
  fallbackCover: boolean;
  advice: string[];
  items: { serviceId: string; serviceName: string; gaps: Gap[] }[];
};

export const readinessQuery = queryOptions({
  queryKey: ['readiness'],
  queryFn: ({ signal }) => get<Readiness>('/readiness', {}, signal),
  staleTime: 60_000,
});

export type PageAnswer = 'have_it' | 'have_it_no_computer' | 'cant';

export type ArrivedPage = {
  id: string;
  kind: 'incident' | 'test';
  state: 'held' | 'sent' | 'acknowledged' | 'declined' | 'unanswered' | 'withdrawn';
  title: string;
  reasons: {
    incidentId: string;
    number: number;
    title: string;
    severity: 'P1' | 'P2' | 'P3';
    text: string;
    level: string;
    endedAt: string | null;
  }[];
  sentAt: string | null;
  answerBy: string | null;
  createdAt: string;
};

/** Pages to me that nobody has answered. */
export const myPagesQuery = queryOptions({
  queryKey: ['pages', 'mine'],
  queryFn: ({ signal }) => get<Page<ArrivedPage>>('/pages', {}, signal),
  refetchInterval: 60_000,
});

export const answerPage = (id: string, answer: PageAnswer) =>
  post(`/pages/${id}/acknowledgement`, { answer });
