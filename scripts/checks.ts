/** The checks that are not tests: types by TypeScript 7, lint and format by Biome. Each is silent when all is well. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { ROOT } from './run-tests.ts';

const { buildWeb } = createRequire(import.meta.url)('./build-web.cjs') as {
  buildWeb(root: string, node: string): string | undefined;
};

export type Check = { name: string; ok: boolean; output: string };

export function runChecks(): Promise<Check[]> {
  const typescript = join(ROOT, 'node_modules/typescript-native/bin/tsc');
  const biome = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
  const checks = [run('the types of the server hold', [typescript, '--noEmit', '--pretty', 'false'])];
  if (existsSync(join(ROOT, 'web/tsconfig.json')))
    checks.push(
      run('the types of the web app hold', [typescript, '--noEmit', '--pretty', 'false', '-p', 'web']),
    );
  checks.push(
    run('lint and format are clean', [biome, 'check', '--max-diagnostics=30', '--error-on-warnings']),
  );
  return Promise.all(checks);
}

/** Builds the web app when its sources have changed; what uses it in a browser comes after this. */
export function buildWebApp(): Check {
  const name = 'the web app builds';
  try {
    buildWeb(ROOT, process.execPath);
    return { name, ok: true, output: '' };
  } catch (error) {
    return { name, ok: false, output: (error as Error).message };
  }
}

function run(name: string, args: string[]): Promise<Check> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', (error) => resolve({ name, ok: false, output: String(error) }));
    child.on('close', (code) => resolve({ name, ok: code === 0, output: output.trim() }));
  });
}
