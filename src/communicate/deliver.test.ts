import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { movableClock } from '#platform/clock.ts';
import { type Database, json } from '#platform/db/database.ts';
import { Failed } from '#platform/errors.ts';
import { createLive } from '#platform/http/live.ts';
import { createOutbound } from '#platform/http/outbound.ts';
import { createLog } from '#platform/log.ts';
import type { Mail, Mailer } from '#platform/mail.ts';
import { openTestDatabase } from '../../test/test-database.ts';
import { createChannels } from './channels/channels.ts';
import { makePushKeys } from './channels/web_push/send.ts';
import { createDeliverer, LIMITS, resumeConfigured } from './deliver.ts';

const start = Temporal.Instant.from('2026-11-25T02:11:00Z');
const clock = movableClock(start);
let database: Database;
let sent: Mail[] = [];
let answer: (mail: Mail) => Promise<{ response: string; messageId: string }>;

const accepting = async (mail: Mail) => {
  sent.push(mail);
  return { response: '250 Ok', messageId: mail.messageId ?? '' };
};

before(async () => {
  database = await openTestDatabase();
  const { db } = database;
  await db
    .insertInto('policy_version')
    .values({ yaml: '', document: json({}), created_at: start })
    .execute();
  await db
    .insertInto('incident')
    .values({
      id: 'inc',
      reference: '7M3K-Q0V9',
      seq: 1,
      title: 'x',
      state: 'confirmed',
      severity: 'P1',
      policy_version: 1,
      detected_at: start,
      declared_at: start,
      updated_at: start,
      document: json({}),
    })
    .execute();
});
after(() => database.close());
beforeEach(async () => {
  clock.set(start);
  sent = [];
  answer = accepting;
  for (const table of ['delivery_attempt', 'delivery', 'update_text', 'incident_update'] as const)
    await database.db.deleteFrom(table).execute();
});

async function queued(count: number, changes: object = {}): Promise<void> {
  const { db } = database;
  const about = {
    reference: '7M3K-Q0V9',
    number: 1,
    title: 'x',
    severity: 'P1',
    drill: false,
    restricted: false,
    publicNames: ['Checkout'],
  };
  await db
    .insertInto('incident_update')
    .values({
      id: 'upd',
      incident_id: 'inc',
      seq: 2,
      kind: 'first',
      status: 'looking',
      impact: 'We are aware of an issue affecting Checkout.',
      action: 'We are investigating.',
      next_at: start.add({ minutes: 30 }),
      nothing_new: false,
      automatic: false,
      client_ids: [],
      internal: true,
      public_page: false,
      about: json(about),
      sent_by: 'Ana',
      created_at: start,
    })
    .execute();
  await db
    .insertInto('update_text')
    .values({
      update_id: 'upd',
      audience: 'clients',
      impact: 'We are aware of an issue affecting Checkout.',
      action: 'We are investigating.',
    })
    .execute();
  for (let index = 0; index < count; index++)
    await db
      .insertInto('delivery')
      .values({
        id: `dlv_${index}`,
        update_id: 'upd',
        incident_id: 'inc',
        audience: 'client',
        recipient_name: 'Nora',
        channel: 'email',
        address: `reader${index}@example.com`,
        text_audience: 'clients',
        about: ['Checkout'],
        idempotency_key: `upd:${index}`,
        state: 'queued',
        next_attempt_at: start,
        urgent: false,
        valid_until: start.add({ hours: 12 }),
        created_at: start,
        ...changes,
      })
      .execute();
}

function channelsOf(configured: boolean) {
  const mailer: Mailer = {
    configured,
    domain: 'northwind.example',
    sendMail: (mail) => answer(mail),
    close: () => {},
  };
  return createChannels({
    mailer,
    clock,
    outbound: createOutbound({ allowPrivate: [] }),
    config: { url: undefined, twilio: undefined, slack: undefined, mailFrom: 'humdrum@northwind.example' },
    pushKeys: async () => makePushKeys(),
  });
}

function deliverer(configured = true) {
  return createDeliverer({
    db: database.db,
    clock,
    live: createLive(database.db),
    log: createLog('silent'),
    channels: channelsOf(configured),
    secret: 'not-a-secret-not-a-secret-not-a-secret',
    url: undefined,
  });
}

const states = async () =>
  (
    await database.db
      .selectFrom('delivery')
      .select(['state', 'attempts', 'last_error'])
      .orderBy('id')
      .execute()
  ).map((row) => `${row.state} ${row.attempts}`);

