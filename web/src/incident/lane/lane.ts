/** The ranked lane as the server tells it, and what stands beside it. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Odd } from '#src/triage/odd.ts';
import type { Similar } from '#src/triage/similar.ts';
import type { LaneShown, OnsetShown, Suspect } from '#src/triage/suspect-shapes.ts';
import { get } from '../../api/http.ts';
import { ofIncident } from '../../api/queries.ts';

export type { Odd, Similar, Suspect };
export type Lane = LaneShown;
export type OnsetChart = OnsetShown;

/** What somebody tries with the chart; undefined shows what is stored. */
export type Tried = { at: string; minutes: number };

/** @param shown how many rows are asked for; more are added to the same list */
export const laneQuery = (id: string, tried?: Tried, shown = 20) => {
  const query = { onset: tried?.at, uncertainty: tried && String(tried.minutes), limit: String(shown) };
  return queryOptions({
    queryKey: ['incidents', id, 'suspects', query],
    queryFn: ({ signal }) => get<Lane>(`/incidents/${id}/suspects`, query, signal),
    // While the onset is moved the last order stays until the next one is there.
    placeholderData: keepPreviousData,
  });
};
export const onsetQuery = (id: string) => ofIncident<OnsetChart>(id, 'onset');
export const oddQuery = (id: string) => ofIncident<{ items: Odd[] }>(id, 'odd');
export const similarQuery = (id: string) => ofIncident<{ items: Similar[] }>(id, 'similar');

/** "+2.5", "0", "−6": as people write them. */
export function pointsText(points: number): string {
  if (points === 0) return '0';
  const size = String(Math.round(Math.abs(points) * 10) / 10);
  return points > 0 ? `+${size}` : `−${size}`;
}

const DAY = 86_400_000;

/** @returns the moment nearest to `around` at which clocks in UTC show `clock`; null when it is not a time */
export function nearestMoment(clock: string, around: string): string | null {
  const match = /^(\d{1,2}):(\d{2})$/.exec(clock.trim());
  const [hour, minute] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || hour > 23 || minute > 59) return null;
  const middle = Date.parse(around);
  const at = Math.floor(middle / DAY) * DAY + (hour * 60 + minute) * 60_000;
  const nearest = [at - DAY, at, at + DAY].toSorted(
    (one, other) => Math.abs(one - middle) - Math.abs(other - middle),
  )[0];
  return new Date(nearest ?? at).toISOString();
}
