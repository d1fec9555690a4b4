/** The launcher hands over completely: exit codes, signals, and web sources that changed. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { temporaryFolder } from './servers/program.ts';

const require = createRequire(import.meta.url);
const handOver = require.resolve('../scripts/hand-over.cjs');
const { cleanEnvironment } = require('../scripts/find-node.cjs') as {
  cleanEnvironment(environment: Record<string, string>): Record<string, string>;
};
const { hashOfSources } = require('../scripts/build-web.cjs') as { hashOfSources(root: string): string };
const folder = temporaryFolder('launch');
after(() => folder.remove());

/** Starts a program by way of the launcher's hand-over. */
function start(program: string) {
  const file = join(folder.path, 'program.cjs');
  writeFileSync(file, program);
  const script = `require(${JSON.stringify(handOver)}).handOver(process.execPath, ${JSON.stringify(file)}, ['an argument'])`;
  return spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
}

test('the exit code of the program is the exit code of the script', async () => {
  const child = start('process.exit(process.argv[2] === "an argument" ? 7 : 1)');
  assert.deepEqual(await once(child, 'exit'), [7, null]);
});

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  test(`${signal} reaches the program, which ends in its own time`, async () => {
    const child = start(
      `process.on('${signal}', () => setTimeout(() => process.exit(3), 50)); setInterval(() => {}, 1000); console.log('ready')`,
    );
    await once(child.stdout, 'data');
    child.kill(signal);
    assert.deepEqual(await once(child, 'exit'), [3, null]);
  });

test('a program that a signal ended says so in the exit code', async () => {
  const child = start('process.kill(process.pid, "SIGKILL")');
  assert.deepEqual(await once(child, 'exit'), [137, null]);
});

test('npm and the launcher are in direct contact', () => {
  const { scripts } = require('../package.json') as { scripts: Record<string, string> };
  // Without exec a shell stands between them, which keeps the signals that npm passes on.
  for (const script of Object.values(scripts)) assert.match(script, /^exec node scripts\/launch\.cjs \w+$/);
});

test('an outer npm does not change what is installed', () => {
  const clean = cleanEnvironment({
    PATH: ['/clone/node_modules/.bin', '/usr/bin'].join(':'),
    NODE_ENV: 'production',
    npm_config_omit: 'dev',
    npm_config_cache: '/cache',
  });
  assert.deepEqual(clean, { PATH: '/usr/bin', npm_config_cache: '/cache' });
});

test('the web app is built again when a file it reaches has changed, and only then', () => {
  const root = join(folder.path, 'clone');
  mkdirSync(join(root, 'web'), { recursive: true });
  mkdirSync(join(root, 'src/incident'), { recursive: true });
  writeFileSync(join(root, 'web/main.ts'), "import { words } from '#incident/words.ts';");
  writeFileSync(join(root, 'src/incident/words.ts'), "import './more.ts';");
  writeFileSync(join(root, 'src/incident/more.ts'), 'export const one = 1;');
  writeFileSync(join(root, 'src/incident/other.ts'), 'export const one = 1;');
  const before = hashOfSources(root);
  writeFileSync(join(root, 'src/incident/other.ts'), 'export const two = 2;');
  assert.equal(hashOfSources(root), before);
  writeFileSync(join(root, 'src/incident/more.ts'), 'export const two = 2;');
  assert.notEqual(hashOfSources(root), before);
});
