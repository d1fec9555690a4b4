/** A storm's later alerts join the incident of their service in one statement: they change nothing that anybody would be told. */
import { sql } from 'kysely';
import { type Db, transaction } from '#platform/db/database.ts';

/** The timeline tells of no more than this many alerts one by one, see decide-detection.ts. */
const ALERTS_TOLD_MAX = 10;

/**
 * Places open alerts whose service has an incident that is being worked on, is not quiet, already holds ten alerts, and is at
 * least as severe as the alert proposes. Everything else is left to declare, and so is an incident that is locked right now.
 * @returns the ids that are placed and considered
 */
export async function joinQuietly(db: Db, alertIds: string[]): Promise<string[]> {
  if (alertIds.length === 0) return [];
  const placed = await transaction(db, (tx) =>
    sql<{ id: string }>`
      with fresh as materialized (
        select a.id, a.change_seq, a.service_id, coalesce(a.proposed_severity, 'P3') as proposed
        from (select * from alert where id = any(${alertIds}::text[]) offset 0) a
        where a.state = 'open' and a.format <> 'report' and a.service_id is not null and a.upstream_acknowledged_at is null
          -- Not "not exists": in a table where every alert has a place, that is planned as if none were left, and compared one by one.
          and coalesce((select false from alert_place p where p.alert_id = a.id), true)
      ), wanted as materialized (
        -- As a document: looked up, however many services there are. A join of these lists compares each with each, for no list here
        -- has statistics.
        select jsonb_object_agg(service_id, true) as services from fresh
      ), held as (
        select i.id, i.severity, i.service_ids, i.declared_at from incident i
        where i.state in ('detected','confirmed') and not i.drill and not (i.document ? 'quietSince')
          and exists (select 1 from unnest(i.service_ids) as s(id) where (select services from wanted) ? s.id)
          and exists (select 1 from alert_place q where q.incident_id = i.id offset ${sql.lit(ALERTS_TOLD_MAX - 1)} limit 1)
        for share of i skip locked
      ), targets as materialized (
        -- Of two incidents of one service the one declared first: the last entry of a key stands.
        select jsonb_object_agg(service_id, jsonb_build_array(held.id, held.severity) order by declared_at desc) as by_service
        from held cross join unnest(held.service_ids) as s(service_id)
      ), placed as (
        select id, change_seq, proposed, (select by_service from targets) -> service_id as target from fresh
      )
      insert into alert_place (alert_id, incident_id, considered_seq)
      select id, target ->> 0, change_seq from placed where target ->> 1 <= proposed
      on conflict do nothing returning alert_id as id`.execute(tx),
  );
  return placed.rows.map(({ id }) => id);
}
