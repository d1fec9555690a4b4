/** Every write of the API gets bodies that fit its schema but carry what breaks careless programs: it answers, and never with a failure of ours. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { movableClock } from '#platform/clock.ts';
import { readConfig } from '#platform/config.ts';
import { swaggerOf } from '#platform/http/openapi.ts';
import { createLog } from '#platform/log.ts';
import { type Humdrum, openHumdrum } from '#src/open.ts';
import { openTestDatabase } from './test-database.ts';

const TOKEN = 'bootstrap-token-of-the-test-0123456789';
const NASTY_TEXTS = [
  '\u0000',
  'a\u0000b',
  '\ud800',
  '<script>alert(1)</script>',
  "'; drop table person; --",
  '%00',
  '\u202e\u0007',
  'x',
];
const NASTY_IDS = ['%00', 'a%00b', '%ED%A0%80', '..%2f..', "'%20or%20'1'='1", '9'.repeat(200)];
const NASTY_VALUES: unknown[] = [
  null,
  true,
  -1,
  1e308,
  '',
  [],
  {},
  [null],
  { a: { b: [] } },
  '9'.repeat(10_000),
];
const WRITES = ['post', 'put', 'patch', 'delete'] as const;

// biome-ignore lint/suspicious/noExplicitAny: a JSON schema may hold anything
type Schema = any;
type Route = { method: string; path: string; body: Schema | undefined };

let humdrum: Humdrum;
let incidentId: string;
before(async () => {
  const config = readConfig({
    HUMDRUM_API_TOKEN: TOKEN,
    HUMDRUM_SECRET: 'only the tests know this secret, and it is long',
  });
  const database = await openTestDatabase();
  humdrum = await openHumdrum({
    config,
    clock: movableClock('2026-03-01T08:00:00Z'),
    log: createLog('silent'),
    version: 'test',
    timers: false,
    database,
  });
  const declared = await send('POST', '/api/v1/incidents', { title: 'Something to be nasty to' });
  incidentId = declared.json().id;
});
after(() => humdrum.close());

function send(method: string, url: string, payload?: unknown) {
  const headers = {
    authorization: `Bearer ${TOKEN}`,
    ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
  };
  return humdrum.app.inject({
    method: method as 'POST',
    url,
    headers,
    ...(payload === undefined ? {} : { payload: JSON.stringify(payload) }),
  });
}

function writes(): Route[] {
  return Object.entries(swaggerOf(humdrum.app).paths).flatMap(([path, operations]) =>
    WRITES.flatMap((method) => {
      const operation = operations[method] as Schema;
      if (!operation) return [];
      return [
        {
          method: method.toUpperCase(),
          path,
          body: operation.requestBody?.content?.['application/json']?.schema,
        },
      ];
    }),
  );
}

/** A value that fits the schema, with `text` in every free text. */
function sample(schema: Schema, text: string): unknown {
  const one = schema.anyOf?.[0] ?? schema.oneOf?.[0] ?? schema;
  if (one.const !== undefined) return one.const;
  if (one.enum) return one.enum[0];
  switch (Array.isArray(one.type) ? one.type[0] : one.type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(one.properties ?? { [text]: {} }).map(([name, each]) => [name, sample(each, text)]),
      );
    case 'array':
      return one.maxItems === 0 ? [] : [sample(one.items ?? {}, text)];
    case 'integer':
    case 'number':
      return Math.max(one.minimum ?? 1, 1);
    case 'boolean':
      return true;
    case 'string':
      return formatted(one, text);
    case undefined:
    case 'null':
      return text;
  }
}

function formatted({ format, minLength = 0, pattern }: Schema, text: string): string {
  if (format === 'email') return 'nasty@example.com';
  if (format === 'date-time') return '2026-03-01T08:00:00Z';
  if (format === 'date') return '2026-03-01';
  if (format === 'uri') return 'https://example.com/<b>';
  return pattern ? 'plain-1' : text.padEnd(minLength, 'x');
}

async function failures(cases: { route: Route; url: string; body: unknown }[]): Promise<string[]> {
  const found: string[] = [];
  for (const { route, url, body } of cases) {
    const answer = await send(route.method, url, route.method === 'DELETE' ? undefined : body);
    if (answer.statusCode >= 500)
      found.push(
        `${route.method} ${route.path} ← ${JSON.stringify(body)?.slice(0, 160)}: ${answer.body.slice(0, 160)}`,
      );
  }
  return found;
}

const urlOf = (route: Route, id: string) =>
  route.path.replace('/incidents/{id}', `/incidents/${incidentId}`).replace(/\{[^}]+\}/g, id);

test('texts that no database keeps, and texts that try to be code, are answered', async () => {
  const cases = writes().flatMap((route) =>
    NASTY_TEXTS.map((text) => ({
      route,
      url: urlOf(route, 'unknown-1'),
      body: route.body ? sample(route.body, text) : {},
    })),
  );
  assert.ok(cases.length > 400, `only ${cases.length} cases`);
  assert.deepEqual(await failures(cases), []);
});

test('values of the wrong kind in one field are answered', async () => {
  const cases = writes().flatMap((route) => {
    const fields = Object.keys(route.body?.properties ?? {});
    return fields.flatMap((field) =>
      NASTY_VALUES.map((value) => ({
        route,
        url: urlOf(route, 'unknown-1'),
        body: { ...(sample(route.body, 'plain') as object), [field]: value },
      })),
    );
  });
  assert.deepEqual(await failures(cases), []);
});

test('ids that are no ids are answered', async () => {
  const reads = Object.entries(swaggerOf(humdrum.app).paths).flatMap(([path, operations]) =>
    operations.get && path.includes('{') ? [{ method: 'GET', path, body: undefined }] : [],
  );
  const cases = [...writes(), ...reads].flatMap((route) =>
    NASTY_IDS.map((id) => ({
      route,
      url: route.path.replace(/\{[^}]+\}/g, id),
      body: route.body ? sample(route.body, 'plain') : {},
    })),
  );
  const wrong = (await failures(cases.filter(({ route }) => route.method !== 'GET'))).concat(
    await readFailures(cases.filter(({ route }) => route.method === 'GET')),
  );
  assert.deepEqual(wrong, []);
});

async function readFailures(cases: { route: Route; url: string }[]): Promise<string[]> {
  const found: string[] = [];
  for (const { route, url } of cases) {
    const answer = await send('GET', url);
    if (answer.statusCode >= 500) found.push(`GET ${route.path} ← ${url}: ${answer.body.slice(0, 160)}`);
  }
  return found;
}

test('every list takes a nasty search and a nasty cursor', async () => {
  const lists = Object.entries(swaggerOf(humdrum.app).paths).filter(
    ([path, operations]) => operations.get && !path.includes('{') && path !== '/api/v1/stream',
  );
  const found: string[] = [];
  for (const [path] of lists)
    for (const query of [
      'q=%00',
      'q=%27%25_%5C',
      'cursor=%00',
      'cursor=WyJhIiwiYiJd',
      'limit=-1',
      'limit=1e9',
      'from=x&to=9999999999',
      'state=%00&severity=%00&serviceId=%00',
    ]) {
      const answer = await send('GET', `${path}?${query}`);
      if (answer.statusCode >= 500) found.push(`GET ${path}?${query}: ${answer.body.slice(0, 160)}`);
    }
  assert.deepEqual(found, []);
});
