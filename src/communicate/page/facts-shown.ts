/** Reads what the public page is made of: public names, incidents of which something was said publicly, and exactly those words. */
import { sql } from 'kysely';
import type { UpdateKind, UpdateStatus } from '#incident/types.ts';
import type { Db, Tx } from '#platform/db/database.ts';
import { type Organisation, readOrganisation } from '../organisation.ts';

export const HISTORY_DAYS = 60;
const INCIDENTS_MAX = 300;
const UPDATES_MAX = 6000;

export type ShownService = { id: string; name: string; since: Temporal.Instant };
export type ShownUpdate = {
  seq: number;
  kind: UpdateKind;
  status: UpdateStatus;
  impact: string;
  action: string;
  nextAt: Temporal.Instant | null;
  nothingNew: boolean;
  automatic: boolean;
  at: Temporal.Instant;
};
export type ShownIncident = {
  id: string;
  reference: string;
  state: string;
  severity: 'P1' | 'P2' | 'P3';
  level: 'not' | 'partly';
  serviceIds: string[];
  startedAt: Temporal.Instant;
  restoredAt: Temporal.Instant | null;
  endedAt: Temporal.Instant | null;
  mergedInto: string | null;
  promisedAt: Temporal.Instant | null;
  calledAt: Temporal.Instant | null;
  /** Oldest first; never empty. */
  updates: ShownUpdate[];
};
export type Shown = { organisation: Organisation; services: ShownService[]; incidents: ShownIncident[] };

export async function readShown(db: Db | Tx, now: Temporal.Instant): Promise<Shown> {
  const organisation = await readOrganisation(db);
  const services = await db
    .selectFrom('service')
    .select(['id', 'public_name as name', 'created_at as since'])
    .where('on_public_page', '=', true)
    .where('public_name', 'is not', null)
    .where('archived_at', 'is', null)
    .orderBy(sql`lower(public_name)`)
    .orderBy('id')
    .execute();
  const incidents = services.length
    ? await readIncidents(
        db,
        services.map((each) => each.id),
        now,
      )
    : [];
  return { organisation, services: services.map((each) => ({ ...each, name: each.name ?? '' })), incidents };
}

async function readIncidents(
  db: Db | Tx,
  serviceIds: string[],
  now: Temporal.Instant,
): Promise<ShownIncident[]> {
  const since = now.subtract({ hours: 24 * (HISTORY_DAYS + 1) });
  const rows = await db
    .selectFrom('public_incident')
    .selectAll()
    .where('hidden', '=', false)
    .where(sql<boolean>`service_ids && ${serviceIds}::text[]`)
    .where((where) => where.or([where('ended_at', 'is', null), where('ended_at', '>', since)]))
    .orderBy('started_at', 'desc')
    .orderBy('incident_id')
    .limit(INCIDENTS_MAX)
    .execute();
  const updates = await readUpdates(
    db,
    rows.map((row) => row.incident_id),
  );
  return rows.flatMap((row) => {
    const said = updates.get(row.incident_id);
    if (!said?.length) return [];
    return [
      {
        id: row.incident_id,
        reference: row.reference,
        state: row.state,
        severity: row.severity as ShownIncident['severity'],
        level: row.level as ShownIncident['level'],
        serviceIds: row.service_ids,
        startedAt: row.started_at,
        restoredAt: row.restored_at,
        endedAt: row.ended_at,
        mergedInto: row.merged_into,
        promisedAt: row.promised_at,
        calledAt: row.called_at,
        updates: said,
      },
    ];
  });
}

async function readUpdates(db: Db | Tx, incidentIds: string[]): Promise<Map<string, ShownUpdate[]>> {
  if (!incidentIds.length) return new Map();
  const rows = await db
    .selectFrom('incident_update as u')
    .innerJoin('update_text as t', 't.update_id', 'u.id')
    .select([
      'u.incident_id',
      'u.seq',
      'u.kind',
      'u.status',
      't.impact',
      't.action',
      'u.next_at',
      'u.nothing_new',
      'u.automatic',
      'u.created_at',
    ])
    .where('u.incident_id', 'in', incidentIds)
    .where('t.audience', '=', 'public')
    .orderBy('u.created_at', 'desc')
    .orderBy('u.seq', 'desc')
    .limit(UPDATES_MAX)
    .execute();
  const shown = Map.groupBy(rows.toReversed(), (row) => row.incident_id);
  return new Map(
    [...shown].map(([id, list]) => [
      id,
      list.map((row) => ({
        seq: row.seq,
        kind: row.kind as UpdateKind,
        status: row.status as UpdateStatus,
        impact: row.impact,
        action: row.action,
        nextAt: row.next_at,
        nothingNew: row.nothing_new,
        automatic: row.automatic,
        at: row.created_at,
      })),
    ]),
  );
}
