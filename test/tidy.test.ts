/** The house rules that a machine can check, each with what to do instead. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forbidden, layerOf } from './tidy/layers.ts';
import {
  importsOf,
  isTest,
  lineAt,
  places,
  readSources,
  resolveImport,
  type Source,
  stringsOf,
} from './tidy/sources.ts';

/** Files that may break a rule, each with its reason. Nothing else is an exception. */
const MAY_ASK_THE_TIME: Record<string, string> = {
  'src/platform/clock.ts': 'it is the clock',
};
const MAY_USE_DATABASE_TIME: Record<string, string> = {
  'src/platform/db/database.ts': 'measures how far the clock of the database is from ours',
  'src/platform/jobs/jobs.ts': 'the job library compares its own rows with the time of its database',
};
const MAY_SET_TIMERS: Record<string, string> = {
  'src/platform/http/stream.ts':
    'reads hints and sends heartbeats while a stream is open; nothing is due by it',
  'src/platform/db/presence.ts': 'joins again after its connection was cut; nothing is due by it',
  'src/platform/mail.ts': 'gives up on a server that hangs; what is due again is a row',
  'src/communicate/page/serve.ts':
    'says that the pages can no longer be compared with the record when the sweep hangs; nothing is due by it',
  'src/intake/news.ts':
    'gathers the news of half a second; each is a row first, and a due hands on what a crash leaves',
  'src/main.ts': 'the sweep, which must not die with what it watches',
  'src/demo/stage.ts': 'looks whether the jobs rest while a month is told in seconds; nothing is due by it',
};
const MAY_WRITE_FACTS: Record<string, string> = {
  'src/incident/execute.ts': 'the one way to change an incident',
  'src/oncall/execute.ts': 'the one way to change a page',
};
const MUST_EXPORT_DEFAULT: Record<string, string> = {
  'scripts/test-events.ts': 'node:test loads a reporter by its default export',
};
const PURE_PACKAGES = new Set(['zod', 'yjs']);

const sources = readSources();
const typescript = sources.filter(({ path }) => /\.(ts|tsx)$/.test(path));
const server = typescript.filter(({ path }) => path.startsWith('src/'));
const production = server.filter(({ path }) => !isTest(path));
const byPath = new Map(sources.map((each) => [each.path, each]));

function nothingIn(found: string[], instead: string): void {
  assert.equal(found.length, 0, `${instead}\n  ${[...new Set(found)].join('\n  ')}\n`);
}

test('every file of src belongs to a part of the house', () => {
  const strangers = server.filter(({ path }) => layerOf(path) === undefined).map(({ path }) => path);
  nothingIn(strangers, 'Put it into the room it serves, or into platform/ if it knows nothing of incidents:');
});

test('imports point one way through the house', () => {
  const found = server.flatMap((source) =>
    importsOf(source).flatMap(({ specifier }) => {
      const target = resolveImport(source.path, specifier);
      const [from, to] = [layerOf(source.path), target && layerOf(target)];
      const why = from && to && forbidden(from, to);
      return why ? [`${source.path} imports ${target}: ${why}`] : [];
    }),
  );
  nothingIn(found, 'Turn these imports around:');
});

test('the server imports nothing of the web app, the tests or the scripts', () => {
  const found = production.flatMap((source) =>
    importsOf(source).flatMap(({ specifier }) => {
      const target = resolveImport(source.path, specifier);
      return target && !target.startsWith('src/') ? [`${source.path} imports ${target}`] : [];
    }),
  );
  nothingIn(found, 'Move what is shared into src/, and import it from there:');
});

