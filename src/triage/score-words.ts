/** Every point of a suspect in a sentence that somebody understands at night. Pure. */
import { shortVersion } from '#platform/versions.ts';
import { CHANGE_KIND_WORDS } from './relation.ts';
import {
  type Candidate,
  type Distance,
  distanceOf,
  isOutsideWindow,
  liveAt,
  type Points,
  rounded,
  type Scored,
  type Symptom,
  TERMS,
  type TermName,
  type Weights,
} from './score.ts';
import { weightOf } from './tokens.ts';

export type Term = { term: TermName; points: number; because: string };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** @returns the terms that moved the score, with the weight in use; their points add up to the total */
export function termsOf(
  change: Candidate,
  scored: Pick<Scored, 'points'> & { held: readonly string[] },
  symptom: Symptom,
  weights: Weights,
): Term[] {
  return TERMS.flatMap((term) => {
    const points = rounded(scored.points[term] * weights[term]);
    return points === 0 && term !== 'exposure'
      ? []
      : [{ term, points, because: sentence(term, change, scored.points, scored.held, symptom) }];
  });
}

function sentence(
  term: TermName,
  change: Candidate,
  points: Points,
  held: readonly string[],
  symptom: Symptom,
): string {
  switch (term) {
    case 'time':
      return timeWords(change, symptom);
    case 'topology':
      return topologyWords(change, distanceOf(change, symptom));
    case 'exposure':
      return exposureWords(change, points.exposure, symptom);
    case 'text':
      return `The alert and the change both name ${named(held, symptom)}`;
    case 'kind':
      return kindWords(change, points.kind, symptom);
    case 'history':
      return points.history > 0
        ? 'Changes to this service set off incidents more often than others'
        : 'Changes to this service set off incidents less often than others';
    case 'size':
      return points.size > 0 ? `Large: ${change.size} lines` : `Small: ${change.size} lines`;
    case 'marks':
      return markWords(change, symptom).join('; ');
    case 'third_party':
      return points.third_party >= 3
        ? 'The provider reports an incident, and this depends on it'
        : 'The provider reported an incident within the hour after it began';
    case 'scheduled':
      return 'It was due to happen within the 15 minutes before';
  }
}

const TOPOLOGY_WORDS: Record<Distance, string> = {
  same: 'It changed the affected service itself',
  one_hop: 'The affected service calls what was changed',
  two_hops: 'What was changed is two calls away',
  three_hops: 'What was changed is three calls away',
  caller: 'What was changed calls the affected service',
  shared: 'Shared infrastructure',
  none: 'No known connection to the affected service',
  unstated: 'Nobody said which service it changed',
  unknown: 'The affected service is not known yet',
};

/** A provider changes no service of ours: services stand on it. */
function topologyWords({ kind }: Candidate, distance: Distance): string {
  if (kind !== 'third_party') return TOPOLOGY_WORDS[distance];
  if (distance === 'same') return 'The affected service stands on this provider';
  return distance === 'one_hop'
    ? 'What the affected service calls stands on this provider'
    : TOPOLOGY_WORDS[distance];
}

/** "6 min", "3 h", "2 days": one unit, rounded down. */
export function lengthWords(milliseconds: number): string {
  const size = Math.abs(milliseconds);
  if (size < MINUTE) return 'less than a minute';
  if (size < 2 * HOUR) return `${Math.floor(size / MINUTE)} min`;
  if (size < 48 * HOUR) return `${Math.floor(size / HOUR)} h`;
  return `${Math.floor(size / (24 * HOUR))} days`;
}

/** "6 min before", "3 h after": the lane and the timeline say it alike. @param milliseconds before the beginning; negative after it */
export function beforeWords(milliseconds: number): string {
  return `${lengthWords(milliseconds)} ${milliseconds >= 0 ? 'before' : 'after'}`;
}

function timeWords(change: Candidate, symptom: Symptom): string {
  const live = liveAt(change, symptom.onset + symptom.uncertainty);
  const before = symptom.onset - live;
  // A plain deployment ends with one step to all of it; only a rollout in steps is widened.
  const steps = change.steps.filter(({ at, percent }) => at <= live && percent > 0);
  const plain = change.kind === 'third_party' ? 'Began' : 'Went live';
  const what = steps.length > 1 ? 'Was last widened' : plain;
  if (before >= 0) return `${what} ${lengthWords(before)} before the impact began`;
  return -before <= symptom.uncertainty
    ? `${what} ${lengthWords(before)} after, within the doubt about when it began`
    : `${what} ${lengthWords(before)} after the impact began`;
}

function exposureWords(change: Candidate, points: number, symptom: Symptom): string {
  if (points === 0) return 'Not known whether it is live where it hurts';
  if (points > 0)
    return change.versionAfter && symptom.versions.has(change.versionAfter.toLowerCase())
      ? `The alerts come from the new version ${shortVersion(change.versionAfter)}`
      : `It hurts where this is live: ${[...symptom.regions].join(', ')}`;
  if (
    change.environment &&
    symptom.environments.size &&
    !symptom.environments.has(change.environment.toLowerCase())
  )
    return `It went to ${change.environment}, and it hurts in ${[...symptom.environments].join(', ')}`;
  return 'It is not live yet where it hurts';
}

const NAMED_MAX = 3;

function named(held: readonly string[], symptom: Symptom): string {
  return held
    .toSorted((one, other) => weightOf(other, symptom.rarity) - weightOf(one, symptom.rarity))
    .slice(0, NAMED_MAX)
    .map((word) => `“${word}”`)
    .join(', ');
}

function kindWords(change: Candidate, points: number, symptom: Symptom): string {
  if (points <= -3) return 'Only documentation or tests';
  const kind = CHANGE_KIND_WORDS[change.kind];
  const from = symptom.history?.kinds.has(change.kind) ? 'by our own record' : 'by experience';
  return points > 0
    ? `Kind ${kind}: riskier than most, ${from}`
    : `Kind ${kind}: less risky than most, ${from}`;
}

function markWords(change: Candidate, symptom: Symptom): string[] {
  const done = symptom.rolledBack.get(change.id);
  return [
    ...(change.mends ? ['It undoes something, or repairs it in haste'] : []),
    ...(change.checksSkipped ? ['Checks were skipped'] : []),
    ...(isOutsideWindow(change.happenedAt + symptom.zoneOffset) ? ['Outside working hours'] : []),
    ...(done === 'eased' ? ['Taken back, and it eased'] : []),
    ...(done === 'not_eased' ? ['Taken back, and it did not ease'] : []),
  ];
}
