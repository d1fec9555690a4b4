/** Keeps a partition of `signal` ready for every day from today, and drops what is older than thirty days. */
import { sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';
import type { Due } from '#platform/platform.ts';

export const KEEP_DAYS = 30;
const AHEAD_DAYS = 3;
const CHECK_HOURS = 6;
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
      next: async () => checkedAt?.add({ hours: CHECK_HOURS }) ?? Temporal.Instant.fromEpochMilliseconds(0),
      async run(now) {
        const today = now.toZonedDateTimeISO('UTC').toPlainDate();
        for (let ahead = 0; ahead <= AHEAD_DAYS; ahead++) await make(today.add({ days: ahead }));
        const dropped = await dropOlder(db, today.subtract({ days: KEEP_DAYS }), known);
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

/** Days since 1970. */
function numberOf(day: Temporal.PlainDate): number {
  return Math.floor(day.toZonedDateTime('UTC').epochMilliseconds / DAY_MILLISECONDS);
}
