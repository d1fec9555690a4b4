/** Changes as rows: recorded once however often they are sent, found by service and time. */
import { sql } from 'kysely';
import { type Db, json, type Tx } from '#platform/db/database.ts';
import { cursorOf, readTimeCursor } from '#platform/http/fields.ts';
import { newId } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import type { ChangeKind, Rollback } from './relation.ts';

export type Link = { href: string; text: string };

/** A change as a room hands it over. Sent again with the same `externalId` from the same source, it is the same change. */
export type IncomingChange = {
  integrationId: string | undefined;
  serviceId?: string | undefined;
  /** What the sender called the service, kept where we know none of that name. */
  serviceNamed?: string | undefined;
  externalId?: string | undefined;
  kind: ChangeKind;
  summary: string;
  source: string;
  happenedAt: Temporal.Instant;
  links: Link[];
  details: Record<string, unknown>;
  rollback?: Rollback | undefined;
  environment?: string | undefined;
  recordedBy?: string | undefined;
};

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
  rollback: Rollback;
  environment: string | null;
  happenedAt: string;
  receivedAt: string;
  recordedBy: string;
};

export type RecordChanges = (tx: Tx, changes: IncomingChange[]) => Promise<string[]>;

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
        rollback: change.rollback ?? 'unknown',
        environment: change.environment ?? null,
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
          environment: row.fn.coalesce('excluded.environment', 'change.environment'),
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
  rollback: string;
  environment: string | null;
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
    rollback: row.rollback as Rollback,
    environment: row.environment,
    happenedAt: row.happened_at.toString(),
    receivedAt: row.received_at.toString(),
    recordedBy: row.recorded_by,
  };
}
