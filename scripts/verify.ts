/** The part of the checks that takes seconds and no network: types, lint, the pure tests, the house rules. */
import { runChecks } from './checks.ts';
import { killRunningTests, runTests, testFiles } from './run-tests.ts';

process.on('SIGINT', stop).on('SIGTERM', stop);

const start = performance.now();
const checks = await runChecks();
for (const { name, ok, output } of checks) if (!ok) console.log(`✗ Not so: ${name}.\n${output}\n`);

const { passed, failed } = await runTests(
  testFiles(['src/**/*.test.ts', 'web/**/*.test.ts', 'test/tidy.test.ts']),
  { concurrency: 2, testSeconds: 20, fileSeconds: 60, deadline: performance.now() + 180_000, quiet: true },
);
const broken = checks.filter((each) => !each.ok).length;
const seconds = ((performance.now() - start) / 1000).toFixed(1);
console.log(
  broken + failed === 0
    ? `Types and lint are clean and ${passed} tests passed in ${seconds} s.`
    : `${broken + failed} to mend, ${passed} tests passed in ${seconds} s.`,
);
process.exitCode = broken + failed === 0 && passed > 0 ? 0 : 1;

function stop(): void {
  killRunningTests();
  process.exit(130);
}
