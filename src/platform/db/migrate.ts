/** Applies the numbered migrations, forward only, each in its own transaction, one process at a time. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Schema } from './schema.ts';

export const MIGRATIONS_FOLDER = join(import.meta.dirname, '../../../migrations');

// Any number will do, as long as nobody else takes the same advisory lock.
const LOCK = 4_646_001;

export type Migration = { name: string; text: string; hash: string };

export function readMigrations(folder: string = MIGRATIONS_FOLDER): Migration[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      return { name, text, hash: createHash('sha256').update(text).digest('hex') };
    });
}

/**
 * @param now written beside each migration
 * @returns the names of the migrations that were applied just now
 * @throws Error when an applied migration was edited afterwards
 */
export async function migrate(db: Kysely<Schema>, now: Temporal.Instant, folder?: string): Promise<string[]> {
  const migrations = readMigrations(folder);
  return db.connection().execute(async (connection) => {
    await sql`select pg_advisory_lock(${sql.lit(LOCK)})`.execute(connection);
    try {
      await sql`create table if not exists migration (name text primary key, hash text not null, applied_at timestamptz not null)`.execute(
        connection,
      );
      const { rows } = await sql<{ name: string; hash: string }>`select name, hash from migration`.execute(
        connection,
      );
      const applied = new Map(rows.map((row) => [row.name, row.hash]));
      const fresh: string[] = [];
      for (const migration of migrations) {
        const hash = applied.get(migration.name);
        if (hash && hash !== migration.hash)
          throw new Error(
            `The migration ${migration.name} was edited after it had been applied. Write a new one instead.`,
          );
        if (hash) continue;
        await connection.transaction().execute(async (tx) => {
          for (const statement of statements(migration.text)) await sql.raw(statement).execute(tx);
          await sql`insert into migration (name, hash, applied_at) values (${migration.name}, ${migration.hash}, ${now})`.execute(
            tx,
          );
        });
        fresh.push(migration.name);
      }
      return fresh;
    } finally {
      await sql`select pg_advisory_unlock(${sql.lit(LOCK)})`.execute(connection);
    }
  });
}

/** Splits a file into statements: one per `;` at the end of a line, which is how the files are written. */
function statements(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => !line.trimStart().startsWith('--'))
    .join('\n')
    .split(/;[ \t]*(?:\n|$)/)
    .map((each) => each.trim())
    .filter(Boolean);
}
