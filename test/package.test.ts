/** What `npm pack` makes can be installed elsewhere and runs there, started by whichever Node the machine has. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { temporaryFolder } from './servers/program.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..');
const INSTALL = ['install', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];

// Without what an outer npm put first on PATH, "node" is the machine's own.
const { cleanEnvironment } = createRequire(import.meta.url)('../scripts/find-node.cjs') as {
  cleanEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv;
};
const folder = temporaryFolder('package');
const elsewhere = join(folder.path, 'elsewhere');
const humdrum = join(elsewhere, 'node_modules/.bin/humdrum');
const PATH = (cleanEnvironment(process.env).PATH ?? '')
  .split(':')
  .filter((each) => !process.execPath.startsWith(`${each}/`))
  .join(':');
const env = { ...cleanEnvironment(process.env), PATH };

before(async () => {
  const packed = await run('npm', ['pack', '--json', '--pack-destination', folder.path], { cwd: ROOT, env });
  const [{ filename }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[\n'))) as [
    { filename: string },
  ];
  mkdirSync(elsewhere);
  writeFileSync(join(elsewhere, 'package.json'), '{"private": true}');
  await run('npm', [...INSTALL, join(folder.path, filename)], { cwd: elsewhere, env });
});
after(() => folder.remove());

test('the installed command says its version', async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  const { stdout } = await run(humdrum, ['--version'], { cwd: elsewhere, env });
  assert.equal(stdout, `${version}\n`);
});

test('an unknown command is refused with the list of commands', async () => {
  await assert.rejects(run(humdrum, ['dance'], { cwd: elsewhere, env }), ({ code, stderr }) => {
    assert.notEqual(code, 0);
    assert.match(stderr, /dance/);
    return true;
  });
});

test('the installed command lints what it reads', async () => {
  const child = spawn(humdrum, ['lint', 'update'], { cwd: elsewhere, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const said = Array.fromAsync(createInterface({ input: child.stdout }));
  child.stdin.end('{"text":"We are investigating reports of degraded performance for the API."}\nbroken\n');
  const [code] = (await once(child, 'exit')) as [number];
  const [found = '', broken = ''] = await said;
  assert.deepEqual(JSON.parse(found).codes, ['U4']);
  assert.equal(JSON.parse(broken).line, 2);
  assert.equal(code, 1);
});

test('the installed command holds a mirror up to a saved page', async () => {
  const updates = [
    { at: '2026-11-25T08:00:00Z', status: 'investigating', message: 'We are looking.' },
    { at: '2026-11-25T09:00:00Z', status: 'resolved', message: 'Over.' },
  ];
  const incident = { id: '1', title: 'Slow', impact: 'minor', updates };
  writeFileSync(join(elsewhere, 'page.json'), JSON.stringify([incident]));
  const { stdout } = await run(humdrum, ['mirror', 'page.json', '--picture', 'page.svg'], {
    cwd: elsewhere,
    env,
  });
  assert.match(stdout, /1 of 1 \(100%\) held a silence/);
  assert.match(readFileSync(join(elsewhere, 'page.svg'), 'utf8'), /^<svg /);
});

test('the installed package starts, serves the app, and stops cleanly when it is told to', async () => {
  const child = spawn(humdrum, ['start'], {
    cwd: elsewhere,
    env: { ...env, HUMDRUM_PORT: '0', HUMDRUM_LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  try {
    const address = await addressFrom(child.stdout);
    assert.ok(address, `It ended before it listened:\n${errors}`);
    assert.equal((await fetch(`${address}/healthz`)).status, 200);
    const page = await fetch(address, { headers: { accept: 'text/html' } });
    assert.match(await page.text(), /<div id="root">|<html/);
    assert.equal(existsSync(join(elsewhere, 'data')), true);
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    assert.deepEqual(await ended, [0, null], errors);
  } finally {
    child.kill('SIGKILL');
  }
});

async function addressFrom(output: NodeJS.ReadableStream): Promise<string | undefined> {
  for await (const line of createInterface({ input: output })) {
    const address = /listens on (http:\S+)/.exec(line)?.[1];
    if (address) {
      output.resume();
      return address;
    }
  }
  return undefined;
}
