/** Broken promises reach the person who owes them, kindly: one page, a strip while they are at work, and the next level on time. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import type { UpdateSent } from '#incident/types.ts';
import { openOncallHouse } from '../../test/oncall-house.ts';

let house: Awaited<ReturnType<typeof openOncallHouse>>;
beforeEach(async () => {
  house = await openOncallHouse();
});
afterEach(() => house.close());

const ANSWERS = {
  dataAtRisk: 'no',
  mainTaskImpossible: 'yes',
  mainTaskMuchWorse: 'yes',
  redundancyGone: 'no',
} as const;

/** A P1 that Ada has, confirmed and classified in its first minute; Tom is the second person. */
async function running() {
  const incident = await house.declare();
  await house.answer('ada', 'have_it');
  await house.act(incident.id, 'ada', { type: 'confirm', evidence: 'three failed payments' });
  await house.act(incident.id, 'ada', { type: 'classify', answers: ANSWERS });
  await house.act(incident.id, 'tom', {
    type: 'take_role',
    role: 'hands',
    who: { personId: 'tom', name: 'Tom' },
    how: 'taken',
  });
  return incident;
}

function update(nextAt: string): UpdateSent {
  return {
    updateId: 'upd_1',
    kind: 'first',
    status: 'looking',
    impact: 'Payments fail',
    action: 'We look',
    nextAt: Temporal.Instant.from(nextAt),
    nothingNew: false,
    automatic: false,
    clientIds: [],
    internal: true,
    publicPage: false,
  };
}

test('a P1 without a first message pages whoever owes it at 10 minutes and the next level at 16', async () => {
  await running();
  await house.pass({ minutes: 17 });
  const calls = await house.db
    .selectFrom('page_call')
    .select(['key', 'settled_at', 'outcome'])
    .where('key', 'like', 'promise:first_message%')
    .orderBy('created_at')
    .execute();
  const called = calls.map((call) => [
    call.settled_at?.toString().slice(14, 16),
    ...(call.outcome as { called: { personId: string }[] }).called.map((each) => each.personId),
  ]);
  assert.deepEqual(called, [
    ['10', 'ada'],
    ['13', 'ada'],
    ['16', 'mia'],
  ]);
  // Ada is rung at 10; what is overdue at 13 joins that page. It is unanswered at 13, so Ben is called, and at 16 the level above him.
  assert.deepEqual((await house.rings()).slice(0, 4), ['ada 0', 'ada 10', 'ben 13', 'mia 16']);
});

test('sending the message calls everybody off, also those who were about to be rung', async () => {
  const incident = await running();
  await house.pass({ minutes: 14 });
  await house.act(incident.id, 'ada', { type: 'send_update', update: update('2026-11-25T02:44:00Z') });
  const open = await house.db
    .selectFrom('page')
    .select('id')
    .where('state', 'in', ['held', 'sent', 'unanswered'])
    .execute();
  assert.deepEqual(open, []);
  const before = await house.rings();
  await house.pass({ minutes: 10 });
  assert.deepEqual(await house.rings(), before);
});

test('whoever acted in the incident within three minutes gets a strip instead of a page, while the next level is still called', async () => {
  const incident = await running();
  await house.pass({ minutes: 8 });
  await house.act(incident.id, 'ada', { type: 'add_note', text: 'looking at the gateway' });
  await house.pass({ minutes: 2 });
  assert.deepEqual(await house.rings(), ['ada 0']);
  const strips = await house.db
    .selectFrom('live_event')
    .select(['kind', 'viewers'])
    .where('kind', '=', 'strip')
    .execute();
  assert.ok(strips.some((each) => each.viewers?.includes('ada')));
  await house.pass({ minutes: 4 });
  await house.act(incident.id, 'ada', { type: 'add_note', text: 'still looking' });
  await house.pass({ minutes: 3 });
  assert.ok((await house.rings()).some((ring) => /^(ben|mia) 16$/.test(ring)));
});

test('all that is overdue at one person makes one page, at most one per ten minutes across incidents', async () => {
  await running();
  await house.pass({ minutes: 10 });
  await house.answer('ada', 'have_it');
  await house.pass({ minutes: 3, seconds: 30 });
  const [, second, third] = await house.pagesOf('ada');
  assert.equal(second?.state, 'acknowledged');
  assert.equal(third?.state, 'held');
  await house.pass({ minutes: 7 });
  const rings = (await house.rings()).filter((ring) => ring.startsWith('ada'));
  assert.deepEqual(rings, ['ada 0', 'ada 10', 'ada 20']);
});

