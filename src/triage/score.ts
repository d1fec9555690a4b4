/**
 * How much a change is worth checking first: an additive score, roughly log-odds, with every point shown. Pure.
 * What it knows of the world comes in; who made the change is no part of it.
 */
import type { ChangeKind, ChangeState } from '#incident/change.ts';
import { type Rarity, weightOf } from './tokens.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A change as far as the score must know it. Times are milliseconds since the epoch: a thousand are scored for one look. */
export type Candidate = {
  id: string;
  serviceId: string | null;
  kind: ChangeKind;
  summary: string;
  state: ChangeState;
  happenedAt: number;
  /** Steps of a staged rollout, oldest first. */
  steps: readonly { at: number; percent: number; where?: string | null | undefined }[];
  environment: string | null;
  versionAfter: string | null;
  size: number | null;
  mends: boolean;
  checksSkipped: boolean;
};

/** From the affected service to the changed one. `unstated`: the change names none; `unknown`: nobody knows yet what is affected. */
export type Distance =
  | 'same'
  | 'one_hop'
  | 'two_hops'
  | 'three_hops'
  | 'caller'
  | 'shared'
  | 'none'
  | 'unstated'
  | 'unknown';

/** What hurts, since when, where; the same for every candidate of a lane. */
export type Symptom = {
  onset: number;
  uncertainty: number;
  /** Undefined while no affected service is known. */
  distances: ReadonlyMap<string, Distance> | undefined;
  versions: ReadonlySet<string>;
  regions: ReadonlySet<string>;
  environments: ReadonlySet<string>;
  rarity: Rarity;
  /** Milliseconds that the zone of the affected service is ahead of UTC. */
  zoneOffset: number;
  history: History | undefined;
  /** What was done about a change, and whether it helped. */
  rolledBack: ReadonlyMap<string, 'eased' | 'not_eased'>;
};

/** Of the past: how many changes there were, and how many of them set off an incident. */
export type Count = { changes: number; caused: number };
export type History = {
  all: Count;
  services: ReadonlyMap<string, Count>;
  kinds: ReadonlyMap<string, Count>;
};

export const TERMS = [
  'time',
  'topology',
  'exposure',
  'text',
  'kind',
  'history',
  'size',
  'marks',
  'third_party',
  'scheduled',
] as const;
export type TermName = (typeof TERMS)[number];
/** Points of each term. */
export type Points = Record<TermName, number>;
/** What each term is multiplied with; 1 is the rule book. */
export type Weights = Points;

export const DEFAULT_WEIGHTS: Weights = {
  time: 1,
  topology: 1,
  exposure: 1,
  text: 1,
  kind: 1,
  history: 1,
  size: 1,
  marks: 1,
  third_party: 1,
  scheduled: 1,
};

export type Group = 'strong' | 'plausible' | 'weak';
export const STRONG_FROM = 7;
export const PLAUSIBLE_FROM = 4;

const TIME_STEPS: readonly [number, number][] = [
  [5 * MINUTE, 3],
  [15 * MINUTE, 2.5],
  [30 * MINUTE, 2],
  [60 * MINUTE, 1.5],
  [3 * HOUR, 0.8],
  [6 * HOUR, 0.3],
  [DAY, -0.5],
  [3 * DAY, -1.2],
];
const OLDER = -2.5;
const AFTER_WITHIN_DOUBT = 0.5;
const CLEARLY_AFTER = -6;

const TOPOLOGY: Record<Distance, number> = {
  same: 3,
  one_hop: 2,
  two_hops: 1,
  three_hops: 0.3,
  caller: 0,
  shared: 1.5,
  none: -2,
  unstated: 0,
  unknown: 0,
};

const KIND_START: Record<ChangeKind, number> = {
  migration: 0.7,
  config: 0.6,
  infra: 0.5,
  secret: 0.4,
  flag: 0.3,
  dependency: 0.2,
  deploy: 0,
  job: 0,
  third_party: 0,
  other: 0,
};
const DOCUMENTATION = -3;
// As commit messages begin: "docs: …", "test(checkout): …".
const DOCUMENTATION_ONLY = /^(?:docs?|tests?)(?:\([^)]*\))?: /i;
const EXPIRY = /\bexpir(?:y|es|ed|ing)\b/i;