test('every reader gets one mail, and the answer of the server is kept as evidence', async () => {
  await queued(13);
  assert.equal(await deliverer().drain('ordinary'), 13);
  assert.equal(new Set(sent.map((mail) => (mail.to as { address: string }).address)).size, 13);
  const rows = await database.db.selectFrom('delivery').select(['state', 'evidence']).execute();
  assert.ok(
    rows.every((row) => row.state === 'sent' && (row.evidence as { response: string }).response === '250 Ok'),
  );
});

test('the same delivery has the same message id whenever it is tried', async () => {
  await queued(1);
  answer = async (mail) => {
    sent.push(mail);
    throw new Failed('busy');
  };
  await deliverer().drain('ordinary');
  clock.advance({ minutes: 1 });
  await deliverer().drain('ordinary');
  assert.deepEqual(
    sent.map((mail) => mail.messageId),
    ['dlv_0@northwind.example', 'dlv_0@northwind.example'],
  );
});

test('a busy server is tried again later and later, a refused address never again', async () => {
  await queued(1);
  answer = async () => {
    throw new Failed('The mail server could not take it: 451 busy');
  };
  await deliverer().drain('ordinary');
  assert.deepEqual(await states(), ['queued 1']);
  assert.equal(await deliverer().drain('ordinary'), 0, 'not before its time');
  clock.advance({ seconds: 15 });
  await deliverer().drain('ordinary');
  assert.deepEqual(await states(), ['queued 2']);
  answer = async () => {
    throw new Failed('The mail server refused it: 550 no such user', { permanent: true });
  };
  clock.advance({ seconds: 30 });
  await deliverer().drain('ordinary');
  assert.deepEqual(await states(), ['failed 3']);
  const attempts = await database.db
    .selectFrom('delivery_attempt')
    .select(['attempt', 'outcome'])
    .orderBy('attempt')
    .execute();
  assert.deepEqual(
    attempts.map((each) => `${each.attempt} ${each.outcome}`),
    ['1 failed', '2 failed', '3 failed_for_good'],
  );
});

test('a server that asks us to wait is not asked again before', async () => {
  await queued(1);
  answer = async () => {
    throw new Failed('slow down', { retryAfterSeconds: 120 });
  };
  await deliverer().drain('ordinary');
  clock.advance({ seconds: 119 });
  assert.equal(await deliverer().drain('ordinary'), 0);
  clock.advance({ seconds: 1 });
  answer = accepting;
  await deliverer().drain('ordinary');
  assert.deepEqual(await states(), ['sent 2']);
});

test('after half a day a message is no longer news, and counts as not told', async () => {
  await queued(1, { valid_until: start.add({ seconds: 10 }) });
  answer = async () => {
    throw new Failed('busy');
  };
  await deliverer().drain('ordinary');
  assert.deepEqual(await states(), ['failed 1']);
});

test('what a killed process had in its hands is taken again, and no more of it had left than the limit', async () => {
  await queued(75);
  let left = 0;
  answer = async (mail) => {
    left += 1;
    return accepting(mail);
  };
  const { db } = database;
  // It dies in the middle: nothing of what it sends is ever written down.
  const dying = createDeliverer({
    db,
    clock,
    live: {
      ...createLive(db),
      publish: () => {
        throw new Error('killed');
      },
    },
    log: createLog('silent'),
    channels: channelsOf(true),
    secret: 'not-a-secret-not-a-secret-not-a-secret',
    url: undefined,
  });
  await assert.rejects(dying.drain('ordinary'), /killed/);
  assert.ok(left > 0 && left <= LIMITS.ordinary.inDoubtMax, `${left} had left`);
  assert.equal(await deliverer().drain('ordinary'), 0, 'the dead process holds them');
  clock.advance({ seconds: 46 });
  await deliverer().drain('ordinary');
  assert.ok((await states()).every((each) => each.startsWith('sent')));
  assert.ok(sent.length - 75 <= LIMITS.ordinary.inDoubtMax, `${sent.length - 75} twice`);
});

test('a fan-out does not stand before an urgent first message', async () => {
  await queued(3);
  await database.db.updateTable('delivery').set({ urgent: true }).where('id', '=', 'dlv_2').execute();
  await deliverer().drain('urgent');
  assert.deepEqual(
    sent.map((mail) => (mail.to as { address: string }).address),
    ['reader2@example.com'],
  );
});

test('without a mail server nothing is tried, and what is still true is sent once there is one', async () => {
  await queued(2);
  await deliverer(false).drain('ordinary');
  assert.deepEqual(await states(), ['not_configured 0', 'not_configured 0']);
  assert.equal(
    await resumeConfigured(database.db, channelsOf(true), start.add({ minutes: 31 })),
    0,
    'the next message is due already',
  );
  assert.equal(await resumeConfigured(database.db, channelsOf(true), start.add({ minutes: 10 })), 2);
});
