/** Reads what one page is made of: public names, incidents of which something was said to its audience, and exactly those words. */
import { type RawBuilder, sql } from 'kysely';
import { fromJson } from '#incident/document.ts';
import type { ClientImpact, Confirmed, Lateness, UpdateKind, UpdateStatus } from '#incident/types.ts';
import type { Db, Tx } from '#platform/db/database.ts';
import { type Learned, readLearned } from '../learned.ts';
import { withOwnNames } from '../message.ts';
import { type Organisation, readOrganisation } from '../organisation.ts';
import { type PlacedService, type StatusPage, servicesOn } from './pages.ts';

export const HISTORY_DAYS = 90;
const INCIDENTS_MAX = 300;
const UPDATES_MAX = 6000;
const MAINTENANCES_MAX = 100;

export type ShownService = PlacedService;
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
  /** Of an automatic message: its facts, and what a person told these readers last. */
  lateness?: Lateness | undefined;
  confirmed?: Confirmed | undefined;
};
export type ShownIncident = {
  id: string;
  reference: string;
  state: string;
  severity: 'P1' | 'P2' | 'P3';
  /** 'works': this page's client is not affected, and was told so. */
  level: 'not' | 'partly' | 'works';
  serviceIds: string[];
  startedAt: Temporal.Instant;
  restoredAt: Temporal.Instant | null;
  endedAt: Temporal.Instant | null;
  mergedInto: string | null;
  promisedAt: Temporal.Instant | null;
  calledAt: Temporal.Instant | null;
  /** Oldest first; never empty. */
  updates: ShownUpdate[];
  /** What was learned, as far as this page's readers may read it. */
  learned?: Learned | undefined;
};
export type MaintenanceState = 'scheduled' | 'in_progress' | 'completed' | 'cancelled';
export type ShownMaintenance = {
  id: string;
  reference: string;
  title: string;
  impact: string;
  state: MaintenanceState;
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
  startedAt: Temporal.Instant | null;
  finishedAt: Temporal.Instant | null;
  serviceIds: string[];
  sequence: number;
  createdAt: Temporal.Instant;
  updatedAt: Temporal.Instant;
  /** Oldest first. */
  updates: { seq: number; state: MaintenanceState; text: string; at: Temporal.Instant }[];
};
export type Shown = {
  page: StatusPage;
  organisation: Organisation;
  services: ShownService[];
  incidents: ShownIncident[];
  maintenances: ShownMaintenance[];
};

export async function readShown(db: Db | Tx, page: StatusPage, now: Temporal.Instant): Promise<Shown> {
  const organisation = await readOrganisation(db);
  const services = await servicesOn(db, page);
  const ids = services.map((each) => each.id);
  const incidents = ids.length ? await readIncidents(db, page, services, now) : [];
  const maintenances = ids.length ? await readMaintenances(db, page, ids, now) : [];
  return { page, organisation, services, incidents, maintenances };
}

/** Which messages a page may show: a client's own and what is public anyway; everybody else's page only what is public. */
export function mayShow(clientId: string | null, update: 'u' | 'incident_update'): RawBuilder<boolean> {
  const row = sql.ref(update);
  return clientId === null
    ? sql<boolean>`${row}.public_page`
    : sql<boolean>`(${row}.public_page or ${clientId} = any(${row}.client_ids))`;
}

/** Whose words a page shows of a message: those for its client alone, else those for all clients, else the public ones. */
export function wordsFor(clientId: string | null, update: 'u' | 'incident_update'): RawBuilder<string> {
  if (clientId === null) return sql<string>`'public'`;
  const row = sql.ref(update);
  const own = `client:${clientId}`;
  return sql<string>`case when not ${clientId} = any(${row}.client_ids) then 'public'
    when exists (select 1 from update_text own where own.update_id = ${row}.id and own.audience = ${own}) then ${own}
    else 'clients' end`;
}

