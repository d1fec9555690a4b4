/** What is kept: a partition of `signal` for every day from today, and no raw payload that is older than thirty days. */

import { sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';
import { at } from '#platform/db/due-times.ts';
import { orderedIdAt } from '#platform/ids.ts';
import type { Due } from '#platform/platform.ts';

export const KEEP_DAYS = 30;
const AHEAD_DAYS = 3;
const CHECK_HOURS = 6;
const EMPTIED_AT_ONCE = 1000;
const DAY_MILLISECONDS = 86_400_000;
const NAME = /^signal_(\d{4})(\d\d)(\d\d)$/;

export type Partitions = {
  /** Makes sure that these signals have somewhere to go; nearly free when they do. */
  ready(signals: readonly { receivedAt: Temporal.Instant }[]): Promise<void>;
  due: Due;
};

export function createPartitions(db: Db): Partitions {
  const known = new Set<number>();
  let checkedAt: Temporal.Instant | undefined;
  let emptiedTo = '';

  async function make(day: Temporal.PlainDate): Promise<void> {
    if (known.has(numberOf(day))) return;
    const name = sql.table(`signal_${day.toString().replaceAll('-', '')}`);
    await sql`create table if not exists ${name} partition of signal
      for values from (${sql.lit(`${day}T00:00:00Z`)}) to (${sql.lit(`${day.add({ days: 1 })}T00:00:00Z`)})`.execute(
      db,
    );
    known.add(numberOf(day));
  }
  return {
    async ready(signals) {
      const days = new Set(
        signals.map(({ receivedAt }) => Math.floor(receivedAt.epochMilliseconds / DAY_MILLISECONDS)),
      );
      for (const day of days) {
        if (!known.has(day)) await make(Temporal.PlainDate.from('1970-01-01').add({ days: day }));
      }
    },
    due: {
      name: 'signal partitions',
      next: () => at(checkedAt?.add({ hours: CHECK_HOURS }) ?? Temporal.Instant.fromEpochMilliseconds(0)),
      async run(now) {
        const today = now.toZonedDateTimeISO('UTC').toPlainDate();
        for (let ahead = 0; ahead <= AHEAD_DAYS; ahead++) await make(today.add({ days: ahead }));
        const dropped = await dropOlder(db, today.subtract({ days: KEEP_DAYS }), known);
        emptiedTo = await emptyOpenings(
          db,
          emptiedTo,
          orderedIdAt('alr', now.subtract({ hours: 24 * KEEP_DAYS })),
        );
        checkedAt = now;
        return dropped;
      },
    },
  };
}

async function dropOlder(db: Db, first: Temporal.PlainDate, known: Set<number>): Promise<number> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'signal'::regclass`.execute(db);
  let count = 0;
  for (const { name } of rows) {
    const [, year, month, day] = NAME.exec(name) ?? [];
    if (!year) continue;
    const date = Temporal.PlainDate.from(`${year}-${month}-${day}`);
    if (Temporal.PlainDate.compare(date, first) >= 0) continue;
    await sql`drop table if exists ${sql.table(name)}`.execute(db);
    known.delete(numberOf(date));
    count++;
  }
  return count;
}

/** Takes the raw event out of alerts whose ids lie between, a few at a time. @returns where to go on next time */
async function emptyOpenings(db: Db, from: string, to: string): Promise<string> {
  for (let next = from; ; ) {
    const { rows } = await sql<{ id: string }>`update alert set payload = null where id in (
      select id from alert where id > ${next} and id < ${to} and payload is not null order by id limit ${sql.lit(EMPTIED_AT_ONCE)})
      returning id`.execute(db);
    if (rows.length < EMPTIED_AT_ONCE) return to;
    next =
      rows
        .map(({ id }) => id)
        .toSorted()
        .at(-1) ?? next;
  }
}

/** Days since 1970. */
function numberOf(day: Temporal.PlainDate): number {
  return Math.floor(day.toZonedDateTime('UTC').epochMilliseconds / DAY_MILLISECONDS);
}
