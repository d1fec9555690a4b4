/** What changed around an incident: the changes before and during it, how near they are, and where nothing is known. */
import type { Incident } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import { type Change, findChanges, listChanges } from './changes.ts';
import { coverageOf, type ServiceCoverage } from './coverage.ts';
import { type CoverageState, type CoveredKind, coverageNote } from './coverage-judged.ts';
import { type Neighbour, neighbourhood, type ThirdParty, thirdPartiesOf } from './neighbourhood.ts';
import { RELATION_WORDS, type Relation } from './relation.ts';
import { liveAt } from './score.ts';
import { beforeWords } from './score-words.ts';
import { type Onset, onsetOf, type SeenAlert } from './symptom.ts';

export const HOURS_DEFAULT = 24;
export const HOURS_MAX = 168;
const CHANGES_MAX = 500;

export type Mark = { state: 'suspect' | 'ruled_out'; reason: string | null };
export type NearChange = Change & {
  relation: Relation;
  relationText: string;
  /** Negative: that long after detection. */
  minutesBeforeDetection: number;
  beforeText: string;
  mark: Mark | null;
};
export type ServiceFeed = {
  serviceId: string;
  name: string;
  relation: Neighbour['relation'];
  changes: number;
  /** The best of its kinds: connected as soon as one kind of change would have been told of. */
  feed: 'connected' | 'silent' | 'not_connected';
  lastChangeAt: string | null;
  note: string;
  kinds: {
    kind: CoveredKind;
    state: CoverageState;
    changes: number;
    lastChangeAt: string | null;
    note: string;
  }[];
};
export type WhatChanged = {
  from: string;
  to: string;
  detectedAt: string;
  /** Said when the list is wider than the incident: nobody has named an affected service yet. */
  note: string | null;
  items: NearChange[];
  /** There were more changes than are listed; a shorter time shows all of it. */
  more: boolean;
  services: ServiceFeed[];
  thirdParties: ThirdParty[];
};

/**
 * @param hours how far back before the beginning of the impact, or detection
 * @param alerts of the incident: the first of them may say when the impact began, as it does for the lane
 */
export async function whatChanged(
  db: Db,
  incident: Incident,
  hours: number,
  now: Temporal.Instant,
  alerts: readonly Pick<SeenAlert, 'startedAt'>[] = [],
): Promise<WhatChanged> {
  const onset = onsetOf(incident, alerts);
  const { from, to } = windowOf(incident, hours, now);
  const near = await neighbourhood(db, incident.serviceIds);
  const known = near.length > 0;
  const filter = known ? { serviceIds: near.map((each) => each.serviceId), orWithoutService: true } : {};
  const found = await listChanges(db, { ...filter, from, to }, { limit: CHANGES_MAX });
  const changes = await withMarked(db, incident, found.items);
  const relations = new Map<string, Relation>(near.map((each) => [each.serviceId, each.relation]));
  return {
    from: from.toString(),
    to: to.toString(),
    detectedAt: incident.detectedAt.toString(),
    note: known
      ? null
      : 'Nobody has said yet which service is affected, so this shows the changes to all of them.',
    items: changes.map((change) => describe(change, incident, onset, known ? relations : undefined)),
    more: found.next !== null,
    services: await feedsOf(db, near, changes, { hours, now }),
    thirdParties: await thirdPartiesOf(db, near, now),
  };
}

/** Detection may be late: what counts as before begins with the impact, when that is known. */
function windowOf(incident: Incident, hours: number, now: Temporal.Instant) {
  const beginnings = [incident.detectedAt, ...(incident.impactStartedAt ? [incident.impactStartedAt] : [])];
  const beginning = beginnings.toSorted(Temporal.Instant.compare)[0] ?? incident.detectedAt;
  return { from: beginning.subtract({ hours }), to: incident.dismissedAt ?? incident.resolvedAt ?? now };
}

/** What somebody marked stays in the list, wherever and whenever it was. */
async function withMarked(db: Db, incident: Incident, changes: Change[]): Promise<Change[]> {
  const listed = new Set(changes.map((change) => change.id));
  const missing = await findChanges(
    db,
    Object.keys(incident.suspects).filter((id) => !listed.has(id)),
  );
  if (missing.length === 0) return changes;
  return [...changes, ...missing].toSorted((one, other) =>
    Temporal.Instant.compare(Temporal.Instant.from(other.happenedAt), Temporal.Instant.from(one.happenedAt)),
  );
}

