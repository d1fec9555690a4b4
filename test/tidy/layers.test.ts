/** The rules about the house can tell right from wrong. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forbidden, layerOf } from './layers.ts';
import { importsOf, reachedFrom, resolveImport, stringsOf } from './sources.ts';

const source = (code: string) => ({ path: 'src/intake/room.ts', text: code, code });

test('rooms never import each other', () => {
  assert.match(forbidden('intake', 'triage') ?? '', /react to the fact/);
  assert.equal(forbidden('intake', 'intake'), undefined);
});

test('what lies above is never imported from below', () => {
  for (const [from, to] of [
    ['platform', 'promise'],
    ['promise', 'incident'],
    ['incident', 'oncall'],
    ['incident', 'directory'],
    ['learn', 'story'],
    ['learn', 'cli'],
  ] as const)
    assert.ok(forbidden(from, to), `${from} → ${to}`);
});

test('what lies below may be imported from above', () => {
  for (const [from, to] of [
    ['main', 'story'],
    ['story', 'learn'],
    ['learn', 'incident'],
    ['learn', 'directory'],
    ['incident', 'promise'],
    ['directory', 'platform'],
  ] as const)
    assert.equal(forbidden(from, to), undefined, `${from} → ${to}`);
});

test('a folder that the house does not have belongs nowhere', () => {
  assert.equal(layerOf('src/helpers/strings.ts'), undefined);
  assert.equal(layerOf('src/platform/auth/accounts.ts'), 'platform');
  assert.equal(layerOf('src/story.ts'), 'story');
});

test('imports are found in every way of writing them', () => {
  const code = [
    "import type { A } from './a.ts';",
    "import {\n  b,\n  type B,\n} from '#platform/b.ts';",
    "export { c } from './c.ts';",
    "import './d.ts';",
    "const e = await import('./e.ts');",
  ].join('\n');
  assert.deepEqual(
    importsOf(source(code)).map(({ specifier, typeOnly }) => [specifier, typeOnly]),
    [
      ['./a.ts', true],
      ['#platform/b.ts', false],
      ['./c.ts', false],
      ['./d.ts', false],
      ['./e.ts', false],
    ],
  );
  assert.equal(resolveImport('src/intake/room.ts', '#platform/b.ts'), 'src/platform/b.ts');
  assert.equal(resolveImport('src/intake/room.ts', '../story.ts'), 'src/story.ts');
  assert.equal(resolveImport('src/intake/room.ts', 'zod'), undefined);
});

test('a call of a clock inside a template is not the time of the database', () => {
  const [found] = stringsOf(source('sql`select $' + '{clock.now()}, now()`'));
  assert.equal(found?.text, '`select  , now()`');
});

test('what a file reaches goes through other files and leaves out types', () => {
  const files = {
    'src/a.ts': "import { b } from './b.ts';\nimport type { C } from './c.ts';",
    'src/b.ts': "import pg from 'pg';\nimport { a } from './a.ts';",
  };
  const byPath = new Map(Object.entries(files).map(([path, code]) => [path, { path, text: code, code }]));
  assert.deepEqual([...reachedFrom('src/a.ts', byPath)].sort(), ['pg', 'src/a.ts', 'src/b.ts']);
});
