/** Runs test files, one or several to a process that cannot outlive its time, and counts what they report. */
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
  /** How many processes at once. */
  concurrency: number;
  /** How many files to a process, one after another: what they share is read and compiled once. Fewer when few are left. */
  together: number;
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
    while (queue.length > 0) {
      const share = Math.ceil(queue.length / limits.concurrency / 2);
      tallies.push(...(await runFiles(queue.splice(0, Math.min(limits.together, share)), limits)));
    }
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

async function runFiles(files: string[], limits: Limits): Promise<Tally[]> {
  const start = performance.now();
  const folder = mkdtempSync(join(tmpdir(), 'humdrum-test-'));
  const events = join(folder, 'events');
  try {
    const ended = await runProcess(files, events, limits);
    const report = readEvents(events);
    const seconds = (performance.now() - start) / 1000;
    return files.map((file) => tell(file, { files, report, ended, seconds }, limits));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Ran = { files: string[]; report: TestEvent[]; ended: Ended; seconds: number };

/** Says and counts how the tests of one file went. */
function tell(file: string, ran: Ran, limits: Limits): Tally {
  const own = ran.report.filter((each) => each.file === file);
  const end = own.find((each) => each.kind === 'end');
  const problems = own.filter((each) => each.kind === 'failed');
  const skipped = own.filter((each) => each.kind === 'skipped');
  const unfinished = whatWentWrong(file, ran);
  const tally: Tally = {
    passed: own.filter((each) => each.kind === 'passed').length,
    failed: problems.length + (unfinished ? 1 : 0),
    skipped: skipped.map(({ name, reason }) => ({ name, reason })),
  };
  print(file, tally, end ? end.milliseconds / 1000 : ran.seconds, limits);
  for (const each of problems) console.log(`\n  ✗ ${each.name}\n${indent(each.details)}`);
  if (unfinished) console.log(`\n  ✗ ${unfinished}`);
  const { output } = ran.ended;
  if (tally.failed > 0 && output) console.log(`\n  What ${file} printed:\n${indent(output)}\n`);
  return tally;
}

type Ended = { code: number | null; output: string; late: boolean; seconds: number };

function runProcess(files: string[], events: string, limits: Limits): Promise<Ended> {
  const allowed = limits.fileSeconds * 1000 * files.length;
  const milliseconds = Math.max(0, Math.min(allowed, limits.deadline - performance.now()));
  const child = spawn(
    process.execPath,
    [
      // Several run at once on few cores: helpers for each one's garbage would take from the others.
      '--single-threaded-gc',
      `--test-timeout=${limits.testSeconds * 1000}`,
      '--test-reporter=./scripts/test-events.ts',
      `--test-reporter-destination=${events}`,
      join(import.meta.dirname, 'test-files.ts'),
      ...files,
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

function whatWentWrong(file: string, { files, report, ended }: Ran): string | undefined {
  const tests = report.filter((each) => each.kind !== 'end');
  const done = new Set(report.filter((each) => each.kind === 'end').map((each) => each.file));
  const last = tests.findLast((each) => each.file === file);
  const after = last ? `; the last test to finish was "${last.name}"` : '; no test had finished';
  const late = `still running after ${ended.seconds} s and stopped${after}. A test hangs, or a timer, socket or process was left open.`;
  const current = files.find((each) => !done.has(each));
  if (file === current)
    return ended.late ? late : `ended with code ${ended.code} before its tests did${after}`;
  if (!done.has(file)) return `not run, because the process ended in ${current}`;
  if (!last) return 'contains no test';
  // What a process does after its last test cannot be told by file.
  if (current || file !== files.at(-1)) return undefined;
  if (ended.late) return late;
  if (ended.code !== 0 && !tests.some((each) => each.kind === 'failed'))
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
