/** What changed around an incident: the changes before and during it, how near they are, and where nothing is known. */
import { sql } from 'kysely';
import type { Incident } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import { type Change, findChanges, listChanges } from './changes.ts';
import { type Neighbour, neighbourhood, type ThirdParty, thirdPartiesOf } from './neighbourhood.ts';
import { beforeDetectionWords, feedNote, RELATION_WORDS, type Relation } from './relation.ts';

export const HOURS_DEFAULT = 24;
export const HOURS_MAX = 168;
const CHANGES_MAX = 500;
const FEED_DAYS = 90;

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
  feed: 'connected' | 'not_connected';
  lastChangeAt: string | null;
  note: string;
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

/** @param hours how far back before the beginning of the impact, or detection */
export async function whatChanged(
  db: Db,
  incident: Incident,
  hours: number,
  now: Temporal.Instant,
): Promise<WhatChanged> {
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
    items: changes.map((change) => describe(change, incident, known ? relations : undefined)),
    more: found.next !== null,
    services: await feedsOf(db, near, changes, now),
    thirdParties: await thirdPartiesOf(db, near),
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
  relations: Map<string, Relation> | undefined,
): NearChange {
  const minutes =
    Math.round(
      (incident.detectedAt.epochMilliseconds - Temporal.Instant.from(change.happenedAt).epochMilliseconds) /
        60_000,
    ) + 0;
  const relation = relationOf(change, relations);
  const mark = incident.suspects[change.id];
  return {
    ...change,
    relation,
    relationText: RELATION_WORDS[relation],
    minutesBeforeDetection: minutes,
    beforeText: beforeDetectionWords(minutes),
    mark: mark ? { state: mark.state, reason: mark.reason ?? null } : null,
  };
}

function relationOf(change: Change, relations: Map<string, Relation> | undefined): Relation {
  if (!relations) return 'any_service';
  return change.serviceId ? (relations.get(change.serviceId) ?? 'any_service') : 'no_service';
}

async function feedsOf(
  db: Db,
  near: Neighbour[],
  changes: Change[],
  now: Temporal.Instant,
): Promise<ServiceFeed[]> {
  if (near.length === 0) return [];
  // One look into the index for each service: counting would read every change it ever had.
  const { rows } = await sql<{ service_id: string; last_at: Temporal.Instant; heard_at: Temporal.Instant }>`
    select s.id as service_id, c.happened_at as last_at, c.received_at as heard_at
    from unnest(${near.map((each) => each.serviceId)}::text[]) as s(id)
    cross join lateral (select happened_at, received_at from change
      where service_id = s.id order by happened_at desc limit 1) c`.execute(db);
  const heardSince = now.subtract({ hours: FEED_DAYS * 24 });
  const last = new Map(rows.map((row) => [row.service_id, row]));
  return near.map((service) => {
    const feed = last.get(service.serviceId);
    const connected = feed !== undefined && Temporal.Instant.compare(feed.heard_at, heardSince) >= 0;
    const count = changes.filter((change) => change.serviceId === service.serviceId).length;
    return {
      ...service,
      changes: count,
      feed: connected ? 'connected' : 'not_connected',
      lastChangeAt: feed?.last_at.toString() ?? null,
      note: feedNote({ name: service.name, changes: count, connected }),
    };
  });
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
