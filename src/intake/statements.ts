/** The statements of a group, one round trip each however many events it has. Both engines run the same text. */
import { CompiledQuery, sql } from 'kysely';
import { type Column, parametersOf } from '#platform/db/columns.ts';
import type { Database, Tx } from '#platform/db/database.ts';
import { newOrderedId } from '#platform/ids.ts';
import type { Sorted, Step } from './fold.ts';
import { wholePayload } from './payload.ts';

/** An alert that a statement touched; `matters` when declare has to look at it. */
export type Found = { id: string; matters: boolean };

const SIGNAL = `integration_id text, dedup_key text, key_hash uuid, received_at timestamptz, action text, format text, title text,
  result text, payload jsonb`;

/** What the statement that puts alerts is told beside them. */
export type Putting = {
  engine: Database['engine'];
  /** The version of the integrations that the events were sorted by; under any other nothing is written. */
  version: number;
  /**
   * True: what declare has to look at is written down as news in the same statement, and one row comes back, which says whether
   * there was any. False: a row for each alert comes back.
   */
  news: boolean;
  now: Temporal.Instant;
};

/** What is known of an alert that is put, one parameter for each: a list of as many values as there are alerts. */
const COLUMNS = {
  id: 'text',
  integration_id: 'text',
  dedup_key: 'text',
  key_hash: 'uuid',
  service_id: 'text',
  service_hint: 'text',
  title: 'text',
  severity: 'text',
  outcome: 'text',
  proposed_severity: 'text',
  rule: 'text',
  source: 'text',
  format: 'text',
  started_at: 'timestamptz',
  first_at: 'timestamptz',
  last_at: 'timestamptz',
  expires_at: 'timestamptz',
  count: 'int4',
  labels: 'json',
  links: 'json',
  details: 'json',
  payload: 'json',
} as const satisfies Record<string, Column['type']>;
type Name = keyof typeof COLUMNS;
type Values = {
  text: string | null;
  uuid: string;
  json: string;
  timestamptz: Temporal.Instant | null;
  int4: number;
};
type Row = { [Each in Name]: Values[(typeof COLUMNS)[Each]] };
const NAMES = Object.keys(COLUMNS) as Name[];
const LISTED = NAMES.join(', ');

/**
 * Opens alerts, each with the event that opened it, or adds to those that are open under the same key and stores the signals:
 * one statement, so that a group can be one transaction and one round trip. An alert of `/api/v2/alerts` that is only sent again, unchanged, moves its end; its
 * payload is stored once an hour. No row comes back when the integrations have moved on.
 */
const PUT = `
  with input as not materialized (
    -- Not in "from", where each list would be written down as rows of its own first, and all of them once more.
    select ${NAMES.map((name, place) => `unnest($${place + 4}::${COLUMNS[name]}[]) as ${name}`).join(', ')}
    where (select version from integration_version) = $1
  ), put as (
    insert into alert as a (${LISTED}, state, signal_at) select ${LISTED}, 'open', last_at from input
    on conflict (key_hash) where state = 'open' do update set
      title = excluded.title, severity = excluded.severity, source = excluded.source, format = excluded.format,
      service_id = coalesce(excluded.service_id, a.service_id), service_hint = excluded.service_hint,
      outcome = excluded.outcome, proposed_severity = excluded.proposed_severity, rule = excluded.rule,
      last_at = greatest(a.last_at, excluded.last_at), expires_at = excluded.expires_at, count = a.count + excluded.count,
      signal_at = case when excluded.format = 'alertmanager_api' and excluded.title = a.title
        and ${same('labels')} and ${same('details')} and excluded.last_at < a.signal_at + interval '1 hour'
        then a.signal_at else greatest(a.last_at, excluded.last_at) end,
      -- What came first stays readable when labels and details are those of a later event.
      payload = case when ${same('labels')} and ${same('details')} then a.payload else ${wholePayload('a')} end,
      labels = excluded.labels, links = excluded.links, details = excluded.details,
      change_seq = a.change_seq + case when excluded.outcome <> a.outcome or excluded.severity <> a.severity
        or (excluded.service_id is not null and excluded.service_id is distinct from a.service_id) then 1 else 0 end
    returning id, key_hash, outcome, change_seq, xmax = 0 as opened, signal_at = last_at as keep,
      case when format <> 'report' then service_id end as service_id, proposed_severity
  ), kept as (
    insert into signal (received_at, integration_id, alert_id, dedup_key, action, format, title, result, payload)
    select i.first_at, i.integration_id, put.id, i.dedup_key, 'trigger', i.format, i.title, 'appended', ${wholePayload('i')}::jsonb
    from input i join put using (key_hash) where put.keep and not put.opened
    RUNS
  ), found as (
    select id, service_id, proposed_severity, opened and service_id is not null as may_join,
      outcome <> 'record' and (opened or not exists (
        select 1 from alert_place p where p.alert_id = put.id and p.considered_seq >= put.change_seq)) as matters
    from put
  ), told as (
    insert into alert_news (at, alert_ids, opened_ids, opened_services, opened_proposed)
    select $3::timestamptz, coalesce(array_agg(id) filter (where not may_join), '{}'),
      array_agg(id) filter (where may_join), array_agg(service_id) filter (where may_join),
      array_agg(proposed_severity) filter (where may_join)
    from found where $2::boolean and matters having count(*) > 0
  )
  select id, matters from found where not $2::boolean
  union all select '', bool_or(matters) from found where $2::boolean having count(*) > 0`;

