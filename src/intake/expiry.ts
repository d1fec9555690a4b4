/** Resolves alerts that were to be sent again and were not, and shows declare what a lost job would have hidden. */

import { sql } from 'kysely';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import { earliest, NEVER } from '#platform/db/due-times.ts';
import { orderedIdAt } from '#platform/ids.ts';
import type { Jobs } from '#platform/jobs/jobs.ts';
import type { Due } from '#platform/platform.ts';
import { CONSIDER_QUEUE } from './news.ts';

const BATCH_MAX = 500;
const LOOK_MINUTES = 5;

export function expiry(db: Db, jobs: Jobs): Due {
  return {
    name: 'alerts that were not sent again',
    next: () => earliest('alert', 'expires_at', sql`state = 'open'`),
    run: (now) => transaction(db, (tx) => expire(tx, jobs, now)),
  };
}

async function expire(tx: Tx, jobs: Jobs, now: Temporal.Instant): Promise<number> {
  const { rows } = await sql<{ id: string; matters: boolean }>`
    with ended as (
      update alert set state = 'resolved', resolved_at = expires_at, ended_by = 'expiry', change_seq = change_seq + 1
      where id in (
        select id from alert where state = 'open' and expires_at <= ${now}
        order by expires_at limit ${BATCH_MAX} for update skip locked)
      returning id, outcome)
    select ended.id, outcome <> 'record' or p.incident_id is not null as matters
    from ended left join alert_place p on p.alert_id = ended.id`.execute(tx);
  const alertIds = rows.filter(({ matters }) => matters).map(({ id }) => id);
  if (alertIds.length) await jobs.enqueue(tx, [{ queue: CONSIDER_QUEUE, data: { alertIds } }]);
  return rows.length;
}

/** A change of the last day that nobody considered is shown again: no alert is forgotten because a job was. */
export function forgotten(db: Db, jobs: Jobs): Due {
  let lookedAt: Temporal.Instant | undefined;
  return {
    name: 'alerts that nobody considered',
    next: () => NEVER,
    looks: (now) => !lookedAt || Temporal.Instant.compare(now, lookedAt.add({ minutes: LOOK_MINUTES })) >= 0,
    async run(now) {
      lookedAt = now;
      return transaction(db, async (tx) => {
        const { rows } = await sql<{ id: string }>`
          select a.id from ${unconsidered}
            and a.id > ${orderedIdAt('alr', now.subtract({ hours: 24 }))} and a.last_at <= ${now.subtract({ minutes: 1 })}
          order by a.id limit ${BATCH_MAX}`.execute(tx);
        if (rows.length)
          await jobs.enqueue(tx, [{ queue: CONSIDER_QUEUE, data: { alertIds: rows.map(({ id }) => id) } }]);
        return rows.length;
      });
    },
  };
}

const unconsidered = sql`alert a left join alert_place p on p.alert_id = a.id
  where a.outcome <> 'record' and coalesce(p.considered_seq, 0) < a.change_seq`;
