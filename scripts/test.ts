/** All tests: provides what they need, runs them in files, ends with the counts alone on the last line. */
import { startTestServer } from '../test/test-database.ts';
import { buildWebApp, runChecks } from './checks.ts';
import { provide } from './provide.ts';
import { addUp, killRunningTests, runTests, type Tally, testFiles } from './run-tests.ts';

const MINUTES_MAX = 14;
const PATTERNS = ['src/**/*.test.ts', 'web/**/*.test.ts', 'test/**/*.test.ts'];

// These start servers, browsers and processes of their own, or live through a month, and take longer.
const HEAVY =
  /^test\/(browser|races|crash|servers|end-to-end|fuzz|simulation)\b|^test\/(package|story\/demo)\.test\.ts$/;

process.on('SIGINT', () => stop(130)).on('SIGTERM', () => stop(143));

const wanted = process.argv.slice(2);
const files = testFiles(PATTERNS).filter(
  (file) => wanted.length === 0 || wanted.some((part) => file.includes(part)),
);
const deadline = performance.now() + MINUTES_MAX * 60_000;
provide();
const [server, checked] = await Promise.all([startServer(), check()]);
const tallies: Tally[] = [checked, server.tally];
const light = files.filter((file) => !HEAVY.test(file));
const heavy = files.filter((file) => HEAVY.test(file));
// One of the long ones runs beside two others; when these are done, three at a time: they wait more than they reckon.
const long = { concurrency: 1, together: 1, testSeconds: 240, fileSeconds: 420, deadline };
const beside = runTests(heavy, long);
const short = { concurrency: 2, together: 6, testSeconds: 60, fileSeconds: 180, deadline };
tallies.push(await runTests(light, short));
tallies.push(await runTests(heavy, { ...long, concurrency: 2 }), await beside);
await server.stop();
report(addUp(tallies));

async function check(): Promise<Tally> {
  const checks = [...(wanted.length === 0 ? await runChecks() : []), buildWebApp()];
  for (const { name, ok, output } of checks) console.log(ok ? `✓ ${name}` : `✗ Not so: ${name}\n${output}\n`);
  const passed = checks.filter((each) => each.ok).length;
  return { passed, failed: checks.length - passed, skipped: [] };
}

/** Without it every test would run on the embedded database, which is slower and shows less: that is a failure of its own. */
async function startServer(): Promise<{ tally: Tally; stop(): Promise<void> }> {
  try {
    const { stop } = await startTestServer();
    return { tally: { passed: 0, failed: 0, skipped: [] }, stop };
  } catch (error) {
    console.log(`✗ Not so: a PostgreSQL for the tests starts\n${(error as Error).message}\n`);
    return { tally: { passed: 0, failed: 1, skipped: [] }, stop: async () => {} };
  }
}

function report({ passed, failed, skipped }: Tally): void {
  if (skipped.length > 0) console.log('\nSkipped, because this machine cannot have it:');
  for (const { name, reason } of skipped) console.log(`  – ${name}: ${reason}`);
  if (files.length === 0) console.log('No test file fits.');
  console.log(
    `\n${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`,
  );
  process.exitCode = failed === 0 && passed > 0 && files.length > 0 ? 0 : 1;
}

function stop(code: number): void {
  killRunningTests();
  process.exit(code);
}
