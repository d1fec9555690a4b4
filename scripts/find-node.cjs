/** Finds the Node that Humdrum runs on, whichever older Node is asking. Plain JavaScript: any Node from 20 on runs it. */
'use strict';
const { spawnSync } = require('node:child_process');
const { existsSync, readFileSync } = require('node:fs');
const { delimiter, dirname, join } = require('node:path');

const MAJOR = 26;

/**
 * Returns the path of a Node of at least version 26, running the install script of the `node` package
 * when it was switched off during the installation. Throws an Error whose message names the fix.
 */
function ensureNode(root) {
  const found = findNode(root);
  if (found.path) return found.path;
  if (found.folder && runInstallScript(found.folder)) {
    const again = findNode(root);
    if (again.path) return again.path;
  }
  throw new Error(
    `Humdrum runs on Node ${MAJOR}, and ${found.why}.\n` +
      `This is Node ${process.versions.node}. Either of these mends it:\n` +
      `  npm rebuild node --ignore-scripts=false    (fetches Node ${MAJOR} beside Humdrum)\n` +
      `  install Node ${MAJOR} or newer and start Humdrum with it`,
  );
}

/** Returns {path} or {why, folder}: the `node` package first, then the Node that runs this. */
function findNode(root) {
  let why = 'the package "node" is not installed';
  let folder;
  try {
    const manifest = require.resolve('node/package.json', { paths: [root] });
    folder = dirname(manifest);
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
    const path = join(folder, bin.node);
    if (runs(path)) return { path };
    why = existsSync(path)
      ? `${path} is there but does not run on this machine`
      : 'the package "node" is installed without its program: npm did not run its install script';
  } catch {
    // The reason above says it.
  }
  if (Number.parseInt(process.versions.node, 10) >= MAJOR) return { path: process.execPath };
  return { why, folder };
}

function runs(path) {
  if (!existsSync(path)) return false;
  const { status, stdout } = spawnSync(path, ['--version'], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
    timeout: 20_000,
  });
  return status === 0 && Number.parseInt(stdout.slice(1), 10) >= MAJOR;
}

function runInstallScript(folder) {
  console.error('The install script of the package "node" did not run; running it now.');
  const { status } = spawnSync(process.execPath, ['installArchSpecificPackage'], {
    cwd: folder,
    env: cleanEnvironment(process.env),
    stdio: ['ignore', 2, 2],
  });
  return status === 0;
}

/**
 * The environment without what an outer npm left in it: our own node_modules/.bin on PATH (it vanishes while
 * installing) and settings that would change what is installed.
 */
function cleanEnvironment(environment) {
  const clean = {};
  const dropped =
    /^(npm_(lifecycle|package)_|npm_config_(production|omit|only|also|include|global|location|local_prefix|dry_run|package_lock)|NODE_ENV$)/i;
  for (const [name, value] of Object.entries(environment)) if (!dropped.test(name)) clean[name] = value;
  const path = (environment.PATH || '').split(delimiter);
  clean.PATH = path.filter((each) => !/node_modules[\\/]\.bin$/.test(each)).join(delimiter);
  return clean;
}

module.exports = { MAJOR, cleanEnvironment, ensureNode, findNode };
