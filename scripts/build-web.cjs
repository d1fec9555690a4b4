/** Builds the web app into dist/web when its sources differ from the ones it was last built from. */
'use strict';
const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, readFileSync, readdirSync, writeFileSync } = require('node:fs');
const { dirname, join, relative } = require('node:path');

const STAMP = '.sources';
const SOURCE = /\.(tsx?|mts|css|html|svg|json|png|woff2?|webmanifest|ico)$/;

/** Returns a sentence about what was done, or undefined when nothing was. Throws when the build fails. */
function buildWeb(root, node) {
  if (!existsSync(join(root, 'web', 'index.html'))) return undefined;
  const output = join(root, 'dist', 'web');
  const stamp = join(output, STAMP);
  const sources = hashOfSources(root);
  if (existsSync(join(output, 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === sources)
    return undefined;
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
  const built = spawnSync(
    node,
    [vite, 'build', join(root, 'web'), '--outDir', output, '--emptyOutDir', '--logLevel', 'warn'],
    { cwd: root, encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production' } },
  );
  if (built.status !== 0)
    throw new Error(`The web app could not be built.\n${built.stdout}${built.stderr}${built.error || ''}`);
  writeFileSync(stamp, sources);
  return 'built the web app';
}

/** One hash over everything the build reads: web/, the files of src/ it reaches, and the locked packages. */
function hashOfSources(root) {
  const hash = createHash('sha256');
  const seen = new Set();
  const queue = filesUnder(join(root, 'web'));
  for (const name of ['package-lock.json', 'package.json']) queue.push(join(root, name));
  while (queue.length > 0) {
    const path = queue.pop();
    if (seen.has(path) || !existsSync(path)) continue;
    seen.add(path);
    const content = readFileSync(path);
    hash.update(`${relative(root, path)}\n${content.length}\n`).update(content);
    if (/\.tsx?$/.test(path)) queue.push(...filesOfSrcImportedBy(root, path, content.toString('utf8')));
  }
  return hash.digest('hex');
}

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory())
        return entry.name === 'node_modules' || entry.name === 'dist' ? [] : filesUnder(path);
      return SOURCE.test(entry.name) && !/\.test\.tsx?$/.test(entry.name) ? [path] : [];
    });
}

function filesOfSrcImportedBy(root, path, text) {
  const found = [];
  for (const [, specifier] of text.matchAll(/\b(?:from|import)\s*\(?\s*['"]([#.][^'"]+)['"]/g)) {
    const target = specifier.startsWith('#')
      ? join(root, 'src', specifier.slice(1).replace(/^src\//, ''))
      : join(dirname(path), specifier);
    if (!relative(join(root, 'src'), target).startsWith('..')) found.push(target);
  }
  return found;
}

module.exports = { buildWeb, hashOfSources };
