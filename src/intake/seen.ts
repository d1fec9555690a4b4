/** What triage may know of alerts: when they began, what they say, where they come from, how their signals came in over time. */
import { sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';

const ALERTS_MAX = 100;
const SIGNALS_STEP_SECONDS = 60;

export type SeenAlert = {
  id: string;
  title: string;
  serviceId: string | null;
  startedAt: Temporal.Instant;
  resolvedAt: Temporal.Instant | null;
  labels: Record<string, unknown>;
};

/** @returns the alerts of an incident, the earliest first, at most a hundred */
export async function alertsSeen(db: Db, incidentId: string): Promise<SeenAlert[]> {
  const { rows } = await sql<Row>`${COLUMNS} join alert_place p on p.alert_id = a.id
    where p.incident_id = ${incidentId} order by a.started_at, a.id limit ${ALERTS_MAX}`.execute(db);
  return rows.map(seen);
}

/** @returns the alerts of these services that began within a time, whatever incident they belong to, the latest first */
export async function alertsNear(
  db: Db,
  serviceIds: string[],
  from: Temporal.Instant,
  to: Temporal.Instant,
): Promise<SeenAlert[]> {
  if (serviceIds.length === 0) return [];
  const { rows } = await sql<Row>`${COLUMNS}
    where a.first_at >= ${from} and a.first_at <= ${to} and a.service_id = any(${serviceIds}::text[])
    order by a.first_at desc, a.id limit ${ALERTS_MAX}`.execute(db);
  return rows.map(seen);
}

/** @returns how many signals of the incident's alerts came in each minute, where there were any */
export async function signalsSeen(
  db: Db,
  incidentId: string,
  from: Temporal.Instant,
  to: Temporal.Instant,
): Promise<{ at: Temporal.Instant; count: number }[]> {
  // The event that opened an alert is kept with the alert, the later ones as signals.
  const { rows } = await sql<{ at: Temporal.Instant; count: number }>`
    select date_bin(make_interval(secs => ${SIGNALS_STEP_SECONDS}), came_at, timestamptz 'epoch') as at, count(*)::int as count
    from (
      select a.first_at as came_at from alert_place p join alert a on a.id = p.alert_id
      where p.incident_id = ${incidentId}
      union all
      select s.received_at from alert_place p join signal s on s.alert_id = p.alert_id
      where p.incident_id = ${incidentId} and s.received_at >= ${from} and s.received_at <= ${to}
    ) came
    where came_at >= ${from} and came_at <= ${to}
    group by 1 order by 1`.execute(db);
  return rows;
}

type Row = {
  id: string;
  title: string;
  service_id: string | null;
  started_at: Temporal.Instant;
  resolved_at: Temporal.Instant | null;
  labels: unknown;
};

const COLUMNS = sql`select a.id, a.title, a.service_id, a.started_at, a.resolved_at, a.labels from alert a`;

function seen(row: Row): SeenAlert {
  return {
    id: row.id,
    title: row.title,
    serviceId: row.service_id,
    startedAt: row.started_at,
    resolvedAt: row.resolved_at,
    labels: (row.labels ?? {}) as Record<string, unknown>,
  };
}