test('the web app reaches only pure files of the server', () => {
  const reached = new Map<string, string>();
  for (const source of typescript)
    if (source.path.startsWith('web/') && !isTest(source.path)) follow(source, source.path);
  const found = [...reached].flatMap(([path, via]) =>
    impure(path).map((why) => `${path} (by ${via}) ${why}`),
  );
  nothingIn(
    found,
    'Split the pure part into a file of its own and import that; types come by "import type":',
  );

  function follow(source: Source, via: string): void {
    for (const { specifier, typeOnly } of importsOf(source)) {
      const target = typeOnly ? undefined : resolveImport(source.path, specifier);
      const next = target?.startsWith('src/') && !reached.has(target) ? byPath.get(target) : undefined;
      if (!next) continue;
      reached.set(next.path, via);
      follow(next, next.path);
    }
  }
  function impure(path: string): string[] {
    const source = byPath.get(path);
    if (!source) return [];
    const packages = importsOf(source)
      .filter(({ specifier, typeOnly }) => !typeOnly && resolveImport(path, specifier) === undefined)
      .filter(({ specifier }) => !PURE_PACKAGES.has(specifier))
      .map(({ specifier }) => `imports ${specifier}`);
    // Browsers do not all have Temporal; as a type it costs nothing.
    const temporal = /\bTemporal\.\w+\.\w+\(|\bnew Temporal\./.test(source.code) ? ['uses Temporal'] : [];
    return [...packages, ...temporal];
  }
});

test('only the clock asks what time it is', () => {
  const asks = /\bDate\.now\b|\bnew Date\(\s*\)|\bTemporal\.Now\b|\bperformance\.now\b|\bprocess\.hrtime\b/g;
  const found = production
    .filter(({ path }) => !(path in MAY_ASK_THE_TIME))
    .flatMap(({ path, code }) => places(path, code, asks));
  nothingIn(found, 'Take `now` as a parameter, or measure with stopwatch() of platform/clock.ts:');
});

test('the database never supplies the time', () => {
  const asks =
    /(?<![.\w])(now|clock_timestamp|statement_timestamp|transaction_timestamp)\(\)|\b(current_(timestamp|date|time)|localtimestamp)\b/i;
  const inCode = production
    .filter(({ path }) => !(path in MAY_USE_DATABASE_TIME))
    .flatMap((source) =>
      stringsOf(source)
        .filter(({ text }) => asks.test(text))
        .map(({ line }) => `${source.path}:${line}`),
    );
  const inMigrations = sources
    .filter(({ path }) => path.startsWith('migrations/'))
    .flatMap(({ path, text }) => places(path, text.replace(/--.*/g, ''), new RegExp(asks, 'gi')));
  nothingIn([...inCode, ...inMigrations], 'Pass the instant from the clock as a parameter of the statement:');
});

test('a timer that matters is a row', () => {
  const timers = /\b(setTimeout|setInterval)\s*\(|['"](node:)?timers(\/promises)?['"]/g;
  const found = production
    .filter(({ path }) => !(path in MAY_SET_TIMERS))
    .flatMap(({ path, code }) => places(path, code, timers));
  nothingIn(
    found,
    'Store the time it is due and send a job that wakes for it, or add the file to MAY_SET_TIMERS with its reason:',
  );
});

test('facts are appended in two places and changed in none', () => {
  const writes =
    /\b(insertInto|mergeInto)\(\s*['"`](fact|page_fact)\b|\binsert\s+into\s+"?(fact|page_fact)\b/gi;
  const changes =
    /\b(updateTable|deleteFrom)\(\s*['"`](fact|page_fact)\b|\b(update|delete\s+from)\s+"?(fact|page_fact)\b/gi;
  const found = production.flatMap(({ path, code }) => [
    ...(path in MAY_WRITE_FACTS ? [] : places(path, code, writes)),
    ...places(path, code, changes),
  ]);
  nothingIn(found, 'Give the incident or the page a command; a correction is a new fact:');
});

test('exports have names', () => {
  const found = typescript
    .filter(({ path }) => !(path in MUST_EXPORT_DEFAULT) && !/\.config\.ts$/.test(path))
    .flatMap(({ path, code }) => places(path, code, /^export default\b/gm));
  nothingIn(
    found,
    'Export it by its name; a file whose reader demands a default goes into MUST_EXPORT_DEFAULT:',
  );
});

test('types need no compiler', () => {
  const syntax = /^\s*(export\s+)?(declare\s+)?(const\s+)?enum\s+\w+\s*\{/gm;
  const found = typescript.flatMap(({ path, code }) => places(path, code, syntax));
  nothingIn(found, 'Use a union of strings instead of an enum:');
});

test('folders and files are named by what happens in them', () => {
  const banned = /(^|\/)(utils?|helpers?|common|services)\/|(^|\/)interfaces\.ts$/;
  const found = typescript.map(({ path }) => path).filter((path) => banned.test(path));
  nothingIn(
    found,
    'Name the folder after what happens there; a type lives beside the function that owns it:',
  );
});

test('every file of the server begins by saying what it promises', () => {
  const found = production
    .filter(({ text }) => !/^(#!.*\n)?\/(\/|\*\*(\s*\n \*)?) ?\S/.test(text))
    .map(({ path }) => path);
  nothingIn(found, 'Write one line of comment on top: what may a reader rely on?');
});

test('every test has a sentence for a name', () => {
  const named = /(?<![\w.])(?:t\.)?(?:test|it)(?:\.only|\.skip|\.todo)?\(\s*(['"`])((?:\\.|(?!\1).)*)\1/g;
  const found = typescript
    .filter(({ path }) => isTest(path))
    .flatMap(({ path, code }) =>
      [...code.matchAll(named)]
        .filter(([, , name]) => !name?.trim().includes(' '))
        .map(({ index, 2: name }) => `${path}:${lineAt(code, index)} "${name}"`),
    );
  nothingIn(found, 'Say what holds, in the words of the domain: "a resolved incident keeps its severity":');
});

test('no test is the only one that runs', () => {
  const found = typescript
    .filter(({ path }) => isTest(path))
    .flatMap(({ path, code }) => places(path, code, /\b(test|it|describe|suite)\.only\(|\bonly:\s*true\b/g));
  nothingIn(found, 'Remove "only", so that all of them run:');
});

test('migrations are numbered without a gap', () => {
  const names = sources
    .filter(({ path }) => path.startsWith('migrations/') && path.endsWith('.sql'))
    .map(({ path }) => path.slice('migrations/'.length))
    .sort();
  const found = names.filter(
    (name, index) => !/^\d{4}_[a-z0-9_]+\.sql$/.test(name) || Number(name.slice(0, 4)) !== index + 1,
  );
  nothingIn(found, 'Name it <next number, four digits>_<what_it_adds>.sql:');
});

test('the lockfile names no address to download from', () => {
  const lock = byPath.get('package-lock.json');
  const found = lock ? places(lock.path, lock.text, /"resolved":\s*"(https?|git)/g) : [];
  nothingIn(found.slice(0, 3), 'Run npm install with --omit-lockfile-registry-resolved:');
  assert.equal(byPath.has('.npmrc'), false, 'Settings of one machine stay in the .npmrc of its user.');
});

test('no file knows the paths of one machine', () => {
  const path = /(?<![\w.:/-])\/(work|tmp|root|home|Users)\/[\w.-]+/g;
  const found = sources
    .filter((each) => each.path !== 'package-lock.json')
    .flatMap((each) => places(each.path, each.text, path));
  nothingIn(found, "Build the path from the file's own place, or from os.tmpdir():");
});
