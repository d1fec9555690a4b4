/** Opens the database, embedded or real, and guards it: inside a transaction nothing else may touch it. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { Kysely, PGliteDialect, PostgresDialect, type RawBuilder, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { guarded, instants } from './guard.ts';
import type { Schema } from './schema.ts';

export type Db = Kysely<Schema>;
export type Tx = Transaction<Schema>;

export type Database = {
  engine: 'embedded' | 'postgres';
  db: Db;
  /** The same database for libraries that expect JavaScript dates. */
  plain: Kysely<Schema>;
  pglite: PGlite | undefined;
  pool: pg.Pool | undefined;
  close(): Promise<void>;
};

/** True while a transaction of this asynchronous call chain is open. */
const open = new AsyncLocalStorage<Tx>();

/** @throws Error when called inside a transaction: an outside call there would hang or escape it */
export function refuseInsideTransaction(what: string): void {
  if (open.getStore())
    throw new Error(
      `${what} was used inside a transaction. Use the transaction that you were handed, or move the call outside.`,
    );
}

const POOL_MAX = 12;

// A fourth of its default: the system keeps the files in memory as well, and the process weighs 100 MB less.
const EMBEDDED_PARAMETERS = [...PGlite.defaultStartParams, '-c', 'shared_buffers=32MB'];

// Numbers that PostgreSQL returns as text are counts and positions here, never money.
const INT8 = 20;

export type Where = {
  /** A PostgreSQL server. */
  url?: string | undefined;
  /** The embedded database's folder; without it, and without `url`, everything is in memory. */
  folder?: string | undefined;
  /** The dumped data folder of an embedded database to start from, which is much faster than creating one. */
  image?: Blob | undefined;
};

export async function openDatabase(where: Where): Promise<Database> {
  return where.url ? openPostgres(where.url) : openEmbedded(where);
}

async function openEmbedded({ folder, image }: Where): Promise<Database> {
  if (folder) mkdirSync(folder, { recursive: true });
  const pglite = await PGlite.create(folder ? join(folder, 'pg') : 'memory://', {
    startParams: EMBEDDED_PARAMETERS,
    ...(image ? { loadDataDir: image } : {}),
  });
  await pglite.exec("set timezone to 'UTC'");
  const dialect = guarded(new PGliteDialect({ pglite }), refuseInsideTransaction);
  const plain = new Kysely<Schema>({ dialect });
  return {
    engine: 'embedded',
    plain,
    db: plain.withPlugin(instants),
    pglite,
    pool: undefined,
    async close() {
      await plain.destroy();
      // Kysely ends only what it has used.
      if (!pglite.closed) await pglite.close();
    },
  };
}

async function openPostgres(url: string): Promise<Database> {
  const types = {
    getTypeParser: (oid: number, format?: 'text' | 'binary') =>
      oid === INT8 ? Number : pg.types.getTypeParser(oid, format as 'text'),
  };
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_MAX,
    // Compiling a statement takes longer than any of ours runs; the server would do it once its tables have grown.
    options: '-c timezone=UTC -c jit=off',
    types: types as pg.CustomTypesConfig,
    connectionTimeoutMillis: 10_000,
  });
  // A broken idle connection is replaced by the pool; the next query reports what matters.
  pool.on('error', () => {});
  // A connection that breaks while it is in use fails its query; without a listener it would end the process as well.
  pool.on('connect', (client) => client.on('error', () => {}));
  const dialect = guarded(new PostgresDialect({ pool }), refuseInsideTransaction);
  const plain = new Kysely<Schema>({ dialect });
  return {
    engine: 'postgres',
    plain,
    db: plain.withPlugin(instants),
    pglite: undefined,
    pool,
    close: () => plain.destroy(),
  };
}

/** Runs `work` in one transaction; nothing but SQL through `tx` may be awaited in it. */
export async function transaction<Result>(db: Db, work: (tx: Tx) => Promise<Result>): Promise<Result> {
  return db.transaction().execute((tx) => open.run(tx, () => work(tx)));
}

/** A value for a jsonb column, written the same way on both engines. */
export function json(value: unknown): RawBuilder<unknown> {
  return sql`${JSON.stringify(value)}::jsonb`;
}
