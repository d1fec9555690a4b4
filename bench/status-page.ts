/** Requests per second of the public page beside bare node:http and nginx sending the same bytes; no query per read; it outlives its database. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import pg from 'pg';
import { type Postgres, startPostgres } from '../test/servers/postgres.ts';
import { findProgram, freePort, temporaryFolder } from '../test/servers/program.ts';
import { SERVER } from './server.ts';
import { fillPage } from './status-page/fill.ts';
import {
  changingIncident,
  fillManyPages,
  isAffected,
  MANY_ENVIRONMENT,
  PAGES,
  pathOf,
  renderingsOf,
  roundRobin,
} from './status-page/many.ts';

const ROOT = join(import.meta.dirname, '..');
const CONNECTIONS = 32;
const START_SECONDS_MAX = 60;
// What a browser asks for; all three send the compressed bytes.
const ASK = { 'accept-encoding': 'br' };

type Server = { name: string; port: number; path: string; stop(): Promise<void> };
type Page = { headers: [string, string][]; bytes: Buffer };

/** @returns the figure that is published: ours ÷ bare node:http, median of the rounds */
export async function run(args: string[]): Promise<object> {
  const { values } = parseArgs({
    args,
    options: { rounds: { type: 'string', default: '15' }, seconds: { type: 'string', default: '2' } },
  });
  const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
  // Each server and each folder goes when this process does.
  process.setMaxListeners(30);
  const postgres = await startPostgres();
  const servers: Server[] = [];
  try {
    await postgres.createDatabase('bench');
    const ours = await startHumdrum(postgres);
    servers.push(ours);
    const page = await fetchPage(ours);
    const bare = await startBare(page);
    const nginx = await startNginx(page);
    servers.push(bare, ...(nginx ? [nginx] : []));
    for (const server of servers) await load(server, 1);
    const perSecond = new Map<string, number[]>(servers.map((server) => [server.name, []]));
    for (let round = 0; round < rounds; round++)
      for (const server of servers) perSecond.get(server.name)?.push(await load(server, seconds));
    const of = (name: string) => perSecond.get(name) ?? [];
    const ratio = median(
      of('humdrum').map((value, index) => value / (of('bare node:http')[index] ?? Number.NaN)),
    );
    const queries = await queriesPerRead(postgres, ours, seconds);
    const outage = await withoutDatabase(postgres, ours);
    const many = await manyPages(postgres, rounds, seconds);
    table(perSecond, page.bytes.length);
    console.log(
      `queries: ${queries.idle} in ${seconds} s at rest, ${queries.loaded} in ${seconds} s with ${queries.reads} reads`,
    );
    console.log(`database stopped: ${outage.answered} of ${outage.asked} requests answered with 200`);
    return {
      bench: 'status-page',
      ratio: Number(ratio.toFixed(3)),
      value: Math.round(median(of('humdrum'))),
      unit: 'requests per second',
      n: rounds,
      versions: { node: process.version, nginx: nginx ? await versionOf('nginx') : null },
      cores: cpus().length,
      bare: Math.round(median(of('bare node:http'))),
      nginx: nginx ? Math.round(median(of('nginx'))) : null,
      bytes: page.bytes.length,
      queriesPerRead: Number((Math.max(0, queries.loaded - queries.idle) / queries.reads).toFixed(5)),
      answeredWithoutDatabase: outage.answered === outage.asked,
      many,
    };
  } finally {
    for (const server of servers) await server.stop();
    await postgres.stop();
  }
}

/** The second case: all pages are read in turn while an incident on some of them changes every second. */
async function manyPages(postgres: Postgres, rounds: number, seconds: number): Promise<object> {
  const servers: Server[] = [];
  try {
    await postgres.createDatabase('many');
    const url = postgres.url('many');
    const ours = { ...(await startMany(postgres)), path: pathOf(1) };
    servers.push(ours);
    const page = await fetchPage(ours);
    const bare = await startBare(page);
    servers.push(bare);
    const script = roundRobin();
    await load(ours, 2, script);
    await load(bare, 1);
    const stop = await changingIncident(ours.port);
    // The page of the changing incident has been rendered once before it is counted.
    await pause(6000);
    const before = await renderingsOf(url);
    const begun = performance.now();
    const ratios: number[] = [];
    const own: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const mine = await load(ours, seconds, script);
      own.push(mine);
      ratios.push(mine / (await load(bare, seconds)));
    }
    const lasted = (performance.now() - begun) / 1000;
    const after = await renderingsOf(url);
    const changes = await stop();
    const grown = [...after].map(([name, count]) => ({ name, by: count - (before.get(name) ?? 0) }));
    const affected = grown.filter((each) => isAffected(each.name));
    const most = Math.max(...affected.map((each) => each.by));
    const touched = grown.filter((each) => !isAffected(each.name) && each.by > 0).length;
    const ratio = Number(median(ratios).toFixed(3));
    console.log(
      `${PAGES} pages, ${changes} changes: ${Math.round(median(own)).toLocaleString('en')} per second, ${ratio} of bare; ${affected.length} affected pages rendered at most ${most} times in ${lasted.toFixed(0)} s, ${touched} others touched`,
    );
    return {
      pages: PAGES,
      ratio,
      value: Math.round(median(own)),
      changes,
      affectedPages: affected.length,
      renderingsPerPageIn5s: Number(((most * 5) / lasted).toFixed(2)),
      unaffectedTouched: touched,
    };
  } finally {
    for (const server of servers) await server.stop();
  }
}

