/** Times at which something is due: what `Due.next` is made of, and all of them asked in one statement. */
import { type RawBuilder, sql } from 'kysely';
import type { Due } from '../platform.ts';
import type { Db } from './database.ts';
import type { Schema } from './schema.ts';

export const NEVER: RawBuilder<unknown> = sql`null::timestamptz`;

export function at(instant: Temporal.Instant): RawBuilder<unknown> {
  return sql`${instant}::timestamptz`;
}

/** The least value of a column, of the rows that `where` names; an index on the column makes it one look. */
export function earliest<Table extends keyof Schema & string>(
  table: Table,
  column: keyof Schema[Table] & string,
  where?: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`(select min(${sql.ref(column)}) from ${sql.table(table)}${where ? sql` where ${where}` : sql``})`;
}

/** @returns for each of the dues, in their order, the earliest instant at which it has work */
export async function timesOf(db: Db, dues: Due[]): Promise<(Temporal.Instant | undefined)[]> {
  const each = dues.map((due, index) => sql`${due.next()} as ${sql.ref(String(index))}`);
  const { rows } = await sql<Record<string, Temporal.Instant | null>>`select ${sql.join(each)}`.execute(db);
  return dues.map((_, index) => rows[0]?.[index] ?? undefined);
}