const PSEUDO_CHANGES_SERVICE = 10;
const PSEUDO_CHANGES_KIND = 50;
const THIRD_PARTY_AFTER = 60 * MINUTE;
const SCHEDULED_BEFORE = 15 * MINUTE;
const TEXT_MAX = 2;
// Monday to Friday, 08:00 to 18:00 where the affected service is looked after.
const WINDOW_FROM_HOUR = 8;
const WINDOW_TO_HOUR = 18;

/** When a change reached most of what it had reached by then: the last step of its rollout before the onset, else its start. */
export function liveAt(change: Pick<Candidate, 'happenedAt' | 'steps'>, until: number): number {
  let last = change.happenedAt;
  for (const step of change.steps) {
    if (step.at > until) break;
    last = step.at;
  }
  return last;
}

export type Scored = { points: Points; total: number; after: boolean };

/** @param held the words that this change and the symptom share, as tokens.ts finds them */
export function score(
  change: Candidate,
  symptom: Symptom,
  held: readonly string[],
  weights: Weights = DEFAULT_WEIGHTS,
): Scored {
  const before = symptom.onset - liveAt(change, symptom.onset + symptom.uncertainty);
  const distance = distanceOf(change, symptom);
  const provider = change.kind === 'third_party' ? thirdParty(change, symptom, before, distance) : 0;
  const time = timePoints(before, symptom.uncertainty);
  const after = time === CLEARLY_AFTER && provider <= 0;
  const points: Points = {
    // A provider admits its incident after our users felt it: then the time of its notice speaks against nothing.
    time: time === CLEARLY_AFTER && provider > 0 ? 0 : time,
    topology: TOPOLOGY[distance],
    exposure: exposure(change, symptom),
    text: textPoints(held, symptom.rarity),
    kind: kindPoints(change, symptom.history),
    history: historyPoints(change, symptom.history),
    size: sizePoints(change.size),
    marks: marks(change, symptom),
    third_party: provider,
    scheduled: scheduled(change, before, distance),
  };
  let total = 0;
  for (const term of TERMS) total += points[term] * weights[term];
  return { points, total: rounded(total), after };
}

/** @returns the group of a total: strong from 7, plausible from 4, weak below */
export function groupOf(total: number): Group {
  return total >= STRONG_FROM ? 'strong' : total >= PLAUSIBLE_FROM ? 'plausible' : 'weak';
}

/** Two decimals: what is shown adds up. */
export function rounded(points: number): number {
  return Math.round(points * 100) / 100 + 0;
}

/** @param before milliseconds from the change to the onset; negative after it */
export function timePoints(before: number, uncertainty: number): number {
  if (before < 0) return -before <= uncertainty ? AFTER_WITHIN_DOUBT : CLEARLY_AFTER;
  for (const [within, points] of TIME_STEPS) if (before <= within) return points;
  return OLDER;
}

export function distanceOf(
  change: Pick<Candidate, 'serviceId' | 'kind'>,
  { distances }: Pick<Symptom, 'distances'>,
): Distance {
  if (change.serviceId === null)
    return change.kind === 'infra' ? 'shared' : distances ? 'unstated' : 'unknown';
  return distances ? (distances.get(change.serviceId) ?? 'none') : 'unknown';
}

/** Whether the change is live where it hurts; unknown is 0. */
export function exposure(change: Candidate, symptom: Symptom): number {
  const until = symptom.onset + symptom.uncertainty;
  if (
    change.environment &&
    symptom.environments.size &&
    !symptom.environments.has(change.environment.toLowerCase())
  )
    return -2;
  if (change.versionAfter && symptom.versions.has(change.versionAfter.toLowerCase())) return 2;
  if (change.steps.length === 0) return 0;
  const reached = change.steps.filter((step) => step.at <= until);
  if (change.steps[0]?.percent === 0 && reached.every((step) => step.percent === 0)) return -2;
  if (symptom.regions.size === 0) return 0;
  const places = reached.flatMap((step) =>
    step.where && step.percent > 0 ? [step.where.toLowerCase()] : [],
  );
  if (places.length === 0) return 0;
  const hurts = [...symptom.regions];
  if (!hurts.some((region) => places.includes(region))) return -2;
  return hurts.every((region) => places.includes(region)) ? 2 : 0;
}

