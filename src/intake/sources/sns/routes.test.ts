/** A topic of Amazon SNS against a server that behaves like it: certificate, confirmation, signatures of both versions. */
import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { movableClock } from '#platform/clock.ts';
import { transaction } from '#platform/db/database.ts';
import { type App, type Caller, createApp } from '#platform/http/app.ts';
import { createOutbound } from '#platform/http/outbound.ts';
import { createLog } from '#platform/log.ts';
import type { Platform } from '#platform/platform.ts';
import { openTestDatabase } from '../../../../test/test-database.ts';
import { createIntegration, intakeRoom } from '../../room.ts';
import { fixture } from '../fixture.ts';

const KEY = 's'.repeat(32);
const AUTOMATIC_KEY = 't'.repeat(32);
const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:alerts';
const FILES = join(import.meta.dirname, 'fixtures');
// The certificate of this test is no secret: it signs nothing but what is below.
const PRIVATE_KEY = readFileSync(join(FILES, 'key.pem'));
const ADMINISTRATOR: Caller = {
  kind: 'person',
  loginId: 'log_ana',
  personId: 'per_ana',
  name: 'Ana Lima',
  role: 'administrator',
  scopes: [],
  sessionId: 'ses_1',
};
const clock = movableClock('2026-12-01T10:00:00Z');
const asked: string[] = [];
let confirmStatus = 200;
let amazon: Server;
let base: string;
let platform: Platform;
let app: App;

