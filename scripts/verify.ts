/** The part of the checks that takes seconds and no network: types, lint, the pure tests, the house rules. */

import { reachedFrom, readSources } from '../test/tidy/sources.ts';
import { runChecks } from './checks.ts';
import { killRunningTests, runTests, testFiles } from './run-tests.ts';

process.on('SIGINT', stop).on('SIGTERM', stop);

const start = performance.now();
const byPath = new Map(readSources().map((each) => [each.path, each]));
const checks = await runChecks();
for (const { name, ok, output } of checks) if (!ok) console.log(`✗ Not so: ${name}.\n${output}\n`);

const files = testFiles(['src/**/*.test.ts', 'web/**/*.test.ts']).filter(isPure);
const { passed, failed } = await runTests([...files, 'test/tidy.test.ts'], {
  concurrency: 2,
  together: 12,
  testSeconds: 20,
  fileSeconds: 60,
  deadline: performance.now() + 180_000,
  quiet: true,
});
const broken = checks.filter((each) => !each.ok).length;
const seconds = ((performance.now() - start) / 1000).toFixed(1);
console.log(
  broken + failed === 0
    ? `Types and lint are clean and ${passed} tests passed in ${seconds} s.`
    : `${broken + failed} to mend, ${passed} tests passed in ${seconds} s.`,
);
process.exitCode = broken + failed === 0 && passed > 0 ? 0 : 1;

/** A test that can open a database takes seconds by itself; `npm test` runs it. */
function isPure(path: string): boolean {
  const reached = reachedFrom(path, byPath);
  return !['src/platform/db/database.ts', 'pg', '@electric-sql/pglite'].some((each) => reached.has(each));
}

function stop(): void {
  killRunningTests();
  process.exit(130);
}
