#!/usr/bin/env node
/** The command `humdrum`: finds the Node it needs and hands over. Plain JavaScript, so that any Node from 20 on runs it. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const { ensureNode } = require('../scripts/find-node.cjs');
const { handOver } = require('../scripts/hand-over.cjs');
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [verb, ...rest] = process.argv.slice(2);

const USAGE = `humdrum <command>

  start              starts Humdrum in this folder; its data lies in ./data
  demo               starts it on a throw-away database filled with a believable month
  --version          prints the version
  --help             prints this
`;

if (verb === '--version' || verb === '-v')
  console.log(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version);
else if (verb === 'start') run('main', rest);
else if (verb === 'demo') run('demo', rest);
else if (verb !== undefined && entryOf('cli/main')) run('cli/main', process.argv.slice(2));
else explain();

function explain() {
  const known = verb === undefined || verb === '--help' || verb === '-h' || verb === 'help';
  if (known && entryOf('cli/main')) return run('cli/main', ['--help']);
  if (!known) console.error(`humdrum: there is no command "${verb}".\n`);
  console[known ? 'log' : 'error'](USAGE);
  process.exitCode = known ? 0 : 2;
}

/** The compiled file of the published package, or the source in a clone. */
function entryOf(name) {
  return [join(root, 'src', `${name}.ts`), join(root, 'compiled', `${name}.js`)].find((path) =>
    existsSync(path),
  );
}

function run(name, args) {
  const entry = entryOf(name);
  if (!entry) return fail(`this copy of Humdrum has no "${verb}".`);
  try {
    handOver(ensureNode(root), entry, args);
  } catch (error) {
    fail(error.message);
  }
}

function fail(message) {
  console.error(`humdrum: ${message}`);
  process.exitCode = 1;
}
