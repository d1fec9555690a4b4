/** A reporter for node:test that writes one JSON line per finished test and file, for scripts/run-tests.ts to read. */
import { inspect } from 'node:util';

export type TestEvent =
  | { kind: 'passed'; file: string; name: string }
  | { kind: 'failed'; file: string; name: string; details: string }
  | { kind: 'skipped'; file: string; name: string; reason: string }
  /** All tests of the file have ended. */
  | { kind: 'end'; file: string; milliseconds: number };

type Reported = {
  name: string;
  nesting: number;
  skip?: string | boolean;
  todo?: string | boolean;
  /** The suites around it, the file first, joined by dots. */
  classname?: string;
  details: { type?: string; duration_ms: number; error?: { failureType?: string; cause?: unknown } };
};

const files = process.argv.slice(2);

// Node asks for a default export here; it is the one place where the house has one.
export default async function* testEvents(source: AsyncIterable<{ type: string; data: unknown }>) {
  for await (const { type, data } of source)
    if (type === 'test:pass' || type === 'test:fail')
      for (const event of translate(type, data as Reported)) yield `${JSON.stringify(event)}\n`;
}

function translate(type: 'test:pass' | 'test:fail', test: Reported): TestEvent[] {
  const around = test.classname ?? '';
  const file = files.find((each) => `${around}.`.startsWith(`${each}.`)) ?? test.name;
  const ended: TestEvent[] =
    test.nesting === 0 ? [{ kind: 'end', file, milliseconds: Math.round(test.details.duration_ms) }] : [];
  const error = test.details.error;
  // A suite passes or fails by its tests, unless it could not be read or a hook of it failed.
  const counts = test.details.type !== 'suite' || (type === 'test:fail' && error !== undefined);
  // The failing child was counted already.
  if (!counts || error?.failureType === 'subtestsFailed') return ended;
  const suites = around.slice(file.length + 1);
  const name = suites ? `${suites} › ${test.name}` : test.name;
  const left = test.skip ?? test.todo;
  if (left !== undefined) return [{ kind: 'skipped', file, name, reason: reasonFrom(left) }, ...ended];
  if (type === 'test:pass') return [{ kind: 'passed', file, name }, ...ended];
  return [{ kind: 'failed', file, name, details: describe(error?.cause ?? error) }, ...ended];
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
