/** The first step of every npm script: installs, builds what changed, and hands over to Node 26. Any Node from 20 on runs it. */
'use strict';
const { spawnSync } = require('node:child_process');
const { existsSync, readFileSync } = require('node:fs');
const { delimiter, dirname, join } = require('node:path');
const { buildWeb } = require('./build-web.cjs');
const { cleanEnvironment, ensureNode, findNode } = require('./find-node.cjs');
const { handOver } = require('./hand-over.cjs');

const root = dirname(__dirname);

const ENTRIES = {
  start: { file: 'src/main.ts', web: true, cached: true },
  demo: { file: 'src/demo.ts', web: true, cached: true },
  test: { file: 'scripts/test.ts', cached: true },
  verify: { file: 'scripts/verify.ts', cached: true },
  bench: { file: 'bench/run.ts', web: true },
  crash: { file: 'test/crash/run.ts' },
  fuzz: { file: 'test/fuzz/run.ts' },
  simulate: { file: 'test/simulation/run.ts' },
  pack: { file: 'scripts/pack.ts' },
};

function main() {
  const [name, ...rest] = process.argv.slice(2);
  const entry = ENTRIES[name];
  if (!entry) fail(`"${name || ''}" is not one of: ${Object.keys(ENTRIES).join(', ')}.`);
  installIfNeeded();
  let node;
  try {
    node = ensureNode(root);
    const built = entry.web && buildWeb(root, node);
    if (built) console.error(`humdrum: ${built}`);
  } catch (error) {
    fail(error.message);
  }
  const env = { ...process.env, PATH: [dirname(node), process.env.PATH].join(delimiter) };
  // What is compiled once is read the next time: ready in two thirds of the time, with 18 MB less, since nothing strips types;
  // a run of all tests starts some five hundred processes.
  if (entry.cached) env.NODE_COMPILE_CACHE ??= join(root, 'node_modules', '.cache', 'humdrum', 'compiled');
  handOver(node, fileOf(entry), rest, env);
}

/** The source in a clone; the compiled twin in the published package, where Node refuses to strip types. */
function fileOf(entry) {
  const source = join(root, entry.file);
  if (existsSync(source)) return source;
  const compiled = join(root, entry.file.replace(/^src\//, 'compiled/').replace(/\.ts$/, '.js'));
  if (existsSync(compiled)) return compiled;
  return fail(`${entry.file} is not part of this copy of Humdrum.`);
}

function installIfNeeded() {
  const reason = whyInstall();
  if (!reason) return;
  const locked = existsSync(join(root, 'package-lock.json'));
  const command = locked
    ? ['ci', '--include=dev', '--prefer-offline']
    : ['install', '--omit=dev', '--no-package-lock'];
  console.error(`humdrum: ${reason}; running npm ${command[0]}`);
  const installed = spawnSync('npm', [...command, '--no-audit', '--no-fund', '--no-update-notifier'], {
    cwd: root,
    env: cleanEnvironment(process.env),
    // What npm says goes to standard error: the last line of standard output belongs to the script.
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (installed.error)
    fail(`npm could not be started (${installed.error.message}). Put npm on the PATH and run this again.`);
  if (installed.status !== 0)
    fail(
      `npm ${command[0]} did not finish; its own words are above. Nothing was started. Mend that and run this again.`,
    );
}

/** Compares what is installed with what is locked, by version: file times change with every checkout. */
function whyInstall() {
  const lockfile = join(root, 'package-lock.json');
  if (!existsSync(lockfile))
    return findNode(root).why === 'the package "node" is not installed' && 'packages are missing';
  const hidden = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(hidden)) return 'packages are missing';
  const wanted = JSON.parse(readFileSync(lockfile, 'utf8')).packages;
  const installed = JSON.parse(readFileSync(hidden, 'utf8')).packages;
  const stale = Object.keys(wanted).filter((path) => {
    if (path === '') return false;
    const there = installed[path];
    return there ? there.version !== wanted[path].version : !wanted[path].optional;
  });
  return stale.length > 0 && `${stale.length} packages differ from package-lock.json`;
}

function fail(message) {
  console.error(`humdrum: ${message}`);
  process.exit(1);
}

main();
