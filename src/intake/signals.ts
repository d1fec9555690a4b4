/** What was received, newest first: the event that opened each alert lies with the alert, everything else is a signal. */
import { type RawBuilder, sql } from 'kysely';
import type { Caller } from '#platform/http/app.ts';
import { orderedIdAt } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { KEEP_DAYS } from './partitions.ts';
import { wholePayload } from './payload.ts';

export type SignalFilter = {
  limit: number;
  /** The last one of the page before. */
  before?: { at: Temporal.Instant; id: string } | undefined;
  alertId?: string | undefined;
  integrationId?: string | undefined;
};

export type SignalRow = {
  id: string;
  received_at: Temporal.Instant;
  integration_id: string;
  integration_name: string;
  alert_id: string | null;
  dedup_key: string;
  action: string;
  format: string;
  title: string;
  result: string;
  payload: unknown;
};

const SINCE_OPENED_COLUMNS = sql`'sig_' || lpad(s.id::text, 19, '0') as id, s.received_at, s.integration_id, s.alert_id,
  s.dedup_key, s.action, s.format, s.title, s.result, s.payload::json as payload`;
const OPENING_COLUMNS = sql`s.id, s.first_at as received_at, s.integration_id, s.id as alert_id, s.dedup_key, 'trigger' as action,
  s.format, s.title, 'opened' as result, ${sql.raw(wholePayload('s'))} as payload`;

/** @returns at most one more than the limit; what belongs to a restricted incident only for its viewers */
export async function signalRows(
  { db, clock }: Platform,
  filter: SignalFilter,
  caller: Caller,
): Promise<SignalRow[]> {
  const { limit, before, alertId, integrationId } = filter;
  const since = clock.now().subtract({ hours: 24 * KEEP_DAYS });
  const all = (...conditions: (RawBuilder<boolean> | undefined)[]): RawBuilder<boolean> =>
    sql.join(
      conditions.filter((each) => each !== undefined),
      sql` and `,
    );
  const common = (alert: RawBuilder<unknown>): RawBuilder<boolean> =>
    all(
      maySee(sql`(select p.incident_id from alert_place p where p.alert_id = ${alert})`, caller),
      alertId ? sql`${alert} = ${alertId}` : undefined,
      integrationId ? sql`s.integration_id = ${integrationId}` : undefined,
    );
  const { rows } = await sql<SignalRow>`
    select found.*, n.name as integration_name from (
      (select ${SINCE_OPENED_COLUMNS} from signal s
       where s.received_at > ${since} and ${common(sql`s.alert_id`)}
         ${before ? sql`and s.received_at <= ${before.at} and (s.received_at, 'sig_' || lpad(s.id::text, 19, '0')) < (${before.at}::timestamptz, ${before.id})` : sql``}
       order by s.received_at desc, s.id desc limit ${limit + 1})
      union all
      (select ${OPENING_COLUMNS} from alert s
       where s.payload is not null and s.id > ${orderedIdAt('alr', since)} and ${common(sql`s.id`)}
         ${before ? sql`and s.id < ${orderedIdAt('alr', before.at.add({ milliseconds: 1 }))} and (s.first_at, s.id) < (${before.at}::timestamptz, ${before.id})` : sql``}
       order by s.id desc limit ${limit + 1})
    ) found join integration n on n.id = found.integration_id
    order by found.received_at desc, found.id desc limit ${limit + 1}`.execute(db);
  return rows;
}

/** Nobody but its viewers learns anything of a restricted incident, not even by its alerts. */
export function maySee(incidentId: RawBuilder<unknown>, caller: Caller): RawBuilder<boolean> {
  return sql<boolean>`not exists (select 1 from incident i where i.id = ${incidentId} and i.restricted
    and not coalesce(${caller.personId ?? null}::text = any(i.viewers), false))`;
}
