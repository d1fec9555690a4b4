/** Changes as others read them: found by service, kind, environment, source and time. */
import { sql } from 'kysely';
import type { ChangeKind, ChangeState, Link, RecordChanges, Rollback } from '#incident/change.ts';
import type { Db } from '#platform/db/database.ts';
import { cursorOf, readTimeCursor } from '#platform/http/fields.ts';
import { createPolicies } from '#promise/policies.ts';
import { createLedger } from './ledger.ts';

export type Change = {
  id: string;
  serviceId: string | null;
  serviceName: string | null;
  /** What the sender called it, when no service has that name. */
  serviceNamed: string | null;
  kind: ChangeKind;
  summary: string;
  source: string;
  externalId: string | null;
  links: Link[];
  details: Record<string, unknown>;
  state: ChangeState;
  rollback: Rollback;
  rollbackHow: string | null;
  environment: string | null;
  versionBefore: string | null;
  versionAfter: string | null;
  ramp: { at: string; percent: number; where: string | null }[];
  /** The last step of its ramp, else when it happened. */
  liveAt: string;
  size: number | null;
  mends: boolean;
  /** The team that owns the service: whom to ask. Never who made the change. */
  team: { id: string; name: string } | null;
  happenedAt: string;
  /** Of what is planned: until when. */
  endsAt: string | null;
  /** What the sender's clock said, where it ran ahead of ours. */
  claimedAt: string | null;
  receivedAt: string;
  recordedBy: string;
};

/** @returns a function that records changes within a transaction and answers their ids, in the order given */
export function createRecordChanges(
  platform: Parameters<typeof createLedger>[0],
  policies = createPolicies(),
): RecordChanges {
  return createLedger(platform, policies).record;
}

export type ChangeFilter = {
  serviceIds?: string[] | undefined;
  /** Changes without a service are included too. */
  orWithoutService?: boolean | undefined;
  kinds?: ChangeKind[] | undefined;
  environment?: string | undefined;
  /** What sends them, or the integration that they come through. */
  source?: string | undefined;
  from?: Temporal.Instant | undefined;
  to?: Temporal.Instant | undefined;
};

/** @returns changes newest first, `next` when there are more */
export async function listChanges(
  db: Db,
  filter: ChangeFilter,
  page: { cursor?: string | undefined; limit: number },
): Promise<{ items: Change[]; next: string | null }> {
  const { serviceIds, orWithoutService, kinds, environment, source, from, to } = filter;
  let query = described(db)
    .orderBy('change.happened_at', 'desc')
    .orderBy('change.id', 'desc')
    .limit(page.limit + 1);
  if (serviceIds)
    query = query.where((row) =>
      row.or([
        row('change.service_id', '=', row.fn.any(row.val(serviceIds))),
        ...(orWithoutService ? [row('change.service_id', 'is', null)] : []),
      ]),
    );
  if (kinds) query = query.where((row) => row('change.kind', '=', row.fn.any(row.val<string[]>(kinds))));
  if (environment) query = query.where(sql<boolean>`lower(change.environment) = lower(${environment})`);
  if (source)
    query = query.where((row) =>
      row.or([row('change.source', '=', source), row('change.integration_id', '=', source)]),
    );
  if (from) query = query.where('change.happened_at', '>=', from);
  if (to) query = query.where('change.happened_at', '<=', to);
  if (page.cursor) {
    const { at, id } = readTimeCursor(page.cursor);
    query = query.where(sql<boolean>`(change.happened_at, change.id) < (${at}::timestamptz, ${id}::text)`);
  }
  const rows = await query.execute();
  const items = rows.slice(0, page.limit).map(toChange);
  const last = items.at(-1);
  return { items, next: rows.length > page.limit && last ? cursorOf(last.happenedAt, last.id) : null };
}

/**
 * @param within when they are known to have happened: only those weeks are opened
 * @returns those of the ids that exist, newest first
 */
export async function findChanges(
  db: Db,
  ids: string[],
  within?: { from: Temporal.Instant; to: Temporal.Instant },
): Promise<Change[]> {
  if (ids.length === 0) return [];
  let query = described(db).where((row) => row('change.id', '=', row.fn.any(row.val(ids))));
  if (within)
    query = query.where('change.happened_at', '>=', within.from).where('change.happened_at', '<=', within.to);
  // Put in order here: asked to, the database would read the weeks in order of time instead of by the ids.
  return (await query.execute())
    .toSorted(
      (one, other) =>
        Temporal.Instant.compare(other.happened_at, one.happened_at) || (one.id < other.id ? 1 : -1),
    )
    .map(toChange);
}

function described(db: Db) {
  return db
    .selectFrom('change')
    .leftJoin('service', 'service.id', 'change.service_id')
    .leftJoin('team', 'team.id', 'service.owner_team_id')
    .selectAll('change')
    .select(['service.name as service_name', 'team.id as team_id', 'team.name as team_name']);
}

type Row = {
  id: string;
  service_id: string | null;
  service_name: string | null;
  service_named: string | null;
  kind: string;
  summary: string;
  source: string;
  external_id: string | null;
  links: unknown;
  details: unknown;
  state: string;
  rollback: string;
  rollback_how: string | null;
  environment: string | null;
  version_before: string | null;
  version_after: string | null;
  ramp: unknown;
  live_at: Temporal.Instant;
  size: number | null;
  mends: boolean;
  team_id: string | null;
  team_name: string | null;
  happened_at: Temporal.Instant;
  ends_at: Temporal.Instant | null;
  claimed_at: Temporal.Instant | null;
  received_at: Temporal.Instant;
  recorded_by: string;
};

function toChange(row: Row): Change {
  return {
    id: row.id,
    serviceId: row.service_id,
    serviceName: row.service_name,
    serviceNamed: row.service_named,
    kind: row.kind as ChangeKind,
    summary: row.summary,
    source: row.source,
    externalId: row.external_id,
    links: row.links as Link[],
    details: row.details as Record<string, unknown>,
    state: row.state as ChangeState,
    rollback: row.rollback as Rollback,
    rollbackHow: row.rollback_how,
    environment: row.environment,
    versionBefore: row.version_before,
    versionAfter: row.version_after,
    ramp: (row.ramp as Change['ramp']).map((step) => ({ ...step, where: step.where ?? null })),
    liveAt: row.live_at.toString(),
    size: row.size,
    mends: row.mends,
    team: row.team_id === null ? null : { id: row.team_id, name: row.team_name ?? '' },
    happenedAt: row.happened_at.toString(),
    endsAt: row.ends_at?.toString() ?? null,
    claimedAt: row.claimed_at?.toString() ?? null,
    receivedAt: row.received_at.toString(),
    recordedBy: row.recorded_by,
  };
}