/** What follows the first event of a key in its group; left out of the statement when nothing does, which is nearly always. */
const RUNS = `
    union all
    select s.received_at, s.integration_id, put.id, s.dedup_key, s.action, s.format, s.title, s.result, s.payload
    from jsonb_to_recordset($${NAMES.length + 4}::jsonb) as s(${SIGNAL}) join put using (key_hash) where put.keep`;

const PUT_ONE_BY_ONE = PUT.replace('RUNS', '');
const PUT_RUNS = PUT.replace('RUNS', RUNS);

/** The same document, whatever the order of its keys; its text says so nearly always. */
function same(column: 'labels' | 'details'): string {
  return `(excluded.${column}::text = a.${column}::text or excluded.${column}::jsonb = a.${column}::jsonb)`;
}

/** @returns the statement for any number of steps, each a run of triggers of one key */
export function puttingOf(
  steps: Step[],
  services: Map<string, string>,
  { engine, version, news, now }: Putting,
): { name: string; text: string; values: unknown[] } {
  const rows = steps.map((step) => rowOf(step, services));
  const columns = NAMES.map(
    (name) => ({ type: COLUMNS[name], values: rows.map((row) => row[name]) }) as Column,
  );
  const values = [version, news, now.toString(), ...parametersOf(engine, columns)];
  const runs = steps.filter(({ events }) => events.length > 1);
  if (runs.length === 0) return { name: 'intake.put', text: PUT_ONE_BY_ONE, values };
  const signals = runs.flatMap(({ keyHash, events }) =>
    events.slice(1).map((each) => signalOf(each, 'appended', keyHash)),
  );
  return { name: 'intake.put_runs', text: PUT_RUNS, values: [...values, JSON.stringify(signals)] };
}

export async function putAlerts(
  tx: Tx,
  steps: Step[],
  services: Map<string, string>,
  putting: Putting,
): Promise<Found[]> {
  const { text, values } = puttingOf(steps, services, putting);
  return (await tx.executeQuery<Found>(CompiledQuery.raw(text, values))).rows;
}