function describe(
  change: Change,
  incident: Incident,
  onset: Onset,
  relations: Map<string, Relation> | undefined,
): NearChange {
  const happened = Temporal.Instant.from(change.happenedAt);
  const minutes = Math.trunc((incident.detectedAt.epochMilliseconds - happened.epochMilliseconds) / 60_000);
  const relation = relationOf(change, relations);
  const mark = incident.suspects[change.id];
  return {
    ...change,
    relation,
    relationText: RELATION_WORDS[relation],
    // Not -0, which is another number to some readers.
    minutesBeforeDetection: minutes + 0,
    beforeText: beforeText(change, onset),
    mark: mark ? { state: mark.state, reason: mark.reason ?? null } : null,
  };
}

/** Counted as the lane counts: from when it was live to when the impact began, begun minutes left out. */
function beforeText(change: Change, { at, uncertaintyMinutes }: Onset): string {
  const onset = at.epochMilliseconds;
  const steps = change.ramp.map((step) => ({
    ...step,
    at: Temporal.Instant.from(step.at).epochMilliseconds,
  }));
  const happenedAt = Temporal.Instant.from(change.happenedAt).epochMilliseconds;
  return beforeWords(onset - liveAt({ happenedAt, steps }, onset + uncertaintyMinutes * 60_000));
}

function relationOf(change: Change, relations: Map<string, Relation> | undefined): Relation {
  if (!relations) return 'any_service';
  return change.serviceId ? (relations.get(change.serviceId) ?? 'any_service') : 'no_service';
}

async function feedsOf(
  db: Db,
  near: Neighbour[],
  changes: Change[],
  { hours, now }: { hours: number; now: Temporal.Instant },
): Promise<ServiceFeed[]> {
  const covered = new Map((await coverageOf(db, near, now)).map((each) => [each.serviceId, each]));
  return near.flatMap((service) => {
    const coverage = covered.get(service.serviceId);
    return coverage ? [feedOf(service, coverage, changes, hours)] : [];
  });
}

function feedOf(
  service: Neighbour,
  { kinds, lastChangeAt }: ServiceCoverage,
  changes: Change[],
  hours: number,
): ServiceFeed {
  // Trouble of a third party is no sign that somebody tells us of our own changes.
  const own = changes.filter(
    (change) => change.serviceId === service.serviceId && change.kind !== 'third_party',
  );
  const counts: Partial<Record<Change['kind'], number>> = {};
  for (const { kind } of own) counts[kind] = (counts[kind] ?? 0) + 1;
  const has = (state: CoverageState) => kinds.some((each) => each.state === state);
  return {
    ...service,
    changes: own.length,
    feed: has('connected') ? 'connected' : has('silent') ? 'silent' : 'not_connected',
    lastChangeAt,
    note: coverageNote({ name: service.name, kinds }, counts, hours),
    kinds: kinds.map((each) => ({
      kind: each.kind,
      state: each.state,
      changes: counts[each.kind] ?? 0,
      lastChangeAt: each.lastChangeAt,
      note: each.note,
    })),
  };
}

/** A change as a line beside the facts of an incident. */
export type ChangeLine = {
  changeId: string;
  happenedAt: string;
  recordedAt: string;
  actor: { kind: 'system'; name: string };
  source: string;
  text: string;
  tone: 'change';
  data: { serviceId: string | null; relation: Relation; mark: Mark | null; links: Change['links'] };
};

const TIMELINE_HOURS = 24;

/** @returns the changes around an incident for its timeline, oldest first; only those of services that are known to matter */
export async function changesAround(
  db: Db,
  incident: Incident,
  now: Temporal.Instant,
): Promise<ChangeLine[]> {
  if (incident.serviceIds.length === 0) return [];
  const { items } = await whatChanged(db, incident, TIMELINE_HOURS, now);
  return items.toReversed().map((item) => ({
    changeId: item.id,
    happenedAt: item.happenedAt,
    recordedAt: item.receivedAt,
    actor: { kind: 'system', name: item.recordedBy },
    source: item.source,
    text: `${item.summary}${item.serviceName ? ` (${item.serviceName}, ${item.relationText})` : ''}`,
    tone: 'change',
    data: { serviceId: item.serviceId, relation: item.relation, mark: item.mark, links: item.links },
  }));
}
