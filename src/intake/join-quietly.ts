/** A storm's later alerts join the incident of their service in one statement: they change nothing that anybody would be told. */
import { type RawBuilder, sql } from 'kysely';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';

/**
 * Places open alerts whose service has an incident that takes more of them quietly and is at least as severe as the alert
 * proposes. Everything else is left to declare, and so is an incident that is locked right now.
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
      ), ${joining('on conflict do nothing')}
      select id from placed`.execute(tx),
  );
  return placed.rows.map(({ id }) => id);
}

/**
 * Takes what `alert_news` tells, oldest first, and places of it what joins quietly. An alert that has ended in the meantime is
 * placed as well: its end is news of its own, and finds it there.
 * @param placedBefore whether one of them may have its place already; to be ready for that costs two fifths of placing one
 * @returns how many rows were taken, and the alerts that declare has to look at
 * @throws Error of class 23505 when one has its place although none was expected to
 */
export async function takeNews(
  tx: Tx,
  rowsMax: number,
  placedBefore: boolean,
): Promise<{ taken: number; alertIds: string[] }> {
  const { rows } = await sql<{ taken: number; alert_ids: string[] }>`
    with news as materialized (
      delete from alert_news where id in (select id from alert_news order by id limit ${rowsMax} for update skip locked)
      returning alert_ids, opened_ids, opened_services, opened_proposed
    ), fresh as materialized (
      select o.id, 1 as change_seq, o.service_id, coalesce(o.proposed, 'P3') as proposed
      from news cross join lateral (
        select unnest(opened_ids) as id, unnest(opened_services) as service_id, unnest(opened_proposed) as proposed) o
    ), ${joining(placedBefore ? 'on conflict do nothing' : '')}
    select (select count(*)::int from news) as taken, array(
      select unnest(alert_ids) from news union select id from sorted where not joins) as alert_ids`.execute(
    tx,
  );
  const [found] = rows;
  return { taken: found?.taken ?? 0, alertIds: found?.alert_ids ?? [] };
}

/** From `fresh` (id, change_seq, service_id, proposed) to `sorted`, which says of each whether it joins, and `placed`, those that now have joined. */
function joining(onConflict: '' | 'on conflict do nothing'): RawBuilder<unknown> {
  return sql`wanted as materialized (
      -- As a document: looked up, however many services there are. A join of these lists compares each with each, for no list here
      -- has statistics.
      select jsonb_object_agg(service_id, true) as services from (select distinct service_id from fresh) s
    ), held as (
      select i.id, i.severity, i.service_ids, i.declared_at from incident i
      where i.state in ('detected','confirmed') and i.alerts_join_quietly
        and exists (select 1 from unnest(i.service_ids) as s(id) where (select services from wanted) ? s.id)
      for share of i skip locked
    ), targets as materialized (
      -- Severity and id in one text. Of two incidents of one service the one declared first: the last entry of a key stands.
      select jsonb_object_agg(service_id, severity || held.id order by declared_at desc) as by_service
      from held cross join unnest(held.service_ids) as s(service_id)
    ), aimed as materialized (
      select id, change_seq, proposed, (select by_service from targets) ->> service_id as target from fresh
    ), sorted as materialized (
      select id, change_seq, substr(target, 3) as incident_id, coalesce(left(target, 2) <= proposed, false) as joins from aimed
    ), placed as (
      insert into alert_place (alert_id, incident_id, considered_seq)
      select id, incident_id, change_seq from sorted where joins
      ${sql.raw(onConflict)} returning alert_id as id
    )`;
}
