/** From an empty house to a restricted incident: the first administrator, the directory from a file, an invitation, and who may see what. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { movableClock } from '#platform/clock.ts';
import { readConfig } from '#platform/config.ts';
import { openDatabase } from '#platform/db/database.ts';
import { createLog } from '#platform/log.ts';
import { type Humdrum, openHumdrum } from '#src/open.ts';
import { templateImage } from '../test-database.ts';

const BOOTSTRAP_TOKEN = 'bootstrap-token-of-the-test-0123456789';
const PASSWORD = 'correct horse battery';
const DIRECTORY = `
people:
  - { name: Bo Falk, email: bo@example.com, zone: Europe/Berlin }
services:
  - { slug: shop, name: Shop, primary: bo@example.com }
`;

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
type Json = any;
type As = { cookie?: string; token?: string };

let humdrum: Humdrum;
let address: string;
let ada: As;
let bo: As;
const machine: As = { token: BOOTSTRAP_TOKEN };

before(async () => {
  const config = readConfig({
    HUMDRUM_API_TOKEN: BOOTSTRAP_TOKEN,
    HUMDRUM_SECRET: 'only the tests know this secret, and it is long',
  });
  const database = await openDatabase({ image: await templateImage() });
  humdrum = await openHumdrum({
    config,
    clock: movableClock('2026-03-01T08:00:00Z'),
    log: createLog('silent'),
    version: 'test',
    database,
  });
  address = await humdrum.app.listen({ port: 0, host: '127.0.0.1' });
});
after(() => humdrum.close());

/** As a browser or a program does it: over a socket, with a cookie or a token. */
async function call(
  who: As,
  method: string,
  path: string,
  body?: object,
): Promise<{ status: number; body: Json; cookie: string }> {
  const answer = await fetch(`${address}/api/v1${path}`, {
    method,
    headers: {
      ...(who.cookie ? { cookie: who.cookie, origin: address } : {}),
      ...(who.token ? { authorization: `Bearer ${who.token}` } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  const text = await answer.text();
  const cookie = answer.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ');
  return { status: answer.status, body: text ? JSON.parse(text) : undefined, cookie };
}

test('the printed link makes Ada administrator, and she brings the whole directory in one file', async () => {
  const token = humdrum.setUpPath?.split('/').at(-1);
  const made = await call({}, 'POST', '/setup', {
    token,
    name: 'Ada Lima',
    email: 'ada@example.com',
    password: PASSWORD,
    zone: 'Europe/Lisbon',
  });
  assert.equal(made.status, 201);
  ada = { cookie: made.cookie };
  assert.equal((await call(ada, 'POST', '/directory/import', { yaml: DIRECTORY })).status, 200);
  assert.deepEqual(
    (await call(ada, 'GET', '/people')).body.items.map((each: Json) => each.name),
    ['Ada Lima', 'Bo Falk'],
  );
});

test('Bo, whom the directory knew before, is invited and acts under his own name', async () => {
  const invited = await call(ada, 'POST', '/invitations', { email: 'Bo@example.com', role: 'responder' });
  const token = invited.body.path.split('/').at(-1);
  const accepted = await call({}, 'POST', '/invitations/acceptance', {
    token,
    name: 'Bo',
    password: PASSWORD,
  });
  bo = { cookie: accepted.cookie };
  const me = (await call(bo, 'GET', '/session')).body;
  assert.deepEqual([me.name, me.role, me.zone], ['Bo Falk', 'responder', 'Europe/Berlin']);
  assert.equal((await call(ada, 'GET', '/people')).body.items.length, 2, 'no second Bo');
  const declared = await call(bo, 'POST', '/incidents', { title: 'Shop is slow' });
  assert.equal(declared.status, 201);
  const { items } = (await call(ada, 'GET', `/incidents/${declared.body.id}/timeline`)).body;
  assert.equal(items[0].actor.name, 'Bo Falk');
});

test('a restricted incident exists for the people named on it and for nobody else, administrators and tokens included', async () => {
  const { body: secret } = await call(bo, 'POST', '/incidents', {
    title: 'Someone reads our mail',
    restricted: true,
  });
  assert.equal((await call(bo, 'GET', `/incidents/${secret.id}`)).status, 200);
  const plain = await call(bo, 'POST', '/tokens', { name: 'pipeline' });
  const own = await call(bo, 'POST', '/tokens', { name: 'my shell', actsAsMe: true });
  for (const who of [ada, machine, { token: plain.body.token }]) {
    assert.equal((await call(who, 'GET', `/incidents/${secret.id}`)).status, 404);
    for (const path of ['/incidents', '/search?q=mail', '/now'])
      assert.doesNotMatch(JSON.stringify((await call(who, 'GET', path)).body), /reads our mail/, path);
  }
  assert.equal((await call({ token: own.body.token }, 'GET', `/incidents/${secret.id}`)).status, 200);
  const bytes = await call(bo, 'GET', '/search?q=mail');
  assert.deepEqual(
    bytes.body.items.map((each: Json) => each.id),
    [secret.id],
  );
});

test('live hints of it reach only the people named', async () => {
  const streams = await Promise.all([ada, bo].map((who) => listen(who)));
  const { body: secret } = await call(bo, 'POST', '/incidents', {
    title: 'Another quiet one',
    restricted: true,
  });
  const { body: open } = await call(bo, 'POST', '/incidents', { title: 'A loud one' });
  const [heardByAda, heardByBo] = await Promise.all(streams.map((stream) => stream.until(open.id)));
  assert.ok(heardByBo?.includes(secret.id));
  assert.ok(!heardByAda?.includes(secret.id));
  await Promise.all(streams.map((stream) => stream.leave()));
});

test('a repeated declaration with one Idempotency-Key declares once', async () => {
  const declare = () =>
    fetch(`${address}/api/v1/incidents`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${BOOTSTRAP_TOKEN}`,
        'content-type': 'application/json',
        'idempotency-key': 'deploy-4711',
      },
      body: JSON.stringify({ title: 'Declared by a pipeline' }),
    });
  const answers = await Promise.all([declare(), declare(), declare()]);
  const statuses = answers.map((each) => each.status).toSorted();
  assert.ok(
    statuses.every((status) => status === 201 || status === 409),
    String(statuses),
  );
  const replayed = await declare();
  assert.equal(replayed.headers.get('idempotency-replayed'), 'true');
  const { items } = (await call(ada, 'GET', '/search?q=pipeline')).body;
  assert.equal(items.filter((each: Json) => each.kind === 'incident').length, 1);
});

async function listen(who: As) {
  const answer = await fetch(`${address}/api/v1/stream`, {
    headers: { cookie: who.cookie ?? '' },
    signal: AbortSignal.timeout(20_000),
  });
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  const stream = {
    async until(expected: string): Promise<string> {
      while (!text.includes(expected)) {
        const { value, done } = await reader.read();
        if (done) throw new Error(`The stream ended without ${expected}`);
        text += value;
      }
      return text;
    },
    leave: () => reader.cancel(),
  };
  await stream.until('event: ready');
  return stream;
}
