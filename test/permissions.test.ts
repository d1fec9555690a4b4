/** Every route of the OpenAPI document, asked by everybody, against the one table of docs/accounts.md. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { movableClock } from '#platform/clock.ts';
import { readConfig } from '#platform/config.ts';
import type { Role } from '#platform/http/app.ts';
import { createLog } from '#platform/log.ts';
import { type Humdrum, openHumdrum } from '#src/open.ts';
import { type Permission, permissionsIn, permissionsOf, TABLE_FILE } from '../scripts/permissions.ts';
import { openTestDatabase } from './test-database.ts';

const BOOTSTRAP_TOKEN = 'bootstrap-token-of-the-test-0123456789';
const ROLES: Role[] = ['viewer', 'responder', 'administrator'];
// It never ends by itself; stream.test.ts listens to it.
const ENDLESS = '/api/v1/stream';

let humdrum: Humdrum;
let rows: Permission[];
const tokens = new Map<string, string>();

before(async () => {
  const config = readConfig({
    HUMDRUM_API_TOKEN: BOOTSTRAP_TOKEN,
    HUMDRUM_SECRET: 'only the tests know this secret, and it is long',
  });
  const database = await openTestDatabase();
  const clock = movableClock('2026-03-01T08:00:00Z');
  humdrum = await openHumdrum({
    config,
    clock,
    log: createLog('silent'),
    version: 'test',
    timers: false,
    database,
  });
  rows = permissionsIn(readFileSync(TABLE_FILE, 'utf8'));
  for (const role of ROLES) {
    tokens.set(role, await token(role, ['read', 'write']));
    tokens.set(`${role}, read only`, await token(role, ['read']));
  }
});
after(() => humdrum.close());

async function token(role: Role, scopes: string[]): Promise<string> {
  const made = await humdrum.app.inject({
    method: 'POST',
    url: '/api/v1/tokens',
    headers: { authorization: `Bearer ${BOOTSTRAP_TOKEN}` },
    payload: { name: role, role, scopes },
  });
  assert.equal(made.statusCode, 201, made.body);
  return made.json().token;
}

/** Ids that do not exist and an empty body: whoever is admitted changes nothing. */
async function ask(
  { method, path }: Permission,
  bearer: string | undefined,
): Promise<{ status: number; body: string }> {
  const answer = await humdrum.app.inject({
    method: method as 'GET',
    url: path.replace(/\{[^}]+\}/g, 'unknown-1'),
    headers: bearer ? { authorization: `Bearer ${bearer}` } : {},
    ...(method === 'GET' || method === 'DELETE' ? {} : { payload: {} }),
  });
  return { status: answer.statusCode, body: answer.body };
}

function nameOf({ method, path }: Permission): string {
  return `${method} ${path}`;
}

test('the table names every route of the API with the role that it needs, and no other', () => {
  const table = new Map(rows.map((row) => [nameOf(row), row.access]));
  const routes = new Map(permissionsOf(humdrum.app).map((row) => [nameOf(row), row.access]));
  const differences = [...new Set([...table.keys(), ...routes.keys()])].filter(
    (name) => table.get(name) !== routes.get(name),
  );
  assert.deepEqual(
    differences.map((name) => `${name}: table ${table.get(name)}, route ${routes.get(name)}`),
    [],
    'Run `node scripts/permissions.ts`, and read what it changes.',
  );
  assert.ok(rows.length > 60, `only ${rows.length} rows`);
});

test('nobody gets in without a token or a session, except where the table says so', async () => {
  const wrong: string[] = [];
  for (const row of rows) {
    if (row.access === 'public') continue;
    for (const bearer of [undefined, 'hum_not-a-token']) {
      const { status } = await ask(row, bearer);
      const refused = row.access === 'integration' ? status >= 400 && status < 500 : status === 401;
      if (!refused) wrong.push(`${nameOf(row)} answered ${status} to ${bearer ?? 'nobody'}`);
    }
  }
  assert.deepEqual(wrong, []);
});

test('each role is admitted exactly where the table says so, and a read-only token only reads', async () => {
  const wrong: string[] = [];
  for (const row of rows) {
    if (row.access === 'public' || row.access === 'integration') continue;
    for (const role of ROLES) {
      const enough = ROLES.indexOf(role) >= ROLES.indexOf(row.access);
      for (const [name, writes] of [
        [role, true],
        [`${role}, read only`, false],
      ] as const) {
        const expected = enough && (writes || row.method === 'GET');
        if (expected && row.path === ENDLESS) continue;
        const { status, body } = await ask(row, tokens.get(name));
        const admitted = status !== 401 && !(status === 403 && /needs the role|may only read/.test(body));
        if (admitted !== expected)
          wrong.push(
            `${nameOf(row)} answered ${status} to ${name}, expected ${expected ? 'admission' : 'refusal'}`,
          );
      }
    }
  }
  assert.deepEqual(wrong, []);
});

test('an unknown id or an empty body is never a failure of ours', async () => {
  const wrong: string[] = [];
  for (const row of rows) {
    if (row.path === ENDLESS) continue;
    const { status, body } = await ask(row, tokens.get('administrator'));
    if (status >= 500) wrong.push(`${nameOf(row)} answered ${status}: ${body.slice(0, 200)}`);
  }
  assert.deepEqual(wrong, []);
});
