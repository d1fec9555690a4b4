/**
 * What must have happened in a replay, counted a second time from the times of the incidents and the numbers of the policy alone.
 * Nothing here calls the code that it checks. Pure.
 */

import type { Ring } from './phones.ts';
import { promisedAt, type RealIncident, type Said, saidIn } from './record.ts';

export type Silence = { incident: string; promisedAt: number; until: number };
export type Counted = {
  /** Messages that named a next one, and how many of these came in time. */
  promised: number;
  kept: number;
  silences: Silence[];
};

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const PROGRESS_MINUTES = { P1: [30, 45], P2: [60, 120] };
const HAND_OVER_HOURS = 6;
const NIGHT_FROM_HOUR = 23;
const NIGHT_TO_HOUR = 7;
/** A page waits at most this long behind another one of the same person. */
const SPACING_MINUTES = 10;
/** Whoever acted in the room a moment ago is spared a page until the next level hears, six minutes after the due time. */
export const CALLED_WITHIN_MINUTES = 6;

export function count(incidents: readonly RealIncident[]): Counted {
  const counted: Counted = { promised: 0, kept: 0, silences: [] };
  for (const real of incidents) {
    const silences = silencesIn(real);
    const promised = saidIn(real).length - 1;
    counted.promised += promised;
    counted.kept += promised - silences.length;
    counted.silences.push(...silences);
  }
  return counted;
}

/** Every message but the last names the next; the one after it is late when it comes after that time. */
export function silencesIn(real: RealIncident): Silence[] {
  const said = saidIn(real);
  return said.slice(0, -1).flatMap(({ at }, index) => {
    const promised = promisedAt(at, real.severity);
    const until = (said[index + 1] as Said).at;
    return until > promised ? [{ incident: real.id, promisedAt: promised, until }] : [];
  });
}

/** @returns the silences in which no phone rang for that incident, though they went on until the next level must have heard */
export function silencesWithoutRing(
  silences: readonly Silence[],
  rings: readonly Ring[],
  numbers: ReadonlyMap<string, number>,
): Silence[] {
  const byNumber = ringsByNumber(rings);
  return silences.filter(({ incident, promisedAt: from, until }) => {
    const called = (byNumber.get(numbers.get(incident) ?? 0) ?? []).some(
      ({ at }) => from <= at && at <= Math.min(until, from + CALLED_WITHIN_MINUTES * MINUTE),
    );
    return !called && until - from > CALLED_WITHIN_MINUTES * MINUTE;
  });
}

/** @returns rings for an incident that owed nothing at that time, one for each incident that was named */
export function ringsWithoutDue(
  incidents: readonly RealIncident[],
  rings: readonly Ring[],
  numbers: ReadonlyMap<string, number>,
): { ring: Ring; incident: string | undefined }[] {
  const byNumber = ringsByNumber(rings);
  const known = new Map(incidents.map((real) => [numbers.get(real.id), real]));
  return [...byNumber].flatMap(([number, list]) => {
    const real = known.get(number);
    const windows = real ? duesOf(real) : [];
    return list
      .filter(({ at }) => !windows.some(([from, to]) => from <= at && at <= to))
      .map((ring) => ({ ring, incident: real?.id }));
  });
}

function ringsByNumber(rings: readonly Ring[]): Map<number, Ring[]> {
  const byNumber = new Map<number, Ring[]>();
  for (const ring of rings)
    for (const number of ring.numbers) byNumber.set(number, [...(byNumber.get(number) ?? []), ring]);
  return byNumber;
}

/** From when to when a phone may ring for this incident: its first call, broken promises while they are broken, progress, hand-over. */
function duesOf(real: RealIncident): [number, number][] {
  const start = real.saidAt[0]!;
  const restored = real.saidAt.at(-1)!;
  const once = (due: number): [number, number][] =>
    due < restored ? [[due, Math.min(restored, due + SPACING_MINUTES * MINUTE)]] : [];
  return [
    [start, start],
    ...silencesIn(real).map(({ promisedAt: from, until }): [number, number] => [from, until]),
    ...PROGRESS_MINUTES[real.severity].flatMap((minutes) => once(start + minutes * MINUTE)),
    ...once(handOverDue(start)),
  ];
}

/** Six hours with the role, minutes of the night counting double; walked in half minutes, which an odd minute of the night leaves. */
function handOverDue(since: number): number {
  let [at, held] = [since, 0];
  while (held < HAND_OVER_HOURS * HOUR) {
    const hour = new Date(at).getUTCHours();
    held += hour >= NIGHT_FROM_HOUR || hour < NIGHT_TO_HOUR ? MINUTE : MINUTE / 2;
    at += MINUTE / 2;
  }
  return at;
}
