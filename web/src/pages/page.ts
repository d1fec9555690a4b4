/** Status pages and planned maintenance as the server gives them. */
import { queryOptions } from '@tanstack/react-query';
import { get } from '../api/http.ts';
import type { Named, Page } from '../api/queries.ts';

export type StatusPageView = {
  id: string;
  slug: string | null;
  path: string;
  client: Named | null;
  name: string | null;
  /** What stands on top of the page. */
  heading: string;
  zone: string | null;
  language: 'en' | 'de';
  accent: string | null;
  accentDark: string | null;
  logo: string | null;
  readers: string[];
  services: Named[];
  subscribers: number;
  renderedAt: string | null;
};

export type Subscriber = {
  id: string;
  kind: 'email' | 'webhook' | 'sms' | 'slack';
  address: string;
  state: 'waiting' | 'active' | 'ended';
  services: Named[];
  endedBecause: string | null;
  createdAt: string;
  confirmedAt: string | null;
  lastSentAt: string | null;
  lastError: string | null;
};

export type MaintenanceState = 'scheduled' | 'in_progress' | 'completed' | 'cancelled';
export type MaintenanceView = {
  id: string;
  reference: string;
  title: string;
  impact: string;
  state: MaintenanceState;
  startsAt: string;
  endsAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  overdue: boolean;
  services: Named[];
  pages: (Named & { path: string })[];
  updates: { seq: number; state: MaintenanceState; text: string; by: string; at: string }[];
  notices: { kind: string; dueAt: string; state: 'waiting' | 'told' | 'not_needed' }[];
  createdBy: string;
  createdAt: string;
};

const LIST_MAX = 200;

export const statusPagesQuery = queryOptions({
  queryKey: ['status_pages', 'list'],
  queryFn: ({ signal }) => get<Page<StatusPageView>>('/status-pages', { limit: LIST_MAX }, signal),
});

export const statusPageQuery = (id: string) =>
  queryOptions({
    queryKey: ['status_pages', 'one', id],
    queryFn: ({ signal }) => get<StatusPageView>(`/status-pages/${id}`, {}, signal),
  });

export const maintenanceQuery = (id: string) =>
  queryOptions({
    queryKey: ['maintenances', 'one', id],
    queryFn: ({ signal }) => get<MaintenanceView>(`/maintenances/${id}`, {}, signal),
  });

export function nameOf(page: Pick<StatusPageView, 'name' | 'slug' | 'client'>): string {
  return page.name ?? (page.slug === null ? 'The first page' : (page.client?.name ?? page.slug));
}

export const STATE_WORDS: Record<MaintenanceState, string> = {
  scheduled: 'planned',
  in_progress: 'under way',
  completed: 'finished',
  cancelled: 'cancelled',
};

export const NOTICE_WORDS: Record<string, string> = {
  planned: 'that it is planned',
  changed: 'that it changed',
  day_before: 'a day before',
  hour_before: 'an hour before',
  started: 'that it began',
  extended: 'that it takes longer',
  finished: 'that it is finished',
  cancelled: 'that it is cancelled',
};

/** What is wrong right now with a maintenance whose time has passed. */
export function overdueWords(state: MaintenanceState): string {
  return state === 'scheduled' ? 'should have begun' : 'takes longer than planned';
}

/** The text of a field for a moment in UTC, such as 2026-11-25T02:00, from an ISO time; empty without. */
export function fieldOf(at: string | undefined): string {
  return at ? at.slice(0, 16) : '';
}

/** @returns the moment that was typed, as ISO text in UTC; undefined when it is none */
export function momentIn(field: string): string | undefined {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(field) ? `${field}:00Z` : undefined;
}