/** Acknowledges or resolves open alerts; what finds none is stored as dropped. */
export async function endAlerts(tx: Tx, steps: Step[]): Promise<Found[]> {
  const runs = steps.map(endOf);
  const ends = JSON.stringify(runs.map(({ row }, place) => ({ ...row, place })));
  const signals = JSON.stringify(runs.flatMap((each) => each.signals));
  const { rows } = await sql<Found>`
    with input as (
      select * from jsonb_to_recordset(${ends}::jsonb) as i(
        place integer, key_hash uuid, last_at timestamptz, acknowledged_at timestamptz,
        resolved_at timestamptz)
    ), locked as (
      select a.id, i.* from input i join alert a using (key_hash) where a.state = 'open'
      order by i.place for update of a
    ), ended as (
      update alert a set
        last_at = greatest(a.last_at, l.last_at), resolved_at = l.resolved_at,
        upstream_acknowledged_at = coalesce(a.upstream_acknowledged_at, l.acknowledged_at),
        state = case when l.resolved_at is null then 'open' else 'resolved' end,
        ended_by = case when l.resolved_at is null then null else 'signal' end,
        change_seq = a.change_seq + case when l.resolved_at is not null or a.upstream_acknowledged_at is null then 1 else 0 end
      from locked l where a.id = l.id
      returning a.id, a.key_hash, a.outcome, a.change_seq
    ), kept as (
      insert into signal (received_at, integration_id, alert_id, dedup_key, action, format, title, result, payload)
      select s.received_at, s.integration_id, ended.id, s.dedup_key, s.action, s.format, s.title,
        case when ended.id is null then 'dropped' else s.result end, s.payload
      from jsonb_to_recordset(${signals}::jsonb) as s(${sql.raw(SIGNAL)}) left join ended using (key_hash)
    )
    select ended.id, (outcome <> 'record' or p.incident_id is not null) and coalesce(p.considered_seq, 0) < change_seq as matters
    from ended left join alert_place p on p.alert_id = ended.id`.execute(tx);
  return rows;
}

/** Stores what a routing rule told us to ignore, so that nobody has to wonder where it went. */
export async function keepIgnored(tx: Tx, events: Sorted[]): Promise<void> {
  const signals = JSON.stringify(events.map((each) => signalOf(each, 'ignored')));
  await sql`
    insert into signal (received_at, integration_id, dedup_key, action, format, title, result, payload)
    select received_at, integration_id, dedup_key, action, format, title, result, payload
    from jsonb_to_recordset(${signals}::jsonb) as s(${sql.raw(SIGNAL)})`.execute(tx);
}

function rowOf({ integrationId, dedupKey, keyHash, events }: Step, services: Map<string, string>): Row {
  const first = events[0] as Sorted;
  const last = events.at(-1) as Sorted;
  const { event, format } = last.incoming;
  const named = last.route.names.map((name) => services.get(name)).find((id) => id !== undefined);
  const serviceId = last.route.serviceId ?? named ?? null;
  const { receivedAt } = first.incoming;
  return {
    id: newOrderedId('alr', receivedAt),
    integration_id: integrationId,
    dedup_key: dedupKey,
    key_hash: keyHash,
    service_id: serviceId,
    service_hint: serviceId ? null : (event.serviceNames[0] ?? null),
    title: event.title,
    severity: event.severity,
    outcome: last.route.outcome,
    proposed_severity: last.route.proposedSeverity,
    rule: last.route.rule,
    source: event.source,
    format,
    started_at: first.incoming.event.startedAt,
    first_at: receivedAt,
    last_at: last.incoming.receivedAt,
    expires_at: event.expiresAt ?? null,
    count: events.length,
    labels: JSON.stringify(event.labels),
    links: JSON.stringify(event.links),
    details: JSON.stringify(event.details),
    payload: JSON.stringify(first.incoming.event.rest ?? first.incoming.event.payload),
  };
}

function endOf({ keyHash, events }: Step): { row: object; signals: object[] } {
  const end = events.findIndex(({ incoming }) => incoming.event.action === 'resolve');
  const acknowledged = events.find(
    (each, index) => each.incoming.event.action === 'acknowledge' && (end < 0 || index < end),
  );
  const last = events.at(end < 0 ? -1 : end) as Sorted;
  return {
    row: {
      key_hash: keyHash,
      last_at: last.incoming.receivedAt,
      acknowledged_at: acknowledged?.incoming.receivedAt,
      resolved_at: end < 0 ? undefined : last.incoming.receivedAt,
    },
    signals: events.map((each, index) =>
      signalOf(
        each,
        index === end ? 'resolved' : end >= 0 && index > end ? 'dropped' : 'acknowledged',
        keyHash,
      ),
    ),
  };
}

function signalOf({ integrationId, incoming }: Sorted, result: string, keyHash?: string): object {
  const { event, format, receivedAt } = incoming;
  return {
    integration_id: integrationId,
    dedup_key: event.dedupKey,
    key_hash: keyHash,
    received_at: receivedAt,
    action: event.action,
    format,
    title: event.title,
    result,
    payload: event.payload,
  };
}