async function readIncidents(
  db: Db | Tx,
  page: StatusPage,
  services: ShownService[],
  now: Temporal.Instant,
): Promise<ShownIncident[]> {
  const serviceIds = services.map((each) => each.id);
  const since = now.subtract({ hours: 24 * (HISTORY_DAYS + 1) });
  const rows = await db
    .selectFrom('public_incident')
    .selectAll('public_incident')
    .select(
      // What went to one client alone moved no promise to anybody else.
      sql<number>`(select max(seq) from incident_update u where u.incident_id = public_incident.incident_id and u.only_client_id is null and not u.automatic)`.as(
        'last_seq',
      ),
    )
    .where('hidden', '=', false)
    .where(sql<boolean>`service_ids && ${serviceIds}::text[]`)
    .where((where) => where.or([where('ended_at', 'is', null), where('ended_at', '>', since)]))
    .where(
      sql<boolean>`exists (select 1 from incident_update u where u.incident_id = public_incident.incident_id and ${mayShow(page.clientId, 'u')})`,
    )
    .orderBy('started_at', 'desc')
    .orderBy('incident_id')
    .limit(INCIDENTS_MAX)
    .execute();
  const updates = await readUpdates(
    db,
    page.clientId,
    rows.map((row) => row.incident_id),
  );
  const learned = await readLearned(
    db,
    page.clientId,
    rows.map((row) => row.incident_id),
  );
  return rows.flatMap((row) => {
    const impact = page.clientId
      ? (row.client_impacts as Record<string, ClientImpact>)[page.clientId]
      : undefined;
    // Who is not affected reads only what was said to him: what others suffer would be wrong on his page.
    const said = (updates.get(row.incident_id) ?? []).filter(
      (each) => impact !== 'not_affected' || each.toClient,
    );
    if (!said.length) return [];
    // A machine's message moves no promise.
    const last = said.findLast((each) => !each.automatic);
    const names = services.filter((each) => row.service_ids.includes(each.id)).map((each) => each.name);
    return [
      {
        id: row.incident_id,
        reference: row.reference,
        state: row.state,
        severity: row.severity as ShownIncident['severity'],
        level: impact ? LEVEL[impact] : (row.level as ShownIncident['level']),
        serviceIds: row.service_ids,
        startedAt: row.started_at,
        restoredAt: row.restored_at,
        endedAt: row.ended_at,
        mergedInto: row.merged_into,
        // What was promised to others since is no promise to these readers.
        promisedAt: !last || last.seq === row.last_seq ? row.promised_at : last.nextAt,
        calledAt: row.called_at,
        // Who was told that it is not affected reads nothing of what others learn of theirs.
        learned: impact === 'not_affected' ? undefined : learned.get(row.incident_id),
        updates: said.map(({ toClient: _, publicNames, ...update }) => ({
          ...update,
          // The first page is where all public names stand; on every other one only its own.
          impact: page.slug === null ? update.impact : withOwnNames(update.impact, publicNames, names),
        })),
      },
    ];
  });
}

const LEVEL = { down: 'not', degraded: 'partly', not_affected: 'works' } as const;

async function readUpdates(
  db: Db | Tx,
  clientId: string | null,
  incidentIds: string[],
): Promise<Map<string, (ShownUpdate & { toClient: boolean; publicNames: string[] })[]>> {
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
      'u.lateness',
      't.confirmed',
    ])
    .select(sql<string[] | null>`u.about -> 'publicNames'`.as('public_names'))
    .select(sql<boolean>`coalesce(${clientId}::text = any(u.client_ids), false)`.as('to_client'))
    .where('u.incident_id', 'in', incidentIds)
    .where(mayShow(clientId, 'u'))
    .where('t.audience', '=', wordsFor(clientId, 'u'))
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
        ...machineFacts(row),
        toClient: row.to_client,
        publicNames: row.public_names ?? [],
      })),
    ]),
  );
}

/** The facts of an automatic message as they lie in its rows; nothing for one of a person. */
export function machineFacts(row: {
  lateness: unknown;
  confirmed: unknown;
}): Pick<ShownUpdate, 'lateness' | 'confirmed'> {
  return {
    ...(row.lateness ? { lateness: fromJson<Lateness>(row.lateness) } : {}),
    ...(row.confirmed ? { confirmed: fromJson<Confirmed>(row.confirmed) } : {}),
  };
}

async function readMaintenances(
  db: Db | Tx,
  page: StatusPage,
  serviceIds: string[],
  now: Temporal.Instant,
): Promise<ShownMaintenance[]> {
  const since = now.subtract({ hours: 24 * HISTORY_DAYS });
  const rows = await db
    .selectFrom('maintenance')
    .selectAll()
    .where(sql<boolean>`page_ids @> ${[page.id]}::text[]`)
    .where(sql<boolean>`service_ids && ${serviceIds}::text[]`)
    .where((where) =>
      where.or([where('state', 'in', ['scheduled', 'in_progress']), where('updated_at', '>', since)]),
    )
    .orderBy('starts_at', 'desc')
    .orderBy('id')
    .limit(MAINTENANCES_MAX)
    .execute();
  if (!rows.length) return [];
  const said = await db
    .selectFrom('maintenance_update')
    .selectAll()
    .where(
      'maintenance_id',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('seq')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    reference: row.reference,
    title: row.title,
    impact: row.impact,
    state: row.state as MaintenanceState,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    serviceIds: row.service_ids,
    sequence: row.sequence,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    updates: said
      .filter((each) => each.maintenance_id === row.id)
      .map((each) => ({
        seq: each.seq,
        state: each.state as MaintenanceState,
        text: each.text,
        at: each.said_at,
      })),
  }));
}
