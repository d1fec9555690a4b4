/** A provider as the server tells it, and in words. */
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { catalogueEntry, provider, providerDetail, thirdParty } from '#src/triage/providers/shapes.ts';
import { PROVIDER_STATE_WORDS, PROVIDER_STATES, type ProviderState } from '#src/triage/providers/state.ts';
import { get } from '../api/http.ts';
import { ofIncident } from '../api/queries.ts';

export type Provider = z.output<typeof provider>;
export type ProviderDetail = z.output<typeof providerDetail>;
export type ThirdParty = z.output<typeof thirdParty>;
export type Day = Provider['history'][number];
export type CatalogueEntry = z.output<typeof catalogueEntry>;

// "As of" moves on although nothing changed.
const REFRESH_MS = 60_000;

export const providersQuery = (days: number) =>
  queryOptions({
    queryKey: ['providers', 'list', days],
    queryFn: ({ signal }) => get<{ items: Provider[] }>('/providers', { days }, signal),
    refetchInterval: REFRESH_MS,
  });

export const providerQuery = (id: string) =>
  queryOptions({
    queryKey: ['providers', 'one', id],
    queryFn: ({ signal }) => get<ProviderDetail>(`/providers/${id}`, {}, signal),
    refetchInterval: REFRESH_MS,
  });

export const catalogueQuery = queryOptions({
  queryKey: ['providers', 'catalogue'],
  queryFn: ({ signal }) => get<{ items: CatalogueEntry[] }>('/third-parties/catalogue', {}, signal),
  staleTime: Number.POSITIVE_INFINITY,
});

export const thirdPartiesQuery = (incidentId: string) =>
  queryOptions({
    ...ofIncident<{ items: ThirdParty[] }>(incidentId, 'third-parties'),
    refetchInterval: REFRESH_MS,
  });

/** Beside a mark, in two words. What is stale says what it was, and that it was. */
export function stateWords({
  state,
  stale,
  last,
  asOf,
}: Pick<Provider, 'state' | 'stale' | 'last' | 'asOf'>): string {
  if (stale && state === 'unknown')
    return last ? `stale, was ${PROVIDER_STATE_WORDS[last]}` : 'cannot be read';
  if (state === 'unknown' && asOf === null) return 'not asked';
  return stale ? `${PROVIDER_STATE_WORDS[state]}, stale` : PROVIDER_STATE_WORDS[state];
}

/** Red for what is down, amber for what is disturbed, green only for what is known to be well. */
export function tone(state: ProviderState, stale = false): 'red' | 'amber' | 'green' | 'quiet' {
  if (state === 'major' || state === 'partial') return 'red';
  if (state === 'degraded' || state === 'maintenance') return 'amber';
  return state === 'operational' && !stale ? 'green' : 'quiet';
}

/** Trouble first, then what is not known although somebody asks, then what is well, then what nobody asks. */
export function byUrgency(providers: readonly Provider[]): Provider[] {
  const rank = (each: Provider) =>
    !each.feed && !each.probe ? PROVIDER_STATES.length : PROVIDER_STATES.indexOf(each.state);
  return providers.toSorted((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name));
}

/** "30 days: 27 green, 1 down, 2 not asked". */
export function daysInWords(days: readonly Day[]): string {
  const counts = new Map<string, number>();
  for (const { state } of days) {
    const word = state === null ? 'not asked' : PROVIDER_STATE_WORDS[state];
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return `${days.length} days: ${[...counts].map(([word, n]) => `${n} ${word}`).join(', ')}`;
}

/** One day: "23 Nov: down for 30 min". */
export function dayInWords({ day, state, minutes }: Day): string {
  const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(
    new Date(`${day}T00:00:00Z`),
  );
  if (state === null) return `${date}: not asked`;
  const bad = PROVIDER_STATES.filter((each) => each !== 'operational' && (minutes[each] ?? 0) > 0);
  if (bad.length === 0) return `${date}: ${PROVIDER_STATE_WORDS[state]}`;
  return `${date}: ${bad.map((each) => `${PROVIDER_STATE_WORDS[each]} for ${lasting(minutes[each] ?? 0)}`).join(', ')}`;
}

function lasting(minutes: number): string {
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
