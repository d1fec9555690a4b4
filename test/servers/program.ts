/** Starts the programs of others for tests: found on PATH, on a free port, gone when the test's process ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const READY_SECONDS_MAX = 30;
const STOP_SECONDS_MAX = 10;
const OUTPUT_CHARACTERS_MAX = 20_000;

/** What another process of ours needs to read what this run has compiled already. */
export const COMPILED: NodeJS.ProcessEnv = process.env.NODE_COMPILE_CACHE
  ? { NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }
  : {};

export type Program = {
  readonly output: string;
  readonly ended: boolean;
  stop(signal?: NodeJS.Signals): Promise<void>;
};

export type Start = {
  path: string;
  args: string[];
  /** Asked again and again until it answers true; a throw counts as "not yet". */
  ready: () => Promise<boolean>;
  uid?: number;
  gid?: number;
  /** All of its environment; without it, ours. */
  env?: Record<string, string>;
  readySecondsMax?: number;
};

/** The first of the names that can be executed, on PATH or in one of the further folders. */
export function findProgram(names: string[], folders: string[] = []): string | undefined {
  const places = [...(process.env.PATH ?? '').split(delimiter), ...folders].filter(Boolean);
  return names.flatMap((name) => places.map((place) => join(place, name))).find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Below those that a system hands to outgoing connections, which could take the port before it is listened on. */
const PORTS = { from: 20_000, count: 12_000 };
const PORTS_TRIED_MAX = 20;

/** A port on loopback that was free a moment ago. */
export async function freePort(): Promise<number> {
  for (let tries = 1; ; tries += 1) {
    const server = createServer();
    try {
      server.listen(PORTS.from + randomInt(PORTS.count), '127.0.0.1');
      await once(server, 'listening');
      return (server.address() as AddressInfo).port;
    } catch (error) {
      if (tries >= PORTS_TRIED_MAX) throw error;
    } finally {
      server.close();
    }
  }
}

/** A folder that is removed when this process ends, if not before. */
export function temporaryFolder(name: string): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), `humdrum-${name}-`));
  const remove = () => rmSync(path, { recursive: true, force: true });
  process.once('exit', remove);
  return {
    path,
    remove() {
      process.removeListener('exit', remove);
      remove();
    },
  };
}

/** Resolves when the program is ready. Throws with what it printed when it ends or stays silent instead. */
export async function startProgram({
  path,
  args,
  ready,
  uid,
  gid,
  env,
  readySecondsMax = READY_SECONDS_MAX,
}: Start): Promise<Program> {
  const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'], uid, gid, env, cwd: tmpdir() });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk).slice(-OUTPUT_CHARACTERS_MAX);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.on('error', (error) => {
    output += String(error);
  });
  // The server must not keep the test's process alive, nor outlive it.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  for (const each of [child, child.stdout, child.stderr] as { unref?(): void }[]) each.unref?.();
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  try {
    await becomesReady({ path, ready, hasEnded, output: () => output, secondsMax: readySecondsMax });
  } catch (error) {
    kill();
    throw error;
  }
  return {
    get output() {
      return output;
    },
    get ended() {
      return hasEnded();
    },
    async stop(signal = 'SIGTERM') {
      process.removeListener('exit', kill);
      if (!hasEnded()) await end(child, signal);
    },
  };
}

type Waiting = {
  path: string;
  ready: () => Promise<boolean>;
  hasEnded: () => boolean;
  output: () => string;
  secondsMax: number;
};

async function becomesReady({ path, ready, hasEnded, output, secondsMax }: Waiting): Promise<void> {
  const start = performance.now();
  while (performance.now() - start < secondsMax * 1000) {
    if (hasEnded()) throw new Error(`${path} ended before it was ready. It printed:\n${output()}`);
    if (await ready().catch(() => false)) return;
    await pause(20);
  }
  throw new Error(`${path} was not ready after ${secondsMax} s. It printed:\n${output()}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.ref();
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_SECONDS_MAX * 1000);
  await ended;
  clearTimeout(timer);
}

/** True when a GET of the address answers with a 2xx. */
export async function answers(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2000) });
  await response.arrayBuffer();
  return response.ok;
}

/** The processes of a server that writes its own id into a file; none where that cannot be known. */
export function childrenOf(pidFile: string): number[] {
  try {
    const master = readFileSync(pidFile, 'utf8').trim();
    const list = readFileSync(`/proc/${master}/task/${master}/children`, 'utf8').trim();
    return list ? list.split(' ').map(Number) : [];
  } catch {
    return [];
  }
}

export function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
