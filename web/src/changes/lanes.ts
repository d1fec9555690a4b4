/** The ledger over time, as places on a line: which lanes there are, which marks share a place, where incidents lie. Pure. */
import type { z } from 'zod';
import type { ChangeKind } from '#src/incident/change.ts';
import { CHANGE_KIND_WORDS } from '#src/triage/relation.ts';
import type { coverageShape } from '#src/triage/shapes.ts';
import type { Change } from './change.ts';
import { listed } from './listed.ts';

export const ZOOMS = [6, 24, 72, 168] as const;
export type Zoom = (typeof ZOOMS)[number];
export type LanesBy = 'service' | 'kind';
export type Incident = {
  id: string;
  number: number;
  reference: string;
  title: string;
  severity: 'P1' | 'P2' | 'P3';
  from: string;
  to: string | null;
};
export type LanesAnswer = {
  from: string;
  to: string;
  items: Change[];
  more: boolean;
  incidents: Incident[];
  sources: { value: string; name: string }[];
  environments: string[];
  kept: number;
};

const HOUR_MS = 3_600_000;
/** A tenth of the time that is shown lies ahead, so that planned work is seen coming. */
const AHEAD = 0.1;

export type Window = { from: number; to: number };

/** @param back how many whole windows before now, in milliseconds since 1970; the minute keeps the query the same for a while */
export function windowOf(zoom: Zoom, back: number, now: number): Window {
  const minute = Math.floor(now / 60_000) * 60_000;
  const width = zoom * HOUR_MS;
  const to = minute + AHEAD * width - back * width;
  return { from: to - width, to };
}

/** From 0 at the beginning to 1 at the end; what began before or ends later is cut off. */
export function placeOf(at: string | number, { from, to }: Window): number {
  const place = (new Date(at).getTime() - from) / (to - from);
  return Math.min(1, Math.max(0, place));
}

/** Changes whose marks would lie upon each other share one. */
export type Mark = { key: string; place: number; end: number; changes: Change[] };
export type Lane = { key: string; name: string; quiet: boolean; marks: Mark[] };

/** @param cells how many marks fit beside each other */
export function lanesOf(changes: Change[], by: LanesBy, window: Window, cells: number): Lane[] {
  const groups = Map.groupBy(changes, (change) => (by === 'kind' ? change.kind : (change.serviceId ?? '')));
  return [...groups]
    .map(([key, list]) => ({
      key,
      name: nameOf(by, key, list),
      quiet: by === 'service' && key === '',
      // A lane of a kind shows once what a provider reports once.
      marks: marksOf(by === 'kind' ? listed(list).map(({ change }) => change) : list, window, cells),
    }))
    .toSorted((one, other) => Number(one.quiet) - Number(other.quiet) || one.name.localeCompare(other.name));
}

function nameOf(by: LanesBy, key: string, list: Change[]): string {
  if (by === 'kind') return CHANGE_KIND_WORDS[key as ChangeKind];
  return key === '' ? 'no service stated' : (list[0]?.serviceName ?? key);
}

function marksOf(list: Change[], window: Window, cells: number): Mark[] {
  const groups: { place: number; changes: Change[] }[] = [];
  for (const change of list.toSorted((one, other) => one.happenedAt.localeCompare(other.happenedAt))) {
    const place = placeOf(change.happenedAt, window);
    const last = groups.at(-1);
    if (last && place - last.place < 1 / cells) {
      last.place += (place - last.place) / (last.changes.length + 1);
      last.changes.push(change);
    } else groups.push({ place, changes: [change] });
  }
  return groups.map(({ place, changes }) => {
    const ends = changes.length === 1 ? changes[0]?.endsAt : null;
    return {
      key: changes.map(({ id }) => id).join(' '),
      place,
      end: ends ? placeOf(ends, window) : place,
      changes,
    };
  });
}

/** `label`: where its reference stands, so that all of it is seen. */
export type Band = { incident: Incident; place: number; end: number; label: number; row: number };

/** @param labelWidth how much of the line a reference needs; bands that would cover another's reference go one row down */
export function bandsOf(incidents: Incident[], window: Window, now: number, labelWidth: number): Band[] {
  const ends: number[] = [];
  return incidents
    .toSorted((one, other) => one.from.localeCompare(other.from))
    .map((incident) => {
      const place = placeOf(incident.from, window);
      const end = Math.max(placeOf(incident.to ?? now, window), place);
      const at = Math.min(place, 1 - labelWidth);
      const free = ends.findIndex((until) => until <= at);
      const row = free === -1 ? ends.length : free;
      ends[row] = at + labelWidth;
      return { incident, place, end, label: at, row };
    });
}

/** Where the keyboard goes from a mark: beside it in its lane, or to the nearest in the lane above or below. */
export function besides(
  lanes: Lane[],
  key: string | undefined,
  step: { x: number; y: number },
): string | undefined {
  const y = lanes.findIndex((lane) => lane.marks.some((mark) => mark.key === key));
  const lane = lanes[y];
  if (!lane) return lanes[0]?.marks[0]?.key;
  const x = lane.marks.findIndex((mark) => mark.key === key);
  if (step.x) return lane.marks[x + step.x]?.key ?? key;
  const place = lane.marks[x]?.place ?? 0;
  const near = lanes[y + step.y]?.marks.toSorted(
    (one, other) => Math.abs(one.place - place) - Math.abs(other.place - place),
  )[0];
  return near?.key ?? key;
}

export type Tick = { place: number; at: number; day: boolean };

const STEPS_HOURS = [1, 2, 4, 6, 12, 24, 48];

/** Whole hours, as many as fit. */
export function ticksOf({ from, to }: Window, most: number): Tick[] {
  const hours = (to - from) / HOUR_MS;
  const step = (STEPS_HOURS.find((each) => hours / each <= most) ?? 48) * HOUR_MS;
  const first = Math.ceil(from / step) * step;
  const count = Math.floor((to - first) / step) + 1;
  return Array.from({ length: count }, (_, index) => first + index * step).map((at) => ({
    at,
    place: placeOf(at, { from, to }),
    day: at % (24 * HOUR_MS) === 0,
  }));
}

/** How a change stands, in one word beside its shape; planned work says when it is over. */
export function standing(change: Pick<Change, 'state' | 'happenedAt' | 'endsAt'>, now: number): string {
  switch (change.state) {
    case 'planned': {
      const over = change.endsAt ?? change.happenedAt;
      if (new Date(change.happenedAt).getTime() > now) return 'planned';
      return new Date(over).getTime() > now ? 'planned, under way' : 'planned, its time is over';
    }
    case 'started':
      return 'under way';
    case 'done':
      return 'done';
    case 'failed':
      return 'failed';
    case 'rolled_back':
      return 'rolled back';
  }
}

export type Coverage = z.output<typeof coverageShape>;
