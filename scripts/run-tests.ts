/** Runs test files, each in a process of its own that cannot outlive its time, and counts what they report. */
import { type ChildProcess, spawn } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestEvent } from './test-events.ts';

export const ROOT = join(import.meta.dirname, '..');
const OUTPUT_CHARACTERS_MAX = 20_000;
const OUTPUT_MILLISECONDS_MAX = 500;

export type Tally = { passed: number; failed: number; skipped: { name: string; reason: string }[] };

export type Limits = {
  concurrency: number;
  testSeconds: number;
  fileSeconds: number;
  /** Milliseconds of `performance.now()` after which no file may run. */
  deadline: number;
  /** Prints only what failed. */
  quiet?: boolean;
};

const running = new Set<ChildProcess>();

/** Test files matching the patterns, relative to the root, in a stable order. */
export function testFiles(patterns: string[]): string[] {
  const exclude = ['**/node_modules/**', 'dist/**', 'compiled/**', 'data/**'];
  return globSync(patterns, { cwd: ROOT, exclude }).sort();
}

/**
 * Runs the files and returns the counts; a file that reports no test at all counts as one failure.
 * @param queue is emptied on the way: two calls may share one
 */
export async function runTests(queue: string[], limits: Limits): Promise<Tally> {
  const tallies: Tally[] = [];
  const worker = async () => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift())
      tallies.push(await runFile(file, limits));
  };
  await Promise.all(Array.from({ length: limits.concurrency }, worker));
  return addUp(tallies);
}

export function addUp(tallies: Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, each) => sum + each.passed, 0),
    failed: tallies.reduce((sum, each) => sum + each.failed, 0),
    skipped: tallies.flatMap((each) => each.skipped),
  };
}

/** Ends every process that a test file started and that still runs. */
export function killRunningTests(): void {
  for (const child of running) killGroup(child);
}

async function runFile(file: string, limits: Limits): Promise<Tally> {
  const start = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'humdrum-test-'));
  const events = join(folder, 'events');
  try {
    const ended = await runProcess(file, events, limits);
    const report = readEvents(events);
    const problems = report.filter((each) => each.kind === 'failed');
    const unfinished = whatWentWrong(report, ended);
    const tally: Tally = {
      passed: report.filter((each) => each.kind === 'passed').length,
      failed: problems.length + (unfinished ? 1 : 0),
      skipped: report.filter((each) => each.kind === 'skipped').map(({ name, reason }) => ({ name, reason })),
    };
    print(file, tally, (performance.now() - start) / 1000, limits);
    for (const each of problems) console.log(`\n  ✗ ${each.name}\n${indent(each.details)}`);
    if (unfinished) console.log(`\n  ✗ ${unfinished}`);
    if (tally.failed > 0 && ended.output) console.log(`\n  What ${file} printed:\n${indent(ended.output)}\n`);
    return tally;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Ended = { code: number | null; output: string; late: boolean; seconds: number };

function runProcess(file: string, events: string, limits: Limits): Promise<Ended> {
  const milliseconds = Math.max(0, Math.min(limits.fileSeconds * 1000, limits.deadline - performance.now()));
  const child = spawn(
    process.execPath,
    [
      // Several run at once on few cores: helpers for each one's garbage would take from the others.
      '--single-threaded-gc',
      `--test-timeout=${limits.testSeconds * 1000}`,
      '--test-reporter=./scripts/test-events.ts',
      `--test-reporter-destination=${events}`,
      file,
    ],
    // Its own group, so that the servers and browsers it started end with it.
    { cwd: ROOT, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  running.add(child);
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk).slice(-OUTPUT_CHARACTERS_MAX);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((resolve) => {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      killGroup(child);
    }, milliseconds);
    child.on('exit', (code) => {
      clearTimeout(timer);
      running.delete(child);
      killGroup(child);
      const done = () => resolve({ code, output, late, seconds: Math.round(milliseconds / 1000) });
      // A program that escaped the group may hold the pipes open: do not wait for it for long.
      child.once('close', done);
      setTimeout(done, OUTPUT_MILLISECONDS_MAX).unref();
    });
  });
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nothing of the group is left.
  }
}

function readEvents(path: string): TestEvent[] {
  let text = '';
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  const complete = text.slice(0, text.lastIndexOf('\n') + 1);
  return complete
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as TestEvent);
}

function whatWentWrong(report: TestEvent[], ended: Ended): string | undefined {
  const last = report.filter((each) => each.kind !== 'end').at(-1);
  const after = last ? `; the last test to finish was "${last.name}"` : '; no test had finished';
  if (ended.late)
    return `still running after ${ended.seconds} s and stopped${after}. A test hangs, or a timer, socket or process was left open.`;
  if (!report.some((each) => each.kind === 'end'))
    return `ended with code ${ended.code} before its tests did${after}`;
  if (!last) return 'contains no test';
  if (ended.code !== 0 && !report.some((each) => each.kind === 'failed'))
    return `ended with code ${ended.code} although no test failed${after}`;
  return undefined;
}

function print(file: string, tally: Tally, seconds: number, limits: Limits): void {
  if (limits.quiet && tally.failed === 0) return;
  const counts = [`${tally.passed} passed`];
  if (tally.failed > 0) counts.push(`${tally.failed} failed`);
  if (tally.skipped.length > 0) counts.push(`${tally.skipped.length} skipped`);
  console.log(`${tally.failed > 0 ? '✗' : '✓'} ${file}  ${counts.join(', ')}  ${seconds.toFixed(1)} s`);
  for (const { name, reason } of tally.skipped) console.log(`  – ${name}: ${reason}`);
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ');
}