async function startMany(postgres: Postgres): Promise<Server> {
  const port = await freePort();
  const scratch = temporaryFolder('bench-many');
  const environment = {
    HUMDRUM_PORT: String(port),
    HUMDRUM_DATA: scratch.path,
    HUMDRUM_LOG_LEVEL: 'error',
    DATABASE_URL: postgres.url('many'),
    ...MANY_ENVIRONMENT,
  };
  const stop = start(SERVER, environment);
  await until(`http://127.0.0.1:${port}/readyz`, (answer) => answer.ok);
  await fillManyPages(postgres.url('many'));
  // Pages are made ready in the order of their addresses as texts, and held when all are.
  const last = Array.from({ length: PAGES }, (_, page) => pathOf(page))
    .toSorted()
    .at(-1);
  await until(
    `http://127.0.0.1:${port}${last}`,
    async (answer) => answer.ok && (await answer.text()).includes('Service'),
  );
  return { name: 'humdrum, many pages', port, path: pathOf(0), stop };
}

async function startHumdrum(postgres: Postgres): Promise<Server> {
  const port = await freePort();
  const scratch = temporaryFolder('bench-status');
  const url = postgres.url('bench');
  const environment = {
    HUMDRUM_PORT: String(port),
    HUMDRUM_DATA: scratch.path,
    HUMDRUM_LOG_LEVEL: 'error',
    DATABASE_URL: url,
  };
  const stop = start(SERVER, environment);
  await until(`http://127.0.0.1:${port}/readyz`, (answer) => answer.ok);
  await fillPage(url);
  await until(
    `http://127.0.0.1:${port}/status/`,
    async (answer) => answer.ok && (await answer.text()).includes('Checkout'),
  );
  return { name: 'humdrum', port, path: '/status/', stop };
}

async function startBare(page: Page): Promise<Server> {
  const port = await freePort();
  const folder = temporaryFolder('bench-bare');
  writeFileSync(join(folder.path, 'page'), page.bytes);
  writeFileSync(join(folder.path, 'headers.json'), JSON.stringify(page.headers.flat()));
  const stop = start(
    [process.execPath, join(import.meta.dirname, 'status-page/bare.ts'), String(port), folder.path],
    {},
  );
  await until(`http://127.0.0.1:${port}/`, (answer) => answer.ok);
  return { name: 'bare node:http', port, path: '/', stop };
}

/** nginx's figure stands beside: the same bytes as a file, as fast as it can with one worker. */
async function startNginx(page: Page): Promise<Server | undefined> {
  const nginx = findProgram(['nginx'], ['/usr/sbin']);
  if (!nginx) return undefined;
  const port = await freePort();
  const folder = temporaryFolder('bench-nginx');
  mkdirSync(join(folder.path, 'www'));
  writeFileSync(join(folder.path, 'www/index.html'), page.bytes);
  const added = page.headers
    .filter(([name]) => !['content-length', 'content-type', 'etag'].includes(name.toLowerCase()))
    .map(([name, value]) => `add_header ${name} "${value}";`);
  const config = `daemon off; master_process off; worker_processes 1; pid ${folder.path}/pid; error_log ${folder.path}/error.log;
events { worker_connections 1024; }
http { access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; open_file_cache max=10; default_type "text/html; charset=utf-8";
client_body_temp_path ${folder.path}/a; proxy_temp_path ${folder.path}/b; fastcgi_temp_path ${folder.path}/c; uwsgi_temp_path ${folder.path}/d; scgi_temp_path ${folder.path}/e;
server { listen 127.0.0.1:${port}; root ${folder.path}/www; ${added.join(' ')} } }`;
  writeFileSync(join(folder.path, 'nginx.conf'), config);
  const stop = start([nginx, '-c', join(folder.path, 'nginx.conf')], {});
  await until(`http://127.0.0.1:${port}/`, (answer) => answer.status === 200);
  return { name: 'nginx', port, path: '/', stop };
}

