/** What screens ask the server for. A key starts with the plural of its kind, so that live hints reach it. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import type { IncidentView, NowView, TimelineLine } from '#incident/view.ts';

export type { NowView } from '#incident/view.ts';

import { nowMs } from '../words/clock.ts';
import { get } from './http.ts';
import { sessionQuery } from './session.ts';
import { untilNextTurn } from './turn.ts';

export type Page<T> = { items: T[]; next: string | null };
const LIST_MAX = 200;

export const nowQuery = queryOptions({
  queryKey: ['now'],
  queryFn: ({ signal }) => get<NowView>('/now', {}, signal),
  // Promises come due without anybody changing anything.
  refetchInterval: 60_000,
});

export const incidentQuery = (id: string) =>
  queryOptions({
    queryKey: ['incidents', id],
    queryFn: ({ signal }) => get<IncidentView>(`/incidents/${id}`, {}, signal),
    refetchInterval: ({ state }) => untilNextTurn(state.data ?? { promises: [], watch: null }, nowMs()),
  });

/** Anything below one incident: its timeline, changes, deliveries, drafts. */
export const ofIncident = <T>(id: string, path: string, query: Record<string, string | undefined> = {}) =>
  queryOptions({
    queryKey: ['incidents', id, path, query],
    queryFn: ({ signal }) => get<T>(`/incidents/${id}/${path}`, query, signal),
  });

export const timelineQuery = (id: string) =>
  ofIncident<Page<TimelineLine>>(id, 'timeline', { limit: String(LIST_MAX) });

export type Named = { id: string; name: string };
export type ServiceEntry = Named & { publicName?: string | null };
export type PersonEntry = Named & { email?: string | null; zone?: string };

export const servicesQuery = queryOptions({
  queryKey: ['services', 'list'],
  queryFn: ({ signal }) => get<Page<ServiceEntry>>('/services', { limit: LIST_MAX }, signal),
  staleTime: 60_000,
});

export const peopleQuery = queryOptions({
  queryKey: ['people', 'list'],
  queryFn: ({ signal }) => get<Page<PersonEntry>>('/people', { limit: LIST_MAX }, signal),
  staleTime: 60_000,
});

export const clientsQuery = queryOptions({
  queryKey: ['clients', 'list'],
  queryFn: ({ signal }) => get<Page<Named>>('/clients', { limit: LIST_MAX }, signal),
  staleTime: 60_000,
});

/** The figures beside the rooms in the navigation. */
export function useOpenCounts(): { open: number; postmortems: number } {
  const session = useQuery(sessionQuery);
  const now = useQuery({ ...nowQuery, enabled: Boolean(session.data) });
  const incidents = now.data?.incidents ?? [];
  return {
    open: incidents.filter(
      (each) => each.state === 'detected' || each.state === 'confirmed' || each.state === 'restored',
    ).length,
    postmortems: incidents.filter((each) => each.nextStep.kind === 'write_postmortem').length,
  };
}
