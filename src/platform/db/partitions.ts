/** Tables that are partitioned by time: partitions made ahead or when somebody needs them, and dropped when all in them is too old. */
import { sql } from 'kysely';
import { type Db, transaction } from './database.ts';

const DAY_MILLISECONDS = 86_400_000;
// 1970-01-05, so that partitions of seven days begin on Mondays.
const FIRST_DAY = 4;

export type Partitioned = {
  /** A table partitioned by range of one timestamptz. */
  table: string;
  /** Days that one partition holds. */
  days: number;
};

export type Partitions = {
  /** Makes sure that rows of these instants have somewhere to go; nearly free when they do. */
  ready(instants: Iterable<Temporal.Instant>): Promise<void>;
  /** The same within a transaction; what is made there is believed only once it is committed. */
  readyIn(tx: Db, instants: Iterable<Temporal.Instant>): Promise<void>;
  /** Drops the partitions that end at this instant or before it. @returns how many */
  dropBefore(instant: Temporal.Instant): Promise<number>;
};

export function createPartitions(db: Db, { table, days }: Partitioned): Partitions {
  const known = new Set<number>();
  const numberOf = (at: Temporal.Instant): number =>
    Math.floor((Math.floor(at.epochMilliseconds / DAY_MILLISECONDS) - FIRST_DAY) / days);
  const dayOf = (number: number): Temporal.PlainDate =>
    Temporal.PlainDate.from('1970-01-01').add({ days: number * days + FIRST_DAY });
  const nameOf = (number: number): string => `${table}_${dayOf(number).toString().replaceAll('-', '')}`;
  const unknown = (instants: Iterable<Temporal.Instant>): Set<number> => {
    const missing = new Set<number>();
    for (const at of instants) {
      const number = numberOf(at);
      if (!known.has(number)) missing.add(number);
    }
    return missing;
  };

  /** Who makes a partition holds this lock until it is committed; whoever waited for it finds the partition there. */
  async function make(on: Db, number: number): Promise<void> {
    // Read as rows: what the catalogue remembers by name may be older than the lock.
    const there = sql<{ there: boolean }>`select exists (
      select from pg_inherits i join pg_class c on c.oid = i.inhrelid
      where i.inhparent = ${table}::regclass and c.relname = ${nameOf(number)}) as there`;
    if ((await there.execute(on)).rows[0]?.there) return;
    await sql`select pg_advisory_xact_lock(hashtext(${`partitions of ${table}`}))`.execute(on);
    if ((await there.execute(on)).rows[0]?.there) return;
    await sql`create table ${sql.table(nameOf(number))} partition of ${sql.table(table)}
      for values from (${sql.lit(`${dayOf(number)}T00:00:00Z`)}) to (${sql.lit(`${dayOf(number + 1)}T00:00:00Z`)})`.execute(
      on,
    );
  }

  return {
    async ready(instants) {
      for (const number of unknown(instants)) {
        await transaction(db, (tx) => make(tx, number));
        known.add(number);
      }
    },
    async readyIn(tx, instants) {
      for (const number of unknown(instants)) await make(tx, number);
    },
    async dropBefore(instant) {
      const { rows } = await sql<{ name: string }>`
        select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = ${table}::regclass`.execute(db);
      let count = 0;
      for (const { name } of rows) {
        const [, year, month, day] = /_(\d{4})(\d\d)(\d\d)$/.exec(name) ?? [];
        if (!year) continue;
        const begins = Temporal.Instant.from(`${year}-${month}-${day}T00:00:00Z`);
        if (Temporal.Instant.compare(begins.add({ hours: 24 * days }), instant) > 0) continue;
        await sql`drop table if exists ${sql.table(name)}`.execute(db);
        known.delete(numberOf(begins));
        count++;
      }
      return count;
    },
  };
}
