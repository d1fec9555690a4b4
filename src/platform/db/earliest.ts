/** Times at which something is due, as SQL: what `Due.next` is made of. */
import { type RawBuilder, sql } from 'kysely';
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