/** Servers on one core, the load on the other. */
function start(command: string[], environment: Record<string, string>): () => Promise<void> {
  const [file = '', ...args] = cpus().length > 1 ? ['taskset', '-c', '0', ...command] : command;
  const child = spawn(file, args, {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  return async () => {
    process.removeListener('exit', kill);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
  };
}

async function until(url: string, fits: (answer: Response) => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + START_SECONDS_MAX * 1000;
  while (performance.now() < end) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer && (await fits(answer))) return;
    if (answer && !answer.bodyUsed) await answer.arrayBuffer();
    await pause(100);
  }
  throw new Error(`${url} was not ready after ${START_SECONDS_MAX} s.`);
}

function fetchPage({ port, path }: Server): Promise<Page> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, headers: ASK }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => {
        const pairs = answer.rawHeaders.flatMap((name, index): [string, string][] =>
          index % 2 ? [] : [[name, answer.rawHeaders[index + 1] ?? '']],
        );
        resolve({
          bytes: Buffer.concat(chunks),
          headers: pairs.filter(
            ([name]) => !['date', 'connection', 'keep-alive'].includes(name.toLowerCase()),
          ),
        });
      });
    }).on('error', reject);
  });
}

/** @returns requests per second */
async function load({ port, path }: Server, seconds: number, script?: string): Promise<number> {
  const url = `http://127.0.0.1:${port}${path}`;
  const pinned = cpus().length > 1 ? ['taskset', '-c', '1'] : [];
  const wrk = findProgram(['wrk']);
  if (wrk) {
    const { stdout } = await execute([
      ...pinned,
      wrk,
      '-t1',
      `-c${CONNECTIONS}`,
      `-d${seconds}s`,
      '-H',
      'Accept-Encoding: br',
      ...(script ? ['-s', script] : []),
      url,
    ]);
    if (/Non-2xx/.test(stdout)) throw new Error(`${url} did not always answer with 200:\n${stdout}`);
    return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
  }
  const autocannon = join(ROOT, 'node_modules/autocannon/autocannon.js');
  const { stdout } = await execute([
    ...pinned,
    process.execPath,
    autocannon,
    '-j',
    '-c',
    String(CONNECTIONS),
    '-d',
    String(seconds),
    '-H',
    'Accept-Encoding=br',
    url,
  ]);
  return (JSON.parse(stdout) as { requests: { average: number } }).requests.average;
}

function execute([file = '', ...args]: string[]): Promise<{ stdout: string; stderr: string }> {
  return promisify(execFile)(file, args, { maxBuffer: 8 * 1024 * 1024 });
}

/** Transactions that the server finished, at rest and under load for as long: the sweep's are the same, a read adds none. */
async function queriesPerRead(
  postgres: Postgres,
  ours: Server,
  seconds: number,
): Promise<{ idle: number; loaded: number; reads: number }> {
  const idle = await finished(postgres, () => pause(seconds * 1000));
  let reads = 0;
  const loaded = await finished(postgres, async () => {
    reads = Math.round((await load(ours, seconds)) * seconds);
  });
  return { idle, loaded, reads };
}

async function finished(postgres: Postgres, during: () => Promise<unknown>): Promise<number> {
  const client = new pg.Client(postgres.url('postgres'));
  await client.connect();
  const count = async (): Promise<number> => {
    // The figures of other sessions arrive about a second late.
    await pause(1500);
    const { rows } = await client.query(
      "select (xact_commit + xact_rollback)::int as n from pg_stat_database where datname = 'bench'",
    );
    return rows[0].n;
  };
  const before = await count();
  await during();
  const after = await count();
  await client.end();
  return after - before;
}

async function withoutDatabase(
  postgres: Postgres,
  { port, path }: Server,
): Promise<{ asked: number; answered: number }> {
  await postgres.halt();
  let answered = 0;
  const asked = 200;
  for (let index = 0; index < asked; index++) {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
    if (answer?.status === 200 && (await answer.text()).includes('Checkout')) answered++;
    await pause(10);
  }
  await postgres.resume();
  return { asked, answered };
}

async function versionOf(program: string): Promise<string> {
  const { stderr } = await execute([findProgram([program], ['/usr/sbin']) ?? program, '-v']);
  return stderr.trim().split('/')[1] ?? stderr.trim();
}

function median(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2
    ? (sorted[middle] ?? Number.NaN)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function table(perSecond: Map<string, number[]>, bytes: number): void {
  console.log(`The page is ${bytes} bytes, compressed; ${CONNECTIONS} connections.`);
  for (const [name, values] of perSecond)
    console.log(
      `${name.padEnd(16)} ${Math.round(median(values)).toLocaleString('en').padStart(9)} per second (${values.map((value) => Math.round(value)).join(', ')})`,
    );
}
