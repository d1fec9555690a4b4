/** Changes as rows: recorded once however often they are sent, found by service and time. */
import { sql } from 'kysely';
import type {
  ChangeKind,
  ChangeState,
  IncomingChange,
  Link,
  RecordChanges,
  Rollback,
} from '#incident/change.ts';
import { type Db, json, type Tx } from '#platform/db/database.ts';
import { cursorOf, readTimeCursor } from '#platform/http/fields.ts';
import { newId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';

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
  happenedAt: string;
  receivedAt: string;
  recordedBy: string;
};

/** @returns a function that records changes within a transaction and answers their ids, in the order given */
export function createRecordChanges(platform: Pick<Platform, 'clock' | 'live'>): RecordChanges {
  return async (tx, changes) => {
    if (changes.length === 0) return [];
    const now = platform.clock.now();
    // One statement cannot touch a row twice: of a change that comes twice in a batch, the last counts.
    const folded = new Map(changes.map((change, index) => [keyOf(change) ?? `#${index}`, change]));
    const keys = [...folded.keys()];
    const rows = await insert(tx, [...folded.values()], now);
    const idByKey = new Map(keys.map((key, index) => [key, rows[index]?.id ?? '']));
    // One hint for the batch: clients fetch the list again whatever it names.
    const first = rows[0];
    if (first) await platform.live.publish(tx, { kind: 'change', id: first.id, version: first.version }, now);
    return changes.map((change, index) => idByKey.get(keyOf(change) ?? `#${index}`) ?? '');
  };
}

function keyOf(change: IncomingChange): string | undefined {
  return change.externalId === undefined
    ? undefined
    : JSON.stringify([change.integrationId ?? '', change.source, change.externalId]);
}

/** PostgreSQL returns the rows of a VALUES list in its order. */
async function insert(
  tx: Tx,
  changes: IncomingChange[],
  now: Temporal.Instant,
): Promise<{ id: string; version: number }[]> {
  return tx
    .insertInto('change')
    .values(
      changes.map((change) => ({
        id: newId('chg'),
        service_id: change.serviceId ?? null,
        service_named: change.serviceId ? null : (change.serviceNamed ?? null),
        kind: change.kind,
        summary: change.summary,
        source: change.source,
        external_id: change.externalId ?? null,
        links: json(change.links),
        details: json(change.details),
        state: change.state ?? 'done',
        rollback: change.rollback ?? 'unknown',
        rollback_how: change.rollbackHow ?? null,
        environment: change.environment ?? null,
        version_before: change.versionBefore ?? null,
        version_after: change.versionAfter ?? null,
        ramp: json((change.ramp ?? []).map((step) => ({ ...step, at: step.at.toString() }))),
        live_at: change.ramp?.at(-1)?.at ?? change.happenedAt,
        size: change.size ?? null,
        mends: change.mends ?? false,
        integration_id: change.integrationId ?? null,
        happened_at: change.happenedAt,
        received_at: now,
        recorded_by: change.recordedBy ?? change.source,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .expression(sql`(coalesce(integration_id, '')), source, external_id`)
        .where('external_id', 'is not', null)
        .doUpdateSet((row) => ({
          service_id: row.fn.coalesce('excluded.service_id', 'change.service_id'),
          service_named: row.ref('excluded.service_named'),
          kind: row.ref('excluded.kind'),
          summary: row.ref('excluded.summary'),
          links: row.ref('excluded.links'),
          details: row.ref('excluded.details'),
          rollback: sql<string>`case when excluded.rollback = 'unknown' then change.rollback else excluded.rollback end`,
          state: row.ref('excluded.state'),
          rollback_how: row.fn.coalesce('excluded.rollback_how', 'change.rollback_how'),
          environment: row.fn.coalesce('excluded.environment', 'change.environment'),
          version_before: row.fn.coalesce('excluded.version_before', 'change.version_before'),
          version_after: row.fn.coalesce('excluded.version_after', 'change.version_after'),
          ramp: row.ref('excluded.ramp'),
          live_at: row.ref('excluded.live_at'),
          size: row.fn.coalesce('excluded.size', 'change.size'),
          mends: row.ref('excluded.mends'),
          happened_at: row.ref('excluded.happened_at'),
          version: sql<number>`change.version + 1`,
        })),
    )
    .returning(['id', 'version'])
    .execute();
}

export type ChangeFilter = {
  serviceIds?: string[] | undefined;
  /** Changes without a service are included too. */
  orWithoutService?: boolean | undefined;
  ids?: string[] | undefined;
  from?: Temporal.Instant | undefined;
  to?: Temporal.Instant | undefined;
};

/** @returns changes newest first, `next` when there are more */
export async function listChanges(
  db: Db,
  filter: ChangeFilter,
  page: { cursor?: string | undefined; limit: number },
): Promise<{ items: Change[]; next: string | null }> {
  const { serviceIds, orWithoutService, ids, from, to } = filter;
  let query = db
    .selectFrom('change')
    .leftJoin('service', 'service.id', 'change.service_id')
    .selectAll('change')
    .select('service.name as service_name')
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
  if (ids) query = query.where((row) => row('change.id', '=', row.fn.any(row.val(ids))));
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

export async function findChanges(db: Db, ids: string[]): Promise<Change[]> {
  return ids.length === 0 ? [] : (await listChanges(db, { ids }, { limit: ids.length })).items;
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
  happened_at: Temporal.Instant;
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
    happenedAt: row.happened_at.toString(),
    receivedAt: row.received_at.toString(),
    recordedBy: row.recorded_by,
  };
}
