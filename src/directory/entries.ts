/** The verbs of the directory, the same for every kind: create, edit, archive, bring back, list. */
import { sql } from 'kysely';
import type { Db, Tx } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { cursorOf, readCursor } from '#platform/http/fields.ts';
import type { Live } from '#platform/http/live.ts';
import { newId } from '#platform/ids.ts';
import { asConflict, type Kind } from './kind.ts';

// biome-ignore lint/suspicious/noExplicitAny: a list of kinds with different bodies has no narrower type.
export type AnyKind = Kind<any, any>;

export type Verbs = ReturnType<typeof createVerbs>;

export function createVerbs({ live, secret }: { live: Live; secret: string }) {
  const publish = (tx: Tx, kind: AnyKind, id: string, now: Temporal.Instant) =>
    live.publish(tx, { kind: kind.table, id, version: now.epochMilliseconds }, now);

  return {
    async create<Body extends object>(
      tx: Tx,
      kind: Kind<Body, never> | AnyKind,
      body: Body,
      now: Temporal.Instant,
    ): Promise<string> {
      const id = newId(kind.idPrefix);
      await write(tx, kind, { id, body, before: undefined, now, secret });
      await publish(tx, kind, id, now);
      return id;
    },
    /** @throws Refused when there is none; an archived entry is brought back first */
    async edit(tx: Tx, kind: AnyKind, id: string, part: object, now: Temporal.Instant): Promise<void> {
      const row = await tx
        .selectFrom(kind.table as 'person')
        .select('archived_at')
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst();
      if (!row) throw notFound(kind.one, id);
      if (row.archived_at)
        throw new Refused('conflict', `This ${kind.one} is archived.`, { mend: 'Bring it back first.' });
      const before = (await kind.bodies(tx, [id])).get(id);
      await write(tx, kind, { id, body: { ...before, ...part }, before, now, secret });
      await publish(tx, kind, id, now);
    },
    async archive(tx: Tx, kind: AnyKind, id: string, now: Temporal.Instant): Promise<void> {
      const needed = await kind.stillNeeded?.(tx, id);
      if (needed)
        throw new Refused('conflict', `${needed} Nothing was archived.`, {
          mend: 'Name somebody or something else there first.',
        });
      await setArchived(tx, kind, { id, at: now, now });
      await publish(tx, kind, id, now);
    },
    async bringBack(tx: Tx, kind: AnyKind, id: string, now: Temporal.Instant): Promise<void> {
      await setArchived(tx, kind, { id, at: null, now });
      await publish(tx, kind, id, now);
    },
  };
}

async function write(tx: Tx, kind: AnyKind, writing: Parameters<AnyKind['write']>[1]): Promise<void> {
  try {
    await kind.write(tx, writing);
  } catch (error) {
    throw asConflict(error, kind.one);
  }
}

async function setArchived(
  tx: Tx,
  kind: AnyKind,
  { id, at, now }: { id: string; at: Temporal.Instant | null; now: Temporal.Instant },
): Promise<void> {
  try {
    const { numUpdatedRows } = await tx
      .updateTable(kind.table as 'person')
      .set({ archived_at: at, updated_at: now })
      .where('id', '=', id)
      .executeTakeFirst();
    if (!numUpdatedRows) throw notFound(kind.one, id);
  } catch (error) {
    throw asConflict(error, kind.one);
  }
}

export type Asked = {
  q?: string | undefined;
  archived: boolean;
  cursor?: string | undefined;
  limit: number;
  /** The value of the kind's filter. */
  of?: string | undefined;
};

/** Ids in the order of their names. @returns one page and the cursor of the next */
export async function listIds(
  db: Db,
  kind: AnyKind,
  asked: Asked,
): Promise<{ ids: string[]; next: string | null }> {
  const conditions = [asked.archived ? sql`archived_at is not null` : sql`archived_at is null`];
  if (asked.q) conditions.push(matches(kind, asked.q));
  if (asked.of && kind.filter) conditions.push(sql`${sql.ref(kind.filter.column)} = ${asked.of}`);
  if (asked.cursor) {
    const [name, id] = readCursor(asked.cursor);
    conditions.push(sql`(lower(name), id) > (${name}, ${id})`);
  }
  const { rows } = await sql<{ id: string; sort: string }>`
    select id, lower(name) as sort from ${sql.table(kind.table)}
    where ${sql.join(conditions, sql` and `)}
    order by lower(name), id limit ${asked.limit + 1}`.execute(db);
  const page = rows.slice(0, asked.limit);
  const last = page.at(-1);
  return {
    ids: page.map((row) => row.id),
    next: rows.length > asked.limit && last ? cursorOf(last.sort, last.id) : null,
  };
}

/** Every word must occur in one of the columns; capitals do not matter. */
export function matches(kind: AnyKind, q: string) {
  const columns = ['name', ...kind.searched].map((column) => sql.ref(column));
  const words = q.split(/\s+/).filter(Boolean).slice(0, 8);
  const all = words.map((word) => {
    const pattern = `%${word.replace(/[\\%_]/g, '\\$&')}%`;
    return sql`(${sql.join(
      columns.map((column) => sql`${column} ilike ${pattern}`),
      sql` or `,
    )})`;
  });
  return all.length ? sql`(${sql.join(all, sql` and `)})` : sql`true`;
}
