/** Accounts through their routes, on the embedded database. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { getMigrations } from 'better-auth/db/migration';
import { type MovableClock, movableClock } from '#platform/clock.ts';
import { readConfig } from '#platform/config.ts';
import type { Database } from '#platform/db/database.ts';
import { type App, createApp } from '#platform/http/app.ts';
import { idempotency } from '#platform/http/idempotency.ts';
import { createLog } from '#platform/log.ts';
import { openTestDatabase } from '../../../test/test-database.ts';
import { type Accounts, createAccounts } from './accounts.ts';
import { libraryOptions } from './library.ts';

const START = Temporal.Instant.from('2026-03-01T08:00:00Z');
const BOOTSTRAP_TOKEN = 'bootstrap-token-of-the-test-0123456789';
const OWN_SITE = { 'sec-fetch-site': 'same-origin' };
const PASSWORD = 'correct horse battery';

let database: Database;
let clock: MovableClock;
let accounts: Accounts;
let app: App;
let setUpToken: string;
let administrator: string;

before(async () => {
  database = await openTestDatabase();
  clock = movableClock(START);
  const config = readConfig({ HUMDRUM_API_TOKEN: BOOTSTRAP_TOKEN, HUMDRUM_URL: 'http://humdrum.example' });
  const log = createLog('silent');
  accounts = createAccounts(
    { config, clock, log, database, db: database.db, secret: 'a-secret-of-the-tests-0123456789abcdef' },
    async (tx, person, now) => {
      const id = `per_${person.loginId}`;
      await tx
        .insertInto('person')
        .values({
          id,
          name: person.name,
          email: person.email,
          login_id: person.loginId,
          created_at: now,
          updated_at: now,
        })
        .execute();
      return id;
    },
  );
  app = createApp(log, accounts.authenticate);
  idempotency(app, { db: database.db, clock });
  accounts.routes(app);
  app.get('/api/v1/for-responders', { config: { access: 'responder' } }, async () => ({ ok: true }));
  await app.ready();
  setUpToken = (await accounts.ensureFirst())?.split('/').at(-1) ?? '';
});

after(async () => {
  await app.close();
  await database.close();
});

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
async function ask(
  method: Method,
  url: string,
  options: { cookie?: string; token?: string; body?: object; headers?: Record<string, string> } = {},
) {
  const answer = await app.inject({
    method,
    url,
    headers: {
      ...(options.cookie ? { cookie: options.cookie, ...OWN_SITE } : {}),
      ...(options.token ? { authorization: `Bearer ${options.token}` } : {}),
      ...options.headers,
    },
    ...(options.body ? { payload: options.body } : {}),
  });
  const cookie = [answer.headers['set-cookie'] ?? []]
    .flat()
    .map((each) => each.split(';')[0])
    .join('; ');
  return {
    status: answer.statusCode,
    body: answer.body ? answer.json() : undefined,
    cookie,
    headers: answer.headers,
  };
}

async function member(email: string, role: string): Promise<{ cookie: string; loginId: string }> {
  const invited = await ask('POST', '/api/v1/invitations', { cookie: administrator, body: { email, role } });
  const token = invited.body.path.split('/').at(-1);
  const accepted = await ask('POST', '/api/v1/invitations/acceptance', {
    body: { token, name: email, password: PASSWORD },
  });
  assert.equal(accepted.status, 201);
  const me = await ask('GET', '/api/v1/session', { cookie: accepted.cookie });
  return { cookie: accepted.cookie, loginId: me.body.loginId };
}

test('the accounts library finds nothing left to migrate', async () => {
  const options = libraryOptions({
    plain: database.plain as never,
    secret: 'x'.repeat(40),
    url: undefined,
    log: createLog('silent'),
  });
  const { toBeCreated, toBeAdded } = await getMigrations(options as never);
  assert.deepEqual({ toBeCreated, toBeAdded }, { toBeCreated: [], toBeAdded: [] });
});

test('the set-up link makes the first administrator, once', async () => {
  assert.deepEqual((await ask('GET', '/api/v1/setup')).body, { needed: true });
  const body = { name: 'Ada', email: 'Ada@example.com', password: PASSWORD, zone: 'Europe/Berlin' };
  assert.equal(
    (await ask('POST', '/api/v1/setup', { body: { ...body, token: 'a wrong secret altogether' } })).status,
    403,
  );
  const made = await ask('POST', '/api/v1/setup', { body: { ...body, token: setUpToken } });
  assert.equal(made.status, 201);
  administrator = made.cookie;
  const me = await ask('GET', '/api/v1/session', { cookie: administrator });
  assert.equal(me.body.role, 'administrator');
  assert.equal(me.body.email, 'ada@example.com');
  assert.ok(me.body.personId);
  assert.equal((await ask('POST', '/api/v1/setup', { body: { ...body, token: setUpToken } })).status, 410);
  assert.equal(await accounts.ensureFirst(), undefined);
});

test('a session cookie cannot be read by scripts nor sent along by other sites', async () => {
  const answer = await ask('POST', '/api/v1/session', {
    body: { email: 'ada@example.com', password: PASSWORD },
  });
  assert.equal(answer.status, 201);
  const text = [answer.headers['set-cookie']].flat().join();
  assert.match(text, /HttpOnly/i);
  assert.match(text, /SameSite=Lax/i);
  const forged = await ask('POST', '/api/v1/invitations', {
    cookie: administrator,
    body: { email: 'x@example.com', role: 'viewer' },
    headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' },
  });
  assert.equal(forged.status, 403);
  const silent = await app.inject({
    method: 'DELETE',
    url: '/api/v1/session',
    headers: { cookie: administrator },
  });
  assert.equal(silent.statusCode, 403);
});

test('an invitation is accepted once and expires after seven days', async () => {
  const invited = await ask('POST', '/api/v1/invitations', {
    cookie: administrator,
    body: { email: 'late@example.com', role: 'viewer' },
  });
  assert.equal(invited.body.link, `http://humdrum.example${invited.body.path}`);
  const token = invited.body.path.split('/').at(-1);
  assert.equal(
    (await ask('POST', '/api/v1/invitations/lookup', { body: { token } })).body.email,
    'late@example.com',
  );
  clock.advance({ hours: 7 * 24 });
  const late = await ask('POST', '/api/v1/invitations/acceptance', {
    body: { token, name: 'Late', password: PASSWORD },
  });
  assert.equal(late.status, 410);
  const again = await ask('POST', '/api/v1/invitations', {
    cookie: administrator,
    body: { email: 'late@example.com', role: 'viewer' },
  });
  const body = { token: again.body.path.split('/').at(-1), name: 'Late', password: PASSWORD };
  assert.equal((await ask('POST', '/api/v1/invitations/acceptance', { body })).status, 201);
  assert.equal((await ask('POST', '/api/v1/invitations/acceptance', { body })).status, 410);
  const hashes = await database.db.selectFrom('invitation').select('token_hash').execute();
  assert.ok(hashes.every(({ token_hash }) => token_hash !== token && token_hash !== body.token));
});

test('a role decides what is allowed, and its change counts at once', async () => {
  const viewer = await member('vic@example.com', 'viewer');
  assert.equal((await ask('GET', '/api/v1/for-responders', { cookie: viewer.cookie })).status, 403);
  assert.equal((await ask('GET', '/api/v1/logins', { cookie: viewer.cookie })).status, 403);
  await ask('PUT', `/api/v1/logins/${viewer.loginId}/role`, {
    cookie: administrator,
    body: { role: 'responder' },
  });
  assert.equal((await ask('GET', '/api/v1/for-responders', { cookie: viewer.cookie })).status, 200);
});

test('the last administrator can neither be disabled nor lose the role', async () => {
  const me = await ask('GET', '/api/v1/session', { cookie: administrator });
  const role = await ask('PUT', `/api/v1/logins/${me.body.loginId}/role`, {
    cookie: administrator,
    body: { role: 'viewer' },
  });
  assert.equal(role.status, 409);
  assert.equal(
    (await ask('POST', `/api/v1/logins/${me.body.loginId}/disablement`, { cookie: administrator })).status,
    409,
  );
  assert.equal((await ask('GET', '/api/v1/session', { cookie: administrator })).body.role, 'administrator');
});

test('a disabled login loses its sessions and its tokens, and cannot sign in', async () => {
  const rex = await member('rex@example.com', 'responder');
  const { body } = await ask('POST', '/api/v1/tokens', { cookie: rex.cookie, body: { name: 'laptop' } });
  assert.equal((await ask('GET', '/api/v1/for-responders', { token: body.token })).status, 200);
  assert.equal(
    (await ask('POST', `/api/v1/logins/${rex.loginId}/disablement`, { cookie: administrator })).status,
    204,
  );
  assert.equal((await ask('GET', '/api/v1/session', { cookie: rex.cookie })).status, 401);
  assert.equal((await ask('GET', '/api/v1/for-responders', { token: body.token })).status, 401);
  assert.equal(
    (await ask('POST', '/api/v1/session', { body: { email: 'rex@example.com', password: PASSWORD } })).status,
    403,
  );
  await ask('DELETE', `/api/v1/logins/${rex.loginId}/disablement`, { cookie: administrator });
  assert.equal(
    (await ask('POST', '/api/v1/session', { body: { email: 'rex@example.com', password: PASSWORD } })).status,
    201,
  );
});

test('a token keeps to its role, its scope and its end, and is kept as a hash', async () => {
  const made = await ask('POST', '/api/v1/tokens', {
    cookie: administrator,
    body: { name: 'dashboards', role: 'responder', scopes: ['read'], expiresInDays: 1 },
  });
  const { token } = made.body;
  assert.equal((await ask('GET', '/api/v1/for-responders', { token })).status, 200);
  assert.equal((await ask('GET', '/api/v1/logins', { token })).status, 403);
  assert.equal((await ask('POST', '/api/v1/tokens', { token, body: { name: 'more' } })).status, 403);
  const listed = await ask('GET', '/api/v1/tokens', { cookie: administrator });
  const row = listed.body.items.find((each: { name: string }) => each.name === 'dashboards');
  assert.equal(row.lastUsedAt, clock.now().toString());
  assert.ok(!JSON.stringify(listed.body).includes(token));
  const kept = await database.db.selectFrom('api_token').select('key').execute();
  assert.ok(kept.every(({ key }) => key !== token));
  clock.advance({ hours: 24 });
  assert.equal((await ask('GET', '/api/v1/for-responders', { token })).status, 401);
});

test('more than ten requests with a token are answered', async () => {
  const { body } = await ask('POST', '/api/v1/tokens', {
    cookie: administrator,
    body: { name: 'busy', role: 'viewer' },
  });
  for (let count = 0; count < 30; count++) {
    clock.advance({ seconds: 6 });
    assert.equal((await ask('GET', '/api/v1/session', { token: body.token })).status, 200);
  }
});

test('a token asks for no more than its maker may do, and a revoked one is refused at once', async () => {
  const vi = await member('vi@example.com', 'viewer');
  assert.equal(
    (
      await ask('POST', '/api/v1/tokens', {
        cookie: vi.cookie,
        body: { name: 'root', role: 'administrator' },
      })
    ).status,
    403,
  );
  const { body } = await ask('POST', '/api/v1/tokens', {
    cookie: vi.cookie,
    body: { name: 'mine', role: 'viewer' },
  });
  assert.equal((await ask('GET', '/api/v1/session', { token: body.token })).status, 200);
  const stranger = await member('stranger@example.com', 'responder');
  assert.equal((await ask('DELETE', `/api/v1/tokens/${body.id}`, { cookie: stranger.cookie })).status, 404);
  assert.equal((await ask('DELETE', `/api/v1/tokens/${body.id}`, { cookie: vi.cookie })).status, 204);
  assert.equal((await ask('GET', '/api/v1/session', { token: body.token })).status, 401);
});

test('the bootstrap token is an administrator without a person', async () => {
  const me = await ask('GET', '/api/v1/session', { token: BOOTSTRAP_TOKEN });
  assert.deepEqual([me.body.role, me.body.personId, me.body.kind], ['administrator', null, 'token']);
  assert.equal((await ask('GET', '/api/v1/session', { token: `${BOOTSTRAP_TOKEN}x` })).status, 401);
  const { body } = await ask('POST', '/api/v1/tokens', {
    token: BOOTSTRAP_TOKEN,
    body: { name: 'pipeline', role: 'responder' },
  });
  assert.equal((await ask('GET', '/api/v1/for-responders', { token: body.token })).status, 200);
});

test('changing the password ends the other sessions', async () => {
  const one = await member('pat@example.com', 'viewer');
  const other = await ask('POST', '/api/v1/session', {
    body: { email: 'pat@example.com', password: PASSWORD },
  });
  const wrong = await ask('PUT', '/api/v1/session/password', {
    cookie: one.cookie,
    body: { current: 'not this one at all', new: 'another good password' },
  });
  assert.equal(wrong.status, 400);
  const changed = await ask('PUT', '/api/v1/session/password', {
    cookie: one.cookie,
    body: { current: PASSWORD, new: 'another good password' },
  });
  assert.equal(changed.status, 204);
  assert.equal((await ask('GET', '/api/v1/session', { cookie: other.cookie })).status, 401);
  assert.equal((await ask('GET', '/api/v1/session', { cookie: changed.cookie })).status, 200);
});

test('a password link sets a new password and ends the old sessions', async () => {
  const lost = await member('lost@example.com', 'viewer');
  const offered = await ask('POST', `/api/v1/logins/${lost.loginId}/password-link`, {
    cookie: administrator,
  });
  const token = offered.body.path.split('/').at(-1);
  assert.equal(
    (
      await ask('POST', '/api/v1/invitations/acceptance', {
        body: { token, password: 'a new long password' },
      })
    ).status,
    201,
  );
  assert.equal((await ask('GET', '/api/v1/session', { cookie: lost.cookie })).status, 401);
  assert.equal(
    (await ask('POST', '/api/v1/session', { body: { email: 'lost@example.com', password: PASSWORD } }))
      .status,
    401,
  );
});

test('whoever has several sessions sees them listed with their addresses, and ends one from afar', async () => {
  const one = await member('two@example.com', 'viewer');
  const other = await ask('POST', '/api/v1/session', {
    body: { email: 'two@example.com', password: PASSWORD },
  });
  const { items } = (await ask('GET', '/api/v1/sessions', { cookie: one.cookie })).body;
  assert.deepEqual(
    items.map((each: { address: string }) => each.address),
    ['127.0.0.1', '127.0.0.1'],
  );
  const far = items.find((each: { current: boolean }) => !each.current);
  assert.equal((await ask('DELETE', `/api/v1/sessions/${far.id}`, { cookie: one.cookie })).status, 204);
  assert.equal((await ask('GET', '/api/v1/session', { cookie: other.cookie })).status, 401);
  assert.equal((await ask('GET', '/api/v1/session', { cookie: one.cookie })).status, 200);
});

test('signing out ends the session on the server', async () => {
  const { cookie } = await member('out@example.com', 'viewer');
  assert.equal((await ask('DELETE', '/api/v1/session', { cookie })).status, 204);
  assert.equal((await ask('GET', '/api/v1/session', { cookie })).status, 401);
});

test('guessing a password is slowed down after eight failures, for fifteen minutes', async () => {
  await member('gus@example.com', 'viewer');
  const guess = (password: string) =>
    ask('POST', '/api/v1/session', { body: { email: 'gus@example.com', password } });
  for (let count = 0; count < 8; count++) assert.equal((await guess('wrong password wrong')).status, 401);
  assert.equal((await guess(PASSWORD)).status, 429);
  clock.advance({ minutes: 15 });
  assert.equal((await guess(PASSWORD)).status, 201);
});

test('a repeated write with one key happens once', async () => {
  const headers = { 'idempotency-key': 'key-of-the-test' };
  const body = { role: 'responder' };
  const vic = (await ask('GET', '/api/v1/logins', { cookie: administrator })).body.items.find(
    (each: { email: string }) => each.email === 'vic@example.com',
  );
  const url = `/api/v1/logins/${vic.id}/role`;
  assert.equal((await ask('PUT', url, { cookie: administrator, body, headers })).status, 204);
  const repeated = await ask('PUT', url, { cookie: administrator, body, headers });
  assert.deepEqual([repeated.status, repeated.headers['idempotency-replayed']], [204, 'true']);
  assert.equal(
    (await ask('PUT', url, { cookie: administrator, body: { role: 'viewer' }, headers })).status,
    409,
  );
});

test('an answer with a secret is never kept for a repetition', async () => {
  const options = {
    cookie: administrator,
    body: { name: 'once' },
    headers: { 'idempotency-key': 'secret-answer' },
  };
  const made = await ask('POST', '/api/v1/tokens', options);
  assert.equal(made.status, 201);
  assert.equal((await ask('POST', '/api/v1/tokens', options)).status, 409);
  const kept = await database.db.selectFrom('idempotency').select('body').execute();
  assert.ok(kept.every(({ body }) => !body?.includes(made.body.token)));
});
