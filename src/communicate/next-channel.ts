/** When a channel gives no evidence in time, or failed for good, the same recipient is told by the next one on their list. */

import { sql } from 'kysely';
import type { Db, Tx } from '#platform/db/database.ts';
import { transaction } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import type { Live } from '#platform/http/live.ts';
import type { Due, Platform } from '#platform/platform.ts';
import { publishDeliveries } from './record.ts';

/** How long a P1 or P2 waits for evidence before the next channel is tried. */
export const SILENCE_MINUTES_MAX = 5;
const BATCH_MAX = 200;

/** A P3 wakes nobody: its next channel is tried only when the first one fails. */
export function waitsForEvidence({ severity }: { severity: string }): boolean {
  return severity !== 'P3';
}

/** The row is the timer: `fallback_at` is cleared by evidence, by a newer message, and here. */
export function nextChannelDue({ db, clock, live }: Platform): Due {
  return {
    name: 'communicate.next_channel',
    next: () => earliest('delivery', 'fallback_at'),
    run: (now) => tryNextChannels({ db, live }, now, clock.now()),
  };
}

async function tryNextChannels(
  { db, live }: { db: Db; live: Live },
  due: Temporal.Instant,
  now: Temporal.Instant,
): Promise<number> {
  return transaction(db, async (tx) => {
    const silent = await takeSilent(tx, due, now);
    if (!silent.length) return 0;
    await queueNext(tx, silent, now);
    await publishDeliveries(tx, live, silent, now);
    return silent.length;
  });
}

type Silent = { id: string; incident_id: string; restricted: boolean };

async function takeSilent(tx: Tx, due: Temporal.Instant, now: Temporal.Instant): Promise<Silent[]> {
  const { rows } = await sql<Silent>`
    with silent as (
      select d.id from delivery d where d.fallback_at <= ${due}::timestamptz
      order by d.fallback_at limit ${BATCH_MAX} for update skip locked
    )
    update delivery d set fallback_at = null, silent_at = coalesce(d.silent_at, ${now}::timestamptz)
    from silent, incident_update u where d.id = silent.id and u.id = d.update_id
    returning d.id, d.incident_id, (u.about ->> 'restricted')::boolean as restricted`.execute(tx);
  return rows;
}

/** One row for each recipient who has a channel left that this message has not tried; the words and the audience stay. */
async function queueNext(tx: Tx, silent: Silent[], now: Temporal.Instant): Promise<void> {
  await sql`
    with silent as (
      select * from delivery where id = any(${silent.map((each) => each.id)}::text[])
    ), left_to_try as (
      select s.id as silent_id, r.* from silent s cross join lateral (
        select c.contact_id, null::text as person_id, c.channel_id, c.kind, c.address, c.position from reach c where c.contact_id = any(s.contact_ids)
        union all
        select null, p.person_id, p.channel_id, p.kind, p.address, p.position from reach p where p.person_id = s.person_id
      ) r
      where not exists (
        select 1 from delivery tried where tried.update_id = s.update_id and tried.channel = r.kind and tried.address = r.address
          and tried.text_audience = s.text_audience)
    ), first_left as (
      select distinct on (silent_id, contact_id, person_id) * from left_to_try order by silent_id, contact_id, person_id, position
    ), together as (
      select silent_id, kind, address, min(channel_id) as channel_id, min(person_id) as person_id,
             coalesce(array_agg(contact_id order by contact_id) filter (where contact_id is not null), '{}') as contact_ids
      from first_left group by silent_id, kind, address
    )
    insert into delivery (id, update_id, incident_id, audience, client_id, client_ids, contact_id, contact_ids, person_id, recipient_name, zone, language, channel,
                          channel_id, address, text_audience, about, idempotency_key, state, next_attempt_at, fallback_at, urgent, valid_until, created_at)
    select 'dlv_' || substr(md5(s.update_id || ':' || t.kind || ':' || t.address || ':' || s.text_audience), 1, 20), s.update_id, s.incident_id, s.audience, s.client_id, s.client_ids,
           t.contact_ids[1], t.contact_ids, t.person_id, s.recipient_name, s.zone, s.language, t.kind, t.channel_id, t.address, s.text_audience, s.about,
           s.update_id || ':' || t.kind || ':' || t.address || ':' || s.text_audience, 'queued', ${now}::timestamptz,
           case when u.about ->> 'severity' in ('P1', 'P2') then ${now.add({ minutes: SILENCE_MINUTES_MAX })}::timestamptz end,
           s.urgent, s.valid_until, ${now}::timestamptz
    from together t join silent s on s.id = t.silent_id join incident_update u on u.id = s.update_id
    where s.valid_until > ${now}::timestamptz and s.state <> 'withdrawn'
    on conflict (idempotency_key) do nothing`.execute(tx);
}
