/** Resolves alerts that were to be sent again and were not, and shows declare what a lost job would have hidden. */
import { sql } from 'kysely';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import type { Jobs } from '#platform/jobs/jobs.ts';
import type { Due } from '#platform/platform.ts';
import { CONSIDER_QUEUE } from './write.ts';

const BATCH_MAX = 500;
const UNCONSIDERED_SECONDS = 60;

export function expiry(db: Db, jobs: Jobs): Due {
  return {
    name: 'alerts that were not sent again',
    async next() {
      const row = await db
        .selectFrom('alert')
        .select('expires_at')
        .where('state', '=', 'open')
        .where('expires_at', 'is not', null)
        .orderBy('expires_at')
        .limit(1)
        .executeTakeFirst();
      return row?.expires_at ?? undefined;
    },
    run: (now) => transaction(db, (tx) => expire(tx, jobs, now)),
  };
}

async function expire(tx: Tx, jobs: Jobs, now: Temporal.Instant): Promise<number> {
  const { rows } = await sql<{ id: string; matters: boolean }>`
    update alert set state = 'resolved', resolved_at = expires_at, ended_by = 'expiry', change_seq = change_seq + 1
    where id in (
      select id from alert where state = 'open' and expires_at <= ${now}
      order by expires_at limit ${BATCH_MAX} for update skip locked)
    returning id, outcome <> 'record' or incident_id is not null as matters`.execute(tx);
  const alertIds = rows.filter(({ matters }) => matters).map(({ id }) => id);
  if (alertIds.length) await jobs.enqueue(tx, [{ queue: CONSIDER_QUEUE, data: { alertIds } }]);
  return rows.length;
}

/** A change that nobody considered for a minute is shown again: no alert is forgotten because a job was. */
export function forgotten(db: Db, jobs: Jobs): Due {
  // One reminder per alert and minute in this process; a repeated one is harmless.
  let askedAt: Temporal.Instant | undefined;
  return {
    name: 'alerts that nobody considered',
    async next() {
      const row = await db
        .selectFrom('alert')
        .select('last_at')
        .where(sql<boolean>`considered_seq < change_seq and outcome <> 'record'`)
        .orderBy('last_at')
        .limit(1)
        .executeTakeFirst();
      const first = row?.last_at.add({ seconds: UNCONSIDERED_SECONDS });
      const again = askedAt?.add({ seconds: UNCONSIDERED_SECONDS });
      return first && again && Temporal.Instant.compare(first, again) < 0 ? again : first;
    },
    async run(now) {
      if (askedAt && now.epochMilliseconds - askedAt.epochMilliseconds < UNCONSIDERED_SECONDS * 1000)
        return 0;
      askedAt = now;
      return transaction(db, async (tx) => {
        const rows = await tx
          .selectFrom('alert')
          .select('id')
          .where(sql<boolean>`considered_seq < change_seq and outcome <> 'record'`)
          .where('last_at', '<=', now.subtract({ seconds: UNCONSIDERED_SECONDS }))
          .orderBy('last_at')
          .limit(BATCH_MAX)
          .execute();
        if (rows.length)
          await jobs.enqueue(tx, [{ queue: CONSIDER_QUEUE, data: { alertIds: rows.map(({ id }) => id) } }]);
        return rows.length;
      });
    },
  };
}
