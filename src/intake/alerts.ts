/** What declare may ask of alerts and do to them; story.ts hands these functions over. */
import { sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';
import type { AlertSeverity, Format, Outcome } from './incoming.ts';

/** Without labels, links and details: those are for people, and a storm is read by the thousand. */
export type Alert = {
  id: string;
  integrationId: string;
  integrationName: string;
  dedupKey: string;
  serviceId: string | undefined;
  /** What the sender called the service, where no service has that name. */
  serviceHint: string | undefined;
  title: string;
  severity: AlertSeverity;
  state: 'open' | 'resolved';
  outcome: Outcome;
  proposedSeverity: 'P1' | 'P2' | 'P3' | undefined;
  /** The rule that decided the outcome, in words. */
  rule: string;
  source: string;
  format: Format;
  /** When the sender says it began; `firstAt` is when we heard of it. */
  startedAt: Temporal.Instant;
  firstAt: Temporal.Instant;
  lastAt: Temporal.Instant;
  resolvedAt: Temporal.Instant | undefined;
  endedBy: 'signal' | 'expiry' | undefined;
  expiresAt: Temporal.Instant | undefined;
  upstreamAcknowledgedAt: Temporal.Instant | undefined;
  count: number;
  incidentId: string | undefined;
  /** Rises with every change that matters; a change is new while `consideredSeq` is behind it. */
  changeSeq: number;
  consideredSeq: number;
  /** The incident of the last alert that was open under the same key before this one. */
  previousIncidentId: string | undefined;
};

/** @returns the alerts that exist, oldest first; `db` may be a transaction */
export async function readAlerts(db: Db, ids: string[]): Promise<Alert[]> {
  if (ids.length === 0) return [];
  return query(db, sql`a.id = any(${ids}::text[])`);
}

/** Every open alert that belongs to the incident, oldest first. */
export async function openAlertsOf(db: Db, incidentId: string): Promise<Alert[]> {
  return query(db, sql`p.incident_id = ${incidentId} and a.state = 'open'`);
}

/** Every alert of the incident, oldest first. */
export async function alertsOf(db: Db, incidentId: string): Promise<Alert[]> {
  return query(db, sql`p.incident_id = ${incidentId}`);
}

/** Says to which incident the alerts belong; one statement for any number of them. */
export async function attachAlerts(tx: Db, alertIds: string[], incidentId: string): Promise<void> {
  if (alertIds.length)
    await sql`insert into alert_place (alert_id, incident_id, considered_seq)
      select distinct unnest(${alertIds}::text[]), ${incidentId}, 0
      on conflict (alert_id) do update set incident_id = excluded.incident_id`.execute(tx);
}

export async function attachAlert(tx: Db, alertId: string, incidentId: string): Promise<void> {
  await attachAlerts(tx, [alertId], incidentId);
}

/** The changes up to `changeSeq` have been considered; a later change stays new. Never lowers what is there. */
export async function markConsidered(
  tx: Db,
  alerts: readonly { id: string; changeSeq: number }[],
): Promise<void> {
  if (alerts.length === 0) return;
  const seen = JSON.stringify(alerts.map(({ id, changeSeq }) => ({ id, seq: changeSeq })));
  await sql`insert into alert_place as p (alert_id, considered_seq)
    select id, max(seq) from jsonb_to_recordset(${seen}::jsonb) as s(id text, seq integer) group by id
    on conflict (alert_id) do update set considered_seq = greatest(p.considered_seq, excluded.considered_seq)`.execute(
    tx,
  );
}

/** Both at once, for a storm: any number of alerts, each with its incident, in one statement. */
export async function placeAlerts(
  tx: Db,
  alerts: readonly { id: string; changeSeq: number; incidentId: string }[],
): Promise<void> {
  if (alerts.length === 0) return;
  const places = JSON.stringify(
    alerts.map(({ id, changeSeq, incidentId }) => ({ id, seq: changeSeq, incident_id: incidentId })),
  );
  await sql`insert into alert_place as p (alert_id, incident_id, considered_seq)
    select distinct on (id) id, incident_id, seq
    from jsonb_to_recordset(${places}::jsonb) as s(id text, incident_id text, seq integer) order by id, seq desc
    on conflict (alert_id) do update set incident_id = excluded.incident_id,
      considered_seq = greatest(p.considered_seq, excluded.considered_seq)`.execute(tx);
}

/** After a merge every alert of one incident belongs to the other. */
export async function moveAlerts(tx: Db, from: string, to: string): Promise<void> {
  await tx.updateTable('alert_place').set({ incident_id: to }).where('incident_id', '=', from).execute();
}

type Row = Record<string, unknown>;

async function query(db: Db, where: ReturnType<typeof sql>): Promise<Alert[]> {
  const { rows } = await sql<Row>`
    select a.id, a.integration_id, a.dedup_key, a.service_id, a.service_hint, a.title, a.severity, a.state, a.outcome,
      a.proposed_severity, a.rule, a.source, a.format, a.started_at, a.first_at, a.last_at, a.resolved_at, a.ended_by,
      a.expires_at, a.upstream_acknowledged_at, a.count, a.change_seq, n.name as integration_name, p.incident_id, coalesce(p.considered_seq, 0) as considered_seq, (
      select q.incident_id from alert b join alert_place q on q.alert_id = b.id
      where b.integration_id = a.integration_id and b.dedup_key = a.dedup_key and b.state = 'resolved' and b.id <> a.id
        and b.first_at <= a.first_at and q.incident_id is not null
      order by b.first_at desc limit 1) as previous_incident_id
    from alert a join integration n on n.id = a.integration_id left join alert_place p on p.alert_id = a.id
    where ${where} order by a.first_at, a.id`.execute(db);
  return rows.map(alertOf);
}

/** A row as the rest of the house sees it. */
export function alertOf(row: Row): Alert {
  const camel = Object.entries(row).map(([name, value]) => [
    name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    value ?? undefined,
  ]);
  return Object.fromEntries(camel) as Alert;
}
