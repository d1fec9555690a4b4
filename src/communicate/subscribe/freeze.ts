/** Freezes who is told when something happens: one row per subscriber, in the transaction that made it happen. */
import { sql } from 'kysely';
import type { Happening } from '#incident/room.ts';
import type { UpdateSent } from '#incident/types.ts';
import type { Tx } from '#platform/db/database.ts';
import type { Job } from '#platform/jobs/jobs.ts';

export const SUBSCRIBERS: Job = { queue: 'communicate.subscribers', data: {} };
// News that could not be handed over for this long are none.
const TRY_FOR_HOURS = 12;

/** The services among `wanted` that stand on the page `p`, seen by a subscription `b` that may have chosen some of them. */
function concerns(wanted: readonly string[]) {
  return sql`exists (
    select 1 from service s
    where s.id = any(${[...wanted]}::text[]) and s.archived_at is null and s.public_name is not null
      and (cardinality(b.service_ids) = 0 or s.id = any(b.service_ids))
      and case when p.slug is null then s.on_public_page
          else exists (select 1 from status_page_service ps where ps.page_id = p.id and ps.service_id = s.id)
            and (p.client_id is null or exists (
              select 1 from client_service cs where cs.client_id = p.client_id and cs.service_id = s.id)) end)`;
}

/**
 * Everybody who reads of it on a page hears of it: on a public page what is public, on a client's page what went to that client or
 * is public. Whoever got this very message by mail as a contact does not get it twice.
 */
export async function freezeForSubscribers(
  update: UpdateSent,
  { incident, now, tx }: Happening,
): Promise<Job[]> {
  if (incident.restricted || incident.drill) return [];
  const unaffected = Object.entries(incident.clientImpacts).flatMap(([id, impact]) =>
    impact === 'not_affected' ? [id] : [],
  );
  const until = now.add({ hours: TRY_FOR_HOURS });
  const { rows } = await sql<{ id: string }>`
    insert into subscription_delivery (id, subscription_id, kind, update_id, idempotency_key, state, next_attempt_at, valid_until, created_at)
    select 'sdl_' || substr(md5(${update.updateId}::text || ':' || b.id), 1, 20), b.id, 'update', ${update.updateId},
           ${update.updateId}::text || ':' || b.id, 'queued', ${now}::timestamptz, ${until}::timestamptz, ${now}::timestamptz
    from subscription b join status_page p on p.id = b.page_id and p.archived_at is null
    where b.state = 'active'
      and case when p.client_id is null then ${update.publicPage}::boolean
          else p.client_id = any(${update.clientIds}::text[])
            or (${update.publicPage}::boolean and not p.client_id = any(${unaffected}::text[])) end
      and ${concerns(incident.serviceIds)}
      and not (b.kind = 'email' and exists (
        select 1 from delivery d where d.update_id = ${update.updateId} and d.audience = 'client' and d.address = b.address))
    on conflict (idempotency_key) do nothing returning id`.execute(tx);
  if (!rows.length) return [];
  // What waits for the same subscriber has become old news; the new message carries all four fields.
  await sql`
    update subscription_delivery old set state = 'withdrawn', next_attempt_at = null, last_error = 'A newer message replaced it.'
    from incident_update u
    where old.update_id = u.id and u.incident_id = ${incident.id} and old.update_id <> ${update.updateId} and old.state = 'queued'
      and exists (select 1 from subscription_delivery fresh where fresh.update_id = ${update.updateId} and fresh.subscription_id = old.subscription_id)`.execute(
    tx,
  );
  return [SUBSCRIBERS];
}

/** @returns how many subscribers are told of this notice */
export async function freezeNotice(
  tx: Tx,
  notice: { id: string; pageIds: string[]; serviceIds: string[] },
  now: Temporal.Instant,
): Promise<number> {
  const until = now.add({ hours: TRY_FOR_HOURS });
  const { numAffectedRows } = await sql`
    insert into subscription_delivery (id, subscription_id, kind, notice_id, idempotency_key, state, next_attempt_at, valid_until, created_at)
    select 'sdl_' || substr(md5(${notice.id}::text || ':' || b.id), 1, 20), b.id, 'maintenance', ${notice.id},
           ${notice.id}::text || ':' || b.id, 'queued', ${now}::timestamptz, ${until}::timestamptz, ${now}::timestamptz
    from subscription b join status_page p on p.id = b.page_id and p.archived_at is null
    where b.state = 'active' and p.id = any(${notice.pageIds}::text[]) and ${concerns(notice.serviceIds)}
    on conflict (idempotency_key) do nothing`.execute(tx);
  return Number(numAffectedRows ?? 0);
}
