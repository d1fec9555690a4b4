/** Two people at once, on real PostgreSQL: one set-up, one acceptance, one write per key, and always one administrator. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { linkPerson } from '#directory/link.ts';
import { directoryRoom } from '#directory/room.ts';
import { createAccounts } from '#platform/auth/accounts.ts';
import { loadSecret } from '#platform/auth/secret.ts';
import { movableClock } from '#platform/clock.ts';
import { readConfig } from '#platform/config.ts';
import type { Database } from '#platform/db/database.ts';
import { type App, createApp } from '#platform/http/app.ts';
import { idempotency } from '#platform/http/idempotency.ts';
import { createLive } from '#platform/http/live.ts';
import { createLog } from '#platform/log.ts';
import type { Platform } from '#platform/platform.ts';
import { createTestDatabase, type TestDatabase } from '../test-database.ts';

const TOKEN = 'bootstrap-token-of-the-test-0123456789';
const PASSWORD = 'correct horse battery';
const clock = movableClock('2026-03-01T08:00:00Z');

let shared: TestDatabase;
let database: Database;
let app: App;
let setUpToken: string;

before(async () => {
  shared = await createTestDatabase();
  database = await shared.open();
  const config = readConfig({ DATABASE_URL: shared.url, HUMDRUM_API_TOKEN: TOKEN });
  const log = createLog('silent');
  const secret = await loadSecret(config, database, clock.now());
  const platform = {
    config,
    clock,
    log,
    database,
    db: database.db,
    live: createLive(database.db),
    secret,
  } as unknown as Platform;
  const accounts = createAccounts(platform, linkPerson);
  app = createApp(log, accounts.authenticate);
  idempotency(app, platform);
  accounts.routes(app);
  directoryRoom({ platform }).routes(app);
  await app.ready();
  setUpToken = (await accounts.ensureFirst())?.split('/').at(-1) ?? '';
});
after(async () => {
  await app.close();
  await database.close();
  await shared.remove();
});

async function post(url: string, payload: object, headers: Record<string, string> = {}) {
  const answer = await app.inject({ method: 'POST', url: `/api/v1${url}`, payload, headers });
  return { status: answer.statusCode, body: answer.body ? answer.json() : undefined };
}
const asMachine = { authorization: `Bearer ${TOKEN}` };
const statuses = (answers: { status: number }[]) => answers.map((each) => each.status).toSorted();

test('a set-up link that is used by several at once makes one administrator', async () => {
  const first = (at: number) => ({
    token: setUpToken,
    name: `Ada ${at}`,
    email: `ada${at}@example.com`,
    password: PASSWORD,
  });
  const answers = await Promise.all([1, 2, 3].map((at) => post('/setup', first(at))));
  assert.deepEqual(statuses(answers), [201, 410, 410]);
  const logins = await database.db.selectFrom('login').select('role').execute();
  assert.deepEqual(logins, [{ role: 'administrator' }]);
});

test('an invitation that is accepted twice at once makes one login and one person', async () => {
  const invited = await post('/invitations', { email: 'bo@example.com', role: 'administrator' }, asMachine);
  const token = invited.body.path.split('/').at(-1);
  const answers = await Promise.all(
    [1, 2, 3].map(() => post('/invitations/acceptance', { token, name: 'Bo', password: PASSWORD })),
  );
  assert.deepEqual(statuses(answers), [201, 410, 410]);
  const people = await database.db
    .selectFrom('person')
    .select('name')
    .where('email', '=', 'bo@example.com')
    .execute();
  assert.equal(people.length, 1);
});

test('two administrators who disable each other at once leave one', async () => {
  const logins = await database.db.selectFrom('login').select('id').execute();
  const answers = await Promise.all(logins.map(({ id }) => post(`/logins/${id}/disablement`, {}, asMachine)));
  assert.deepEqual(statuses(answers), [204, 409]);
});

test('one key writes once, however often it is sent at the same time', async () => {
  const headers = { ...asMachine, 'idempotency-key': 'one-service' };
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => post('/services', { name: 'Shop', slug: 'shop' }, headers)),
  );
  assert.ok(answers.some((each) => each.status === 201));
  assert.ok(
    answers.every((each) => each.status === 201 || each.status === 409),
    String(statuses(answers)),
  );
  const again = await post('/services', { name: 'Shop', slug: 'shop' }, headers);
  assert.equal(again.body.id, answers.find((each) => each.status === 201)?.body.id);
});

test('two entries of one name at once: one is kept, the other is told', async () => {
  const answers = await Promise.all(
    [1, 2, 3, 4].map(() => post('/people', { name: 'Cy', email: 'cy@example.com' }, asMachine)),
  );
  assert.deepEqual(statuses(answers), [201, 409, 409, 409]);
});

test('the directory is imported, read and exported the same way on this engine', async () => {
  const yaml =
    'people:\n  - { name: Di, email: di@example.com }\nteams:\n  - { name: Core, members: [Di] }\nservices:\n  - { slug: db, owner: Core, primary: Di }\nclients:\n  - { name: Acme, services: [db], contacts: [{ name: Co, email: co@acme.example }] }\n';
  const imported = await post('/directory/import', { yaml }, asMachine);
  assert.deepEqual([imported.status, imported.body.changes.length], [200, 5]);
  const exported = await app.inject({ url: '/api/v1/directory/export.yaml', headers: asMachine });
  const again = await post('/directory/import', { yaml: exported.body }, asMachine);
  assert.deepEqual(again.body.changes, []);
  const found = await app.inject({ url: '/api/v1/search?q=core', headers: asMachine });
  assert.deepEqual(
    found.json().items.map((each: { title: string }) => each.title),
    ['Core'],
  );
});
