/** The database of a house in a test: a copy of one that was migrated once, on the PostgreSQL server of the test run. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { type Database, openDatabase } from '#platform/db/database.ts';
import { migrate, readMigrations } from '#platform/db/migrate.ts';
import { createJobs } from '#platform/jobs/jobs.ts';
import { createLog } from '#platform/log.ts';
import { ROOT } from '#src/open.ts';
import { type Postgres, startPostgres } from './servers/postgres.ts';

/** Where a run of all tests has its server; a file that is run alone starts one for itself. */
const SERVER = 'HUMDRUM_TEST_POSTGRES';
const TEMPLATE = 'template_humdrum';

export type TestDatabase = {
  url: string;
  open(): Promise<Database>;
  /** Ends its connections and forgets it. */
  remove(): Promise<void>;
};

/** Starts the server for a run of tests and tells its address to every file that is started from here on. */
export async function startTestServer(): Promise<Postgres> {
  const server = await startPostgres({ settings: { max_connections: '400' } });
  await server.createDatabase(TEMPLATE);
  const template = await openDatabase({ url: server.url(TEMPLATE) });
  await prepare(template);
  await template.close();
  process.env[SERVER] = server.socketUrl();
  return server;
}

let own: Promise<Postgres> | undefined;

async function serverUrl(): Promise<string> {
  if (!process.env[SERVER]) {
    own ??= startTestServer();
    await own;
  }
  return process.env[SERVER] as string;
}

/**
 * @param template what it is a copy of; `template0` is empty
 * @returns a migrated database that several houses may open, one after another or at once
 */
export async function createTestDatabase(template = TEMPLATE): Promise<TestDatabase> {
  const server = await serverUrl();
  const name = `house_${randomBytes(8).toString('hex')}`;
  await execute(server, `create database ${name} template ${template} strategy file_copy`);
  const url = new URL(server);
  url.pathname = name;
  return {
    url: url.href,
    open: () => openDatabase({ url: url.href }),
    remove: () => execute(server, `drop database if exists ${name} with (force)`),
  };
}

/** @returns a migrated database of its own, which is gone when it is closed */
export async function openTestDatabase(): Promise<Database> {
  const { open, remove } = await createTestDatabase();
  const database = await open();
  return {
    ...database,
    async close() {
      await database.close();
      await remove();
    },
  };
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

/** The job library's own schema takes seconds to create; it belongs into what is copied, too. */
async function prepare(fresh: Database): Promise<void> {
  await migrate(fresh.plain, Temporal.Instant.from('2026-01-01T00:00:00Z'));
  const jobs = createJobs(fresh, createLog('silent'));
  await jobs.start({}, true);
  await jobs.stop();
}

/** An initialised, migrated data folder as one file, made once per set of migrations. */
export async function templateImage(): Promise<Blob> {
  const hash = createHash('sha256')
    .update(
      readMigrations()
        .map((each) => each.hash)
        .join(),
    )
    .digest('hex')
    .slice(0, 16);
  const folder = join(ROOT, 'node_modules/.cache/humdrum');
  const file = join(folder, `template-${hash}.tar`);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    const fresh = await openDatabase({});
    await prepare(fresh);
    const dump = await fresh.pglite?.dumpDataDir('none');
    await fresh.close();
    if (!dump) throw new Error('The embedded database could not be dumped.');
    const partial = `${file}.${process.pid}`;
    writeFileSync(partial, Buffer.from(await dump.arrayBuffer()));
    renameSync(partial, file);
  }
  return new Blob([readFileSync(file)]);
}