test('the first page of a new incident is not held back, and joins one that rings already', async () => {
  const one = await house.declare();
  const two = await house.declare({ serviceIds: ['till'], title: 'The till is down' });
  assert.deepEqual(await house.rings(), ['ada 0']);
  const [page] = await house.pagesOf('ada');
  assert.equal((page?.document as { reasons: unknown[] } | undefined)?.reasons.length, 2);
  await house.answer('ada', 'have_it');
  assert.equal((await house.incidents.load(one.id))?.lead?.personId, 'ada');
  assert.equal((await house.incidents.load(two.id))?.lead?.personId, 'ada');
});

test('the lead of an open P1 is busy: the next incident calls the backup first', async () => {
  await running();
  await house.declare({ serviceIds: ['till'], title: 'The till is down' });
  assert.deepEqual(await house.rings(), ['ada 0', 'ben 0']);
});

test('answering at night protects eleven hours, which begin anew when the work has ended', async () => {
  const incident = await running();
  const restOf = async () =>
    (
      await house.db.selectFrom('person').select('rest_until').where('id', '=', 'ada').executeTakeFirst()
    )?.rest_until?.toString();
  assert.equal(await restOf(), '2026-11-25T13:00:00Z');
  await house.pass({ minutes: 5 });
  await house.act(incident.id, 'ada', { type: 'send_update', update: update('2026-11-25T02:35:00Z') });
  await house.act(incident.id, 'ada', {
    type: 'restore',
    proof: { check: 'a test payment', shows: 'it passes', since: house.clock.now() },
  });
  assert.equal(await restOf(), '2026-11-25T13:05:00Z');
  await house.pass({ minutes: 20 });
  await house.declare({ serviceIds: ['till'], title: 'The till is down' });
  assert.equal((await house.rings()).at(-1)?.split(' ')[0], 'ben', 'Ada rests, so Ben is called');
});

test('by day nobody is sent to rest', async () => {
  await house.close();
  house = await openOncallHouse({ start: '2026-11-25T10:00:00Z' });
  await house.declare();
  await house.answer('ada', 'have_it');
  const row = await house.db
    .selectFrom('person')
    .select('rest_until')
    .where('id', '=', 'ada')
    .executeTakeFirst();
  assert.equal(row?.rest_until, null);
});

test('the learning ladder never pages: it is a mail in working hours, until it is kept', async () => {
  const incident = await house.declare({ severity: 'P3' });
  const reminders = async () =>
    (
      await house.db
        .selectFrom('reminder')
        .select(['promise_kind', 'state', 'person_id'])
        .orderBy('created_at')
        .execute()
    ).map((row) => `${row.promise_kind} ${row.person_id} ${row.state}`);
  // From Wednesday 02:00: looked at by noon of the next working day, decided within five days, which is Monday 02:00.
  await house.pass({ hours: 126, minutes: 59 });
  assert.deepEqual(await reminders(), ['looked_at mia sent', 'decided mia queued']);
  await house.pass({ minutes: 2 });
  assert.deepEqual(await reminders(), ['looked_at mia sent', 'decided mia sent']);
  const subjects = house.smtp.mails.map((mail) => [mail.envelope.to[0], mail.subject]);
  assert.deepEqual(subjects[1], [
    'mia@example.com',
    `INC-${incident.number}: fix, accept or close decided, was due 2026-11-30 02:00 UTC`,
  ]);
  assert.deepEqual(await house.rings(), []);
});

test('a reminder whose promise was kept overnight is not sent', async () => {
  const incident = await house.declare({ severity: 'P3' });
  await house.pass({ hours: 123 });
  await house.act(incident.id, 'mia', { type: 'decide_fate', decision: 'accept', note: 'rare and harmless' });
  await house.pass({ hours: 5 });
  const row = await house.db
    .selectFrom('reminder')
    .select('state')
    .where('promise_kind', '=', 'decided')
    .executeTakeFirst();
  assert.equal(row?.state, 'withdrawn');
});
