/** What every kind of entry of the directory has in common: how it is read whole, written whole, shown. */
import { sql } from 'kysely';
import type { z } from 'zod';
import type { Db, Tx } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import type { Caller } from '#platform/http/app.ts';

export type Table = 'person' | 'team' | 'third_party' | 'service' | 'client' | 'contact';

export type Writing<Body> = {
  id: string;
  body: Body;
  before: Body | undefined;
  now: Temporal.Instant;
  /** The installation's, which seals what must not be shown. */
  secret: string;
};

export type Kind<Body extends object, View extends object> = {
  table: Table;
  /** The address below /api/v1. */
  path: string;
  /** In sentences: "provider", "providers". */
  one: string;
  many: string;
  idPrefix: string;
  /** What a new entry needs; defaults fill the rest. */
  whole: z.ZodType<Body>;
  /** What an edit may name; what it does not name stays. */
  part: z.ZodType<Partial<Body>>;
  view: z.ZodType<View>;
  /** Columns in which the list searches, besides the name. */
  searched: readonly string[];
  /** Narrows the list: the name in the query and the column. */
  filter?: { name: string; column: string };
  bodies(db: Db | Tx, ids: readonly string[]): Promise<Map<string, Body>>;
  write(tx: Tx, writing: Writing<Body>): Promise<void>;
  show(db: Db | Tx, ids: readonly string[], caller: Caller): Promise<Map<string, View>>;
  /** Why it cannot be archived now, as a sentence, or undefined. */
  stillNeeded?(tx: Tx, id: string): Promise<string | undefined>;
};

export type Named = { id: string; name: string };

/** @throws Refused naming the field when an id is unknown or archived */
export async function mustExist(
  tx: Tx,
  table: Table,
  field: string,
  ids: readonly (string | null)[],
): Promise<void> {
  const wanted = [...new Set(ids.filter((each) => each !== null))];
  if (!wanted.length) return;
  const rows = await tx
    .selectFrom(table as 'person')
    .select('id')
    .where('id', 'in', wanted)
    .where('archived_at', 'is', null)
    .execute();
  const known = new Set(rows.map((row) => row.id));
  const missing = wanted.find((each) => !known.has(each));
  if (missing === undefined) return;
  throw new Refused('invalid', 'Something that this entry names does not exist; nothing was changed.', {
    mend: 'Create it first, or leave it out.',
    fields: [
      { path: `body.${field}`, message: `there is no ${table.replace('_', ' ')} with the id "${missing}"` },
    ],
  });
}

/** The names of entries that are not archived. */
export async function namesOf(
  db: Db | Tx,
  table: Table,
  ids: readonly (string | null)[],
): Promise<Map<string, Named>> {
  const wanted = [...new Set(ids.filter((each) => each !== null))];
  if (!wanted.length) return new Map();
  const rows = await db
    .selectFrom(table as 'person')
    .select(['id', 'name'])
    .where('id', 'in', wanted)
    .where('archived_at', 'is', null)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** The entries of a list of ids that still exist, by name. */
export function named(names: Map<string, Named>, ids: readonly string[]): Named[] {
  return ids
    .flatMap((each) => names.get(each) ?? [])
    .toSorted((one, other) => one.name.localeCompare(other.name));
}

/** Pairs of a joining table, grouped by one of its sides. */
export async function pairs(
  db: Db | Tx,
  { table, from, to }: { table: string; from: string; to: string },
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  if (!ids.length) return new Map();
  const { rows } = await sql<{ from: string; to: string }>`
    select ${sql.ref(from)} as "from", ${sql.ref(to)} as "to" from ${sql.table(table)}
    where ${sql.ref(from)} = any(${[...ids]}) order by 1, 2`.execute(db);
  const grouped = Map.groupBy(rows, (row) => row.from);
  return new Map([...grouped].map(([id, list]) => [id, list.map((each) => each.to)]));
}

/** Makes the pairs of one entry exactly these. */
export async function setPairs(
  tx: Tx,
  { table, from, to }: { table: string; from: string; to: string },
  { id, others }: { id: string; others: readonly string[] },
): Promise<void> {
  await sql`delete from ${sql.table(table)} where ${sql.ref(from)} = ${id} and not (${sql.ref(to)} = any(${[...others]}))`.execute(
    tx,
  );
  if (others.length)
    await sql`insert into ${sql.table(table)} (${sql.ref(from)}, ${sql.ref(to)})
      select ${id}, unnest(${[...others]}::text[]) on conflict do nothing`.execute(tx);
}

/** Two entries of one name: the database refuses, this says it in words. */
export function asConflict(error: unknown, one: string): unknown {
  const { code, constraint } = error as { code?: string; constraint?: string };
  if (code !== '23505') return error;
  const field = constraint?.endsWith('_email') ? 'email' : constraint?.endsWith('_slug') ? 'slug' : 'name';
  return new Refused('conflict', `Another ${one} has this ${field}; nothing was changed.`, {
    mend: `Choose another ${field}, or edit that ${one}.`,
  });
}
