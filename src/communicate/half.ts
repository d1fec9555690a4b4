/** A beat is full only when every affected client has a contact with evidence, or a call that reached somebody; else it is half. */
import { sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';
import { HAS_EVIDENCE } from './record.ts';

/**
 * @returns the messages of these incidents that some affected client has no evidence of, by id. A call counts for the
 * message before it; a client that was marked as not affected since then counts no more
 */
export async function findHalfTold(db: Db, incidentIds: readonly string[]): Promise<Set<string>> {
  if (!incidentIds.length) return new Set();
  const { rows } = await sql<{ id: string }>`
    with said as (
      select u.id, u.incident_id, u.created_at,
             (select min(n.created_at) from incident_update n
               where n.incident_id = u.incident_id and n.only_client_id is null and n.created_at > u.created_at) as until,
             case when u.only_client_id is not null then array[u.only_client_id]
                  else array(select unnest(u.client_ids) union select unnest(u.affected_client_ids)) end as readers
      from incident_update u where u.incident_id = any(${[...incidentIds]}::text[])
    )
    select said.id
    from said join incident i on i.id = said.incident_id
    where exists (
      select 1 from unnest(said.readers) as reader
      where coalesce(i.document -> 'clientImpacts' ->> reader, '') <> 'not_affected'
        and not exists (select 1 from delivery d where d.update_id = said.id and d.audience = 'client'
                          and ${HAS_EVIDENCE} and d.client_ids @> array[reader])
        and not exists (select 1 from client_call c where c.incident_id = said.incident_id and c.client_id = reader and c.reached
                          and c.called_at >= said.created_at and (said.until is null or c.called_at < said.until)))`.execute(
    db,
  );
  return new Set(rows.map((row) => row.id));
}
