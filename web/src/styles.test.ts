/** Stylesheets arrive with the screens that need them, in any order: none may change what another has laid out. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

/** Selectors of a class alone, such as `.notice`: they say what the class is. */
function classesLaidOutIn(path: string): string[] {
  const text = readFileSync(join(import.meta.dirname, path), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
  const selectors = [...text.matchAll(/([^{};]+)\{/g)].flatMap(([, list]) => (list ?? '').split(','));
  return [...new Set(selectors.map((each) => each.trim()).filter((each) => /^\.[\w-]+$/.test(each)))];
}

test('every class is laid out by one stylesheet, whatever screen came before', () => {
  const files = globSync('**/*.css', { cwd: import.meta.dirname });
  const owners = Map.groupBy(
    files.flatMap((file) => classesLaidOutIn(file).map((name) => ({ file, name }))),
    ({ name }) => name,
  );
  const shared = [...owners]
    .filter(([name, list]) => list.length > 1 && !name.startsWith('.mantine-'))
    .map(([name, list]) => `${name}: ${list.map(({ file }) => file).join(', ')}`);
  assert.ok(files.length > 5);
  assert.deepEqual(shared, []);
});