before(async () => {
  amazon = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/cert.pem') return response.end(readFileSync(join(FILES, 'certificate.pem')));
    response.statusCode = request.url?.startsWith('/confirm') ? confirmStatus : 404;
    response.end();
  });
  await new Promise<void>((resolve) => amazon.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(amazon.address() as AddressInfo).port}`;
  const database = await openTestDatabase();
  const log = createLog('silent');
  platform = {
    config: { url: undefined } as Platform['config'],
    clock,
    log,
    database,
    db: database.db,
    jobs: {
      enqueue: async () => {},
      start: async () => {},
      stop: async () => {},
      expect: () => () => {},
      idle: async () => true,
    },
    live: undefined as never,
    secret: 'x'.repeat(32),
  };
  const room = intakeRoom(
    { platform },
    {
      recordChanges: async (_tx, list) => list.map((_, index) => `chg_${index}`),
      outbound: createOutbound({ allowPrivate: ['127.0.0.1'], timeoutMilliseconds: 2000 }),
      snsHosts: (url) => url.origin === base,
    },
  );
  app = createApp(log, async () => ADMINISTRATOR);
  room.routes?.(app);
  await app.ready();
  await transaction(platform.db, async (tx) => {
    await createIntegration(tx, { name: 'AWS', kind: 'sns' }, KEY, clock.now());
    await createIntegration(
      tx,
      { name: 'AWS by itself', kind: 'sns', reading: { topicArn: TOPIC, confirmTopic: 'automatic' } },
      AUTOMATIC_KEY,
      clock.now(),
    );
  });
});
after(async () => {
  await app.close();
  await platform.database.close();
  amazon.close();
});

type Message = Record<string, string>;

function message(part: Message = {}): Message {
  return {
    Type: 'Notification',
    MessageId: `m-${Math.random()}`,
    TopicArn: TOPIC,
    Message: JSON.stringify(fixture('sns/fixtures/alarm.json')),
    Timestamp: clock.now().toString(),
    SignatureVersion: '2',
    SigningCertURL: `${base}/cert.pem`,
    ...part,
  };
}

function confirmation(part: Message = {}): Message {
  return message({
    Type: 'SubscriptionConfirmation',
    Message: 'You have chosen to subscribe',
    Token: 'token-of-the-topic',
    SubscribeURL: `${base}/confirm?Token=token-of-the-topic`,
    ...part,
  });
}

const SIGNED = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];

function signed(it: Message): Message {
  const content = SIGNED.filter((name) => name in it && !(it['Type'] === 'Notification' && name === 'Token'))
    .map((name) => `${name}\n${it[name]}\n`)
    .join('');
  const algorithm = it['SignatureVersion'] === '1' ? 'RSA-SHA1' : 'RSA-SHA256';
  return { ...it, Signature: sign(algorithm, Buffer.from(content), PRIVATE_KEY).toString('base64') };
}

function send(it: Message, { key = KEY, headers = {} }: { key?: string; headers?: Message } = {}) {
  return app.inject({
    method: 'POST',
    url: `/hooks/sns/${key}`,
    headers: { 'content-type': 'text/plain; charset=UTF-8', ...headers },
    payload: JSON.stringify(it),
  });
}

async function integration(name: string) {
  const answer = await app.inject({ method: 'GET', url: '/api/v1/integrations' });
  return answer.json().items.find((each: { name: string }) => each.name === name);
}

test('a topic that asks waits for an administrator, whose confirmation binds it', async () => {
  assert.equal((await send(signed(message()))).statusCode, 401, 'nothing is believed before');
  const answer = await send(signed(confirmation()));
  assert.deepEqual([answer.statusCode, answer.json().accepted], [202, 0]);
  assert.match(answer.json().note, /asks to be confirmed/);
  assert.equal(
    asked.some((url) => url.startsWith('/confirm')),
    false,
  );
  const { id, topic } = await integration('AWS');
  assert.deepEqual([topic.arn, topic.confirmedAt], [TOPIC, null]);
  const row = await platform.db.selectFrom('topic_confirmation').selectAll().executeTakeFirstOrThrow();
  assert.equal(row.address_sealed.includes('token-of-the-topic'), false);
  const confirm = (topicArn = TOPIC) =>
    app.inject({
      method: 'POST',
      url: `/api/v1/integrations/${id}/topic-confirmation`,
      payload: { topicArn },
    });
  assert.equal((await confirm(`${TOPIC}-of-others`)).statusCode, 409, 'only the topic that was seen');
  confirmStatus = 500;
  assert.equal((await confirm()).statusCode >= 500, true, 'SNS did not begin, and nothing is bound');
  assert.equal((await integration('AWS')).reading.topicArn, null);
  confirmStatus = 200;
  assert.equal((await confirm()).statusCode, 201);
  assert.equal(asked.at(-1), '/confirm?Token=token-of-the-topic');
  assert.equal((await integration('AWS')).reading.topicArn, TOPIC);
  assert.equal((await confirm()).statusCode, 409);
});

test('an alarm of the bound topic opens an alert, by either version of the signature; its repetition does not count', async () => {
  const first = signed(message({ SignatureVersion: '1', Subject: 'ALARM: "checkout-5xx"' }));
  assert.deepEqual((await send(first)).json(), { accepted: 1, changes: 0 });
  assert.match((await send(first)).json().note, /stored before/);
  assert.equal((await send(signed(message()))).json().accepted, 1);
  const alert = await platform.db.selectFrom('alert').selectAll().executeTakeFirstOrThrow();
  assert.deepEqual(
    [alert.title, alert.count, alert.format, alert.state],
    ['checkout-5xx: 5xx of checkout', 2, 'sns', 'open'],
  );
  const ok = JSON.stringify({ ...fixture('sns/fixtures/alarm.json'), NewStateValue: 'OK' });
  await send(signed(message({ Message: ok })));
  assert.equal(
    (await platform.db.selectFrom('alert').selectAll().executeTakeFirstOrThrow()).state,
    'resolved',
  );
  assert.equal(asked.filter((url) => url === '/cert.pem').length, 1, 'the certificate is fetched once');
});

test('a deployment of EventBridge is a change', async () => {
  const answer = await send(signed(message({ Message: JSON.stringify(fixture('sns/fixtures/ecs.json')) })));
  assert.deepEqual(answer.json(), { accepted: 1, changes: 1 });
});

test('what SNS did not sign, or not just now, or for another topic, is refused and counted', async () => {
  const good = signed(message());
  const refusals: [Message, RegExp][] = [
    [{ ...good, Message: 'changed' }, /does not fit the message/],
    [{ ...good, Signature: 'AAAA' }, /does not fit the message/],
    [signed(message({ SignatureVersion: '3' })), /neither 1 nor 2/],
    [{ ...good, SigningCertURL: 'https://evil.example/cert.pem' }, /not an address of Amazon SNS/],
    [
      signed(message({ Timestamp: clock.now().subtract({ hours: 25 }).toString() })),
      /more than 24 hours old/,
    ],
    [signed(message({ Timestamp: clock.now().add({ hours: 3 }).toString() })), /ahead of our clock/],
    [signed(message({ TopicArn: `${TOPIC}-of-others` })), /not the one of this integration/],
    [signed(message({ Type: 'Something' })), /none that SNS sends/],
  ];
  for (const [it, why] of refusals) {
    const answer = await send(it);
    assert.equal(answer.statusCode, 401, answer.body);
    assert.match(answer.json().title, why);
  }
  assert.equal((await send(good, { headers: { 'x-amz-sns-rawdelivery': 'true' } })).statusCode, 401);
});

test('a certificate that cannot be fetched makes SNS try again', async () => {
  const answer = await send(signed(message({ SigningCertURL: `${base}/gone.pem` })));
  assert.deepEqual([answer.statusCode, answer.headers['retry-after']], [503, '60']);
});

test('the bound topic is confirmed at once where that was chosen, and no other', async () => {
  const before = asked.length;
  const other = await send(signed(confirmation({ TopicArn: `${TOPIC}-of-others` })), { key: AUTOMATIC_KEY });
  assert.equal(other.statusCode, 401);
  const evil = await send(signed(confirmation({ SubscribeURL: 'http://169.254.169.254/' })), {
    key: AUTOMATIC_KEY,
  });
  assert.match(evil.json().title, /SubscribeURL is not an address/);
  assert.equal(asked.length, before);
  const answer = await send(signed(confirmation()), { key: AUTOMATIC_KEY });
  assert.match(answer.json().note, /and was/);
  assert.notEqual((await integration('AWS by itself')).topic.confirmedAt, null);
});