function textPoints(held: readonly string[], rarity: Rarity): number {
  let sum = 0;
  for (const word of held) sum += weightOf(word, rarity);
  return rounded(Math.min(TEXT_MAX, sum));
}

/** The start value, moved by this organisation's own record: a kind that was the trigger more often than others gains. */
export function kindPoints(
  change: Pick<Candidate, 'kind' | 'summary'>,
  history: History | undefined,
): number {
  if (DOCUMENTATION_ONLY.test(change.summary)) return DOCUMENTATION;
  const start = KIND_START[change.kind];
  const seen = history?.kinds.get(change.kind);
  if (!history || !seen || history.all.caused === 0) return start;
  return clipped(relativeRate(seen, history.all, PSEUDO_CHANGES_KIND, Math.exp(start)), -1, 1.2);
}

export function historyPoints(change: Pick<Candidate, 'serviceId'>, history: History | undefined): number {
  const seen = change.serviceId === null ? undefined : history?.services.get(change.serviceId);
  if (!history || !seen || history.all.caused === 0) return 0;
  return clipped(relativeRate(seen, history.all, PSEUDO_CHANGES_SERVICE, 1), -0.7, 1);
}

/** The logarithm of a failure rate against that of all, shrunk towards `prior` times it by so many pseudo-changes. */
function relativeRate(seen: Count, all: Count, pseudo: number, prior: number): number {
  const rate = all.caused / Math.max(1, all.changes);
  return Math.log((seen.caused + pseudo * prior * rate) / (seen.changes + pseudo) / rate);
}

export function sizePoints(lines: number | null): number {
  return lines === null ? 0 : clipped(0.25 * (Math.log10(lines + 1) - 1.6), -0.3, 0.5);
}

function marks(change: Candidate, symptom: Symptom): number {
  const done = symptom.rolledBack.get(change.id);
  return rounded(
    (change.mends ? 0.5 : 0) +
      (change.checksSkipped ? 0.5 : 0) +
      (isOutsideWindow(change.happenedAt + symptom.zoneOffset) ? 0.3 : 0) +
      (done === 'eased' ? 3 : done === 'not_eased' ? -3 : 0),
  );
}

/** @param local milliseconds since the epoch by the clock on the wall there */
export function isOutsideWindow(local: number): boolean {
  // The epoch began on a Thursday.
  const weekday = (Math.floor(local / DAY) + 4) % 7;
  const hour = Math.floor((((local % DAY) + DAY) % DAY) / HOUR);
  return weekday === 0 || weekday === 6 || hour < WINDOW_FROM_HOUR || hour >= WINDOW_TO_HOUR;
}

/** A provider's incident, where the affected services depend on it. */
function thirdParty(change: Candidate, symptom: Symptom, before: number, distance: Distance): number {
  if (distance === 'none' || distance === 'unknown' || distance === 'unstated') return 0;
  if (before >= -symptom.uncertainty) return change.state === 'rolled_back' ? 0 : 3;
  return -before <= THIRD_PARTY_AFTER ? 2 : 0;
}

const ADJACENT = new Set<Distance>(['same', 'one_hop', 'shared']);

/** A scheduled job that began, or something that expired, just before the onset at the same service or next to it. */
function scheduled(change: Candidate, before: number, distance: Distance): number {
  const fits = change.kind === 'job' || EXPIRY.test(change.summary);
  return fits && before >= 0 && before <= SCHEDULED_BEFORE && ADJACENT.has(distance) ? 2.5 : 0;
}

function clipped(value: number, low: number, high: number): number {
  return rounded(Math.min(high, Math.max(low, value)));
}
