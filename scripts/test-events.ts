/** A reporter for node:test that writes one JSON line per finished test, for scripts/run-tests.ts to read. */
import { inspect } from 'node:util';

export type TestEvent =
  | { kind: 'passed'; name: string; milliseconds: number }
  | { kind: 'failed'; name: string; milliseconds: number; details: string }
  | { kind: 'skipped'; name: string; reason: string }
  | { kind: 'end' };

type Reported = {
  name: string;
  skip?: string | boolean;
  todo?: string | boolean;
  classname?: string;
  details: { type?: string; duration_ms: number; error?: { failureType?: string; cause?: unknown } };
};

// Node asks for a default export here; it is the one place where the house has one.
export default async function* testEvents(source: AsyncIterable<{ type: string; data: unknown }>) {
  for await (const { type, data } of source) {
    const event = type === 'test:summary' ? { kind: 'end' } : translate(type, data as Reported);
    if (event) yield `${JSON.stringify(event)}\n`;
  }
}

function translate(type: string, test: Reported): TestEvent | undefined {
  if (type !== 'test:pass' && type !== 'test:fail') return undefined;
  if (test.details.type === 'suite' && test.details.error?.failureType !== 'hookFailed') return undefined;
  const name = test.classname ? `${test.classname} › ${test.name}` : test.name;
  if (test.skip !== undefined) return { kind: 'skipped', name, reason: reasonFrom(test.skip) };
  if (test.todo !== undefined) return { kind: 'skipped', name, reason: `to do: ${reasonFrom(test.todo)}` };
  const milliseconds = Math.round(test.details.duration_ms);
  if (type === 'test:pass') return { kind: 'passed', name, milliseconds };
  const error = test.details.error;
  // The failing child was counted already.
  if (error?.failureType === 'subtestsFailed') return undefined;
  return { kind: 'failed', name, milliseconds, details: describe(error?.cause ?? error) };
}

function reasonFrom(value: string | boolean): string {
  return typeof value === 'string' && value ? value : 'no reason given';
}

/** The error as a reader of the console needs it: its words and our own lines of the stack. */
function describe(cause: unknown): string {
  if (!(cause instanceof Error) || !cause.stack || cause instanceof AggregateError)
    return typeof cause === 'string' ? cause : inspect(cause, { depth: 6, breakLength: 110 });
  const lines = cause.stack
    .split('\n')
    .filter((line) => !/^ +at .*(node:internal|node:async_hooks)/.test(line));
  return lines.join('\n') + (cause.cause ? `\ncaused by ${describe(cause.cause)}` : '');
}
