/** How long a second `npm start` takes until it is ready, what the process weighs a minute later with the demo's data, and what the app weighs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { systemClock } from '#platform/clock.ts';
import { readConfig } from '#platform/config.ts';
import { createLog } from '#platform/log.ts';
import { DAYS, fill } from '#src/demo/fill.ts';
import { keepingMailer } from '#src/demo/outside.ts';
import { demoOutbound } from '#src/demo/providers.ts';
import { openStage } from '#src/demo/stage.ts';
import { startPostgres } from '../test/servers/postgres.ts';
import { freePort, temporaryFolder } from '../test/servers/program.ts';

const ROOT = join(import.meta.dirname, '..');
const READY_SECONDS_MAX = 120;
const LOOK_MILLISECONDS = 20;

type Measured = { readySeconds: number; memoryMegabytes: number };

/** @returns seconds to ready on the embedded database; limits are 5 s, 450 MB embedded, 200 MB with PostgreSQL, 250 KB of JavaScript */
export async function run(args: string[]): Promise<object> {
  const { values } = parseArgs({
    args,
    options: { rounds: { type: 'string', default: '3' }, after: { type: 'string', default: '60' } },
  });
  const [rounds, after] = [Number(values.rounds), Number(values.after)];
  const embedded = await measured({}, rounds, after);
  const postgres = await startPostgres();
  try {
    await postgres.createDatabase('start');
    const server = await measured({ DATABASE_URL: postgres.url('start') }, rounds, after);
    const app = firstLoad();
    console.table({ embedded, postgres: server });
    console.log(
      `JavaScript of the first load: ${app.files} files, ${app.gzipKilobytes} KB gzip, ${app.brotliKilobytes} KB brotli`,
    );
    return {
      bench: 'start',
      ratio: null,
      value: embedded.readySeconds,
      unit: 'seconds to ready',
      n: rounds,
      versions: { node: process.version },
      cores: cpus().length,
      memoryAfterSeconds: after,
      embedded,
      postgres: server,
      app,
    };
  } finally {
    await postgres.stop();
  }
}

/** Fills the database with the demo's month, then starts it again and again: every one of these is a second start. */
async function measured(where: Record<string, string>, rounds: number, after: number): Promise<Measured> {
  const folder = temporaryFolder('bench-start');
  try {
    const environment = {
      HUMDRUM_DATA: folder.path,
      HUMDRUM_LOG_LEVEL: 'error',
      HUMDRUM_URL: 'http://127.0.0.1:4646',
      ...where,
    };
    await fillWithDemo(environment);
    const seconds: number[] = [];
    let memoryMegabytes = 0;
    for (let round = 0; round < rounds; round += 1) {
      const started = await start(environment);
      seconds.push(started.readySeconds);
      // Memory is read once, in the last round.
      if (round === rounds - 1) {
        await pause(after * 1000);
        memoryMegabytes = residentMegabytes(started.pid);
      }
      await started.stop();
    }
    return { readySeconds: round2(median(seconds)), memoryMegabytes };
  } finally {
    folder.remove();
  }
}

async function fillWithDemo(environment: Record<string, string>): Promise<void> {
  const config = readConfig(environment);
  const clock = systemClock();
  const stage = await openStage(
    {
      config,
      log: createLog(config.logLevel),
      version: 'bench',
      mailer: keepingMailer(),
      outbound: demoOutbound(clock.now()),
    },
    clock.now().subtract({ hours: 24 * DAYS }),
  );
  await fill(
    stage,
    () => clock.now(),
    () => {},
  );
  await stage.close();
}

async function start(environment: Record<string, string>) {
  const port = await freePort();
  const begun = performance.now();
  const child = spawn('npm', ['start', '--silent'], {
    cwd: ROOT,
    env: { ...process.env, ...environment, HUMDRUM_PORT: String(port) },
    stdio: 'ignore',
    detached: true,
  });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.pid) process.kill(-child.pid, 'SIGTERM');
    await ended;
  };
  const group = child.pid ?? 0;
  while (!(await ready(port))) {
    if (child.exitCode !== null || performance.now() - begun > READY_SECONDS_MAX * 1000) {
      await stop();
      throw new Error('Humdrum did not become ready.');
    }
    await pause(LOOK_MILLISECONDS);
  }
  return { readySeconds: (performance.now() - begun) / 1000, pid: serverOf(group, port), stop };
}

async function ready(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/readyz`).then(
    (answer) => answer.ok,
    () => false,
  );
}

/** npm and the launcher stand before the server: it is the one of the group that runs main.ts. */
function serverOf(group: number, port: number): number {
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((name) => {
      try {
        const pgrp = Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[2]);
        return (
          pgrp === group &&
          readFileSync(`/proc/${name}/cmdline`, 'utf8')
            .split('\0')
            .some((part) => part.endsWith('src/main.ts'))
        );
      } catch {
        return false;
      }
    });
  if (!found) throw new Error(`The server on port ${port} was not found among the processes.`);
  return Number(found);
}

function residentMegabytes(pid: number): number {
  const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  return Math.round((kilobytes * 1024) / 1_000_000);
}

/** What `/` loads before anything is shown: the entry of its page and what that preloads. */
function firstLoad(): { files: number; gzipKilobytes: number; brotliKilobytes: number } {
  const folder = join(ROOT, 'dist/web');
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  const files = [
    ...new Set([...page.matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, path]) => path as string)),
  ];
  const bytes = files.map((path) => readFileSync(join(folder, path)));
  const kilobytes = (pack: (each: Buffer) => Buffer): number =>
    Math.round(bytes.reduce((sum, each) => sum + pack(each).length, 0) / 1000);
  return {
    files: files.length,
    gzipKilobytes: kilobytes((each) => gzipSync(each)),
    brotliKilobytes: kilobytes((each) => brotliCompressSync(each)),
  };
}

function median(values: number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? Number.NaN;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
