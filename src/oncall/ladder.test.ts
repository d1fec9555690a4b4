/** The ladder reaches people: who is rung, when, and what stops it. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { ALERT, NIGHT, openOncallHouse } from '../../test/oncall-house.ts';

let house: Awaited<ReturnType<typeof openOncallHouse>>;
beforeEach(async () => {
  house = await openOncallHouse();
});
afterEach(() => house.close());

test('a P1 rings at the primary at once, by push and by mail, and the timeline says so', async () => {
  const incident = await house.declare();
  assert.deepEqual(await house.rings(), ['ada 0']);
  const [pushed] = house.push.pushed;
  assert.equal(pushed?.topic, 'topic-ada');
  assert.equal(pushed?.priority, 5);
  assert.equal(pushed?.title, `P1 INC-${incident.number}: Checkout is down`);
  const mail = await house.smtp.waitFor((each) => each.envelope.to.includes('ada@example.com'));
  assert.match(mail.text ?? '', /https:\/\/humdrum\.example\/p\/page_/);
  const [paged] = await house.facts(incident.id, 'paged');
  assert.deepEqual(
    [paged?.data['who'], paged?.data['level'], paged?.data['channel']],
    [{ personId: 'ada', name: 'Ada' }, 'primary', 'push, email'],
  );
});

test('a P3 wakes nobody, and raising it to P2 does', async () => {
  const incident = await house.declare({ severity: 'P3' });
  await house.pass({ minutes: 3 });
  assert.deepEqual(await house.rings(), []);
  await house.act(incident.id, undefined, { type: 'raise', to: 'P2', reason: 'more users are affected' });
  assert.deepEqual(await house.rings(), ['ada 3']);
});

test('a page without an answer goes up a level every three minutes in a P1', async () => {
  const incident = await house.declare();
  await house.pass({ minutes: 7 });
  assert.deepEqual(await house.rings(), ['ada 0', 'ben 3', 'mia 6']);
  const told = await house.facts(incident.id, 'paged', 'page_unanswered');
  assert.deepEqual(
    told.map((fact) => `${fact.kind} ${(fact.data['who'] as unknown as { name: string }).name}`),
    ['paged Ada', 'page_unanswered Ada', 'paged Ben', 'page_unanswered Ben', 'paged Mia'],
  );
});

test('in a P2 the answer is owed within five minutes', async () => {
  await house.declare({ severity: 'P2' });
  await house.pass({ minutes: 6 });
  assert.deepEqual(await house.rings(), ['ada 0', 'ben 5']);
});

test('after the last level everyone is called twice, then it is said that nobody answered', async () => {
  const incident = await house.declare();
  await house.pass({ minutes: 40 });
  const notes = await house.facts(incident.id, 'note_added');
  assert.match(String(notes[0]?.data['text']), /Everyone has been called twice/);
  const tom = (await house.rings()).filter((ring) => ring.startsWith('tom'));
  assert.deepEqual(tom.slice(0, 4), ['tom 9', 'tom 12', 'tom 15', 'tom 18']);
  const calls = await house.db
    .selectFrom('page_call')
    .select('key')
    .where('incident_id', '=', incident.id)
    .where('key', 'like', 'after:%')
    .execute();
  assert.ok(calls.length >= 6, `${calls.length} calls`);
});

test('having it stops the calling, and whoever answers first leads and speaks', async () => {
  const incident = await house.declare();
  await house.pass({ minutes: 1 });
  assert.equal((await house.answer('ada', 'have_it')).status, 201);
  await house.pass({ minutes: 4 });
  assert.deepEqual(await house.rings(), ['ada 0']);
  const now = await house.incidents.load(incident.id);
  assert.equal(now?.lead?.personId, 'ada');
  assert.equal(now?.comms?.personId, 'ada');
  const [fact] = await house.facts(incident.id, 'acknowledged');
  assert.deepEqual([fact?.data['via'], fact?.actor['personId']], ['app', 'ada']);
});

test('an acknowledgement by a machine stops no ladder', async () => {
  const incident = await house.declare();
  await house.act(incident.id, undefined, { type: 'acknowledge_upstream', source: 'PagerDuty' });
  await house.pass({ minutes: 3 });
  assert.deepEqual(await house.rings(), ['ada 0', 'ben 3']);
});

test('acknowledging in the app answers the page and withdraws the others', async () => {
  const incident = await house.declare();
  await house.pass({ minutes: 4 });
  await house.act(incident.id, 'ben', {
    type: 'acknowledge',
    by: { personId: 'ben', name: 'Ben' },
    via: 'app',
  });
  const states = [await house.pagesOf('ada'), await house.pagesOf('ben')].map(([page]) => page?.state);
  assert.deepEqual(states, ['withdrawn', 'acknowledged']);
  await house.pass({ minutes: 4 });
  assert.deepEqual(await house.rings(), ['ada 0', 'ben 3']);
});

test('whoever cannot take it passes it on at once', async () => {
  const incident = await house.declare();
  await house.pass({ minutes: 1 });
  await house.answer('ada', 'cant');
  assert.deepEqual(await house.rings(), ['ada 0', 'ben 1']);
  assert.equal((await house.facts(incident.id, 'page_declined')).length, 1);
});

test('whoever has no computer is heard, and the backup is called as well', async () => {
  const incident = await house.declare();
  await house.pass({ minutes: 1 });
  await house.answer('ada', 'have_it_no_computer');
  assert.deepEqual(await house.rings(), ['ada 0', 'ben 1']);
  assert.match(house.push.pushed.at(-1)?.message ?? '', /Ada has it but has no computer/);
  await house.answer('ben', 'have_it');
  const now = await house.incidents.load(incident.id);
  assert.equal(now?.acknowledgedBy?.personId, 'ada');
  assert.equal(now?.lead?.personId, 'ben');
});

test('a late answer is an answer, and calls back the levels above', async () => {
  await house.declare();
  await house.pass({ minutes: 4 });
  await house.answer('ada', 'have_it');
  assert.equal((await house.pagesOf('ben'))[0]?.state, 'withdrawn');
  await house.pass({ minutes: 4 });
  assert.deepEqual(await house.rings(), ['ada 0', 'ben 3']);
});

test('a false alarm is called off everywhere, and its promise is void', async () => {
  const incident = await house.declare();
  await house.act(incident.id, undefined, { type: 'dismiss', reason: 'a test in the wrong place' });
  const [page] = await house.pagesOf('ada');
  assert.equal(page?.state, 'withdrawn');
  const promise = await house.db
    .selectFrom('promise')
    .select(['kind', 'state'])
    .where('subject_kind', '=', 'page')
    .executeTakeFirst();
  assert.deepEqual(promise, { kind: 'acknowledge', state: 'void' });
  await house.pass({ minutes: 30 });
  assert.deepEqual(await house.rings(), ['ada 0']);
});

test('alerts that recover before anybody answered pause the ladder, and firing again rings at once', async () => {
  const incident = await house.declare({ automatic: true });
  await house.pass({ minutes: 1 });
  await house.act(incident.id, undefined, { type: 'recover_alerts', alerts: [ALERT], stillFiring: 0 });
  await house.pass({ minutes: 6 });
  assert.deepEqual(await house.rings(), ['ada 0']);
  await house.act(incident.id, undefined, { type: 'join_alerts', alerts: [ALERT] });
  assert.deepEqual(await house.rings(), ['ada 0', 'ada 7']);
  await house.pass({ minutes: 3 });
  // At 8 nobody has confirmed it, which calls the backup; at 10 the page is unanswered, which calls the level above.
  assert.deepEqual((await house.rings()).slice(2), ['ben 8', 'mia 10']);
});

test('what recovered by itself and fires again within the hour pages at once', async () => {
  const incident = await house.declare({ automatic: true });
  await house.act(incident.id, undefined, { type: 'recover_alerts', alerts: [ALERT], stillFiring: 0 });
  await house.pass({ minutes: 20 });
  assert.equal((await house.incidents.load(incident.id))?.state, 'dismissed');
  await house.act(incident.id, undefined, { type: 'join_alerts', alerts: [ALERT] });
  assert.deepEqual((await house.rings()).slice(0, 2), ['ada 0', 'ada 20']);
});

test('an unknown service calls the default cover, and everybody when there is none', async () => {
  await house.declare({ serviceIds: [] });
  assert.deepEqual(await house.rings(), ['ada 0', 'ben 0', 'mia 0', 'tom 0']);
  house.signIn('mia', 'administrator');
  const saved = await house.call('PUT', '/oncall/default-cover', {
    primaryId: 'tom',
    backupId: null,
    managerId: 'mia',
  });
  assert.equal(saved.status, 200);
  await house.pass({ minutes: 1 });
  await house.answer('ada', 'have_it');
  await house.declare({ serviceIds: [], title: 'Another' });
  assert.equal((await house.rings()).at(-1), 'tom 1');
});

test('a primary without a channel is skipped, and the timeline says why', async () => {
  await house.channels('ada', []);
  const incident = await house.declare();
  assert.deepEqual(await house.rings(), ['ben 0']);
  const [paged] = await house.facts(incident.id, 'paged');
  assert.match(String(paged?.data['reason']), /Not called: Ada \(has no channel\)/);
});

test('a restricted incident rings only at people who may see it, and names nothing', async () => {
  const incident = await house.declare({ restricted: ['mia'], title: 'Stolen laptop' });
  assert.deepEqual(await house.rings(), ['mia 0']);
  assert.equal(house.push.pushed[0]?.title, `P1 INC-${incident.number}: restricted incident`);
  assert.doesNotMatch(JSON.stringify(house.push.pushed), /laptop/);
});

test('somebody can be called by hand, by level or by name', async () => {
  const incident = await house.declare();
  await house.answer('ada', 'have_it');
  house.signIn('ada');
  assert.equal(
    (
      await house.call('POST', `/incidents/${incident.id}/calls`, {
        level: 'backup',
        reason: 'I need a second pair of eyes',
      })
    ).status,
    201,
  );
  assert.equal(
    (
      await house.call('POST', `/incidents/${incident.id}/calls`, {
        personId: 'tom',
        reason: 'You know the database',
      })
    ).status,
    201,
  );
  assert.equal(
    (await house.call('POST', `/incidents/${incident.id}/calls`, { reason: 'whoever' })).status,
    400,
  );
  assert.equal(
    (await house.call('POST', `/incidents/${incident.id}/calls`, { personId: 'nobody', reason: 'x' })).status,
    404,
  );
  await house.settle();
  assert.deepEqual(await house.rings(), ['ada 0', 'ben 0', 'tom 0']);
  assert.match(house.push.pushed.at(-1)?.message ?? '', /ada: You know the database/);
});

test('a call that no job took is settled by the sweep', async () => {
  const incident = await house.declare({ severity: 'P3' });
  const now = Temporal.Instant.from(NIGHT);
  await house.db
    .insertInto('page_call')
    .values({
      id: 'call_lost',
      incident_id: incident.id,
      key: 'hand:lost',
      rung: 'primary',
      reason: 'lost',
      request: JSON.stringify({ kind: 'hand' }),
      created_at: now,
      settle_by: now.add({ seconds: 5 }),
    })
    .execute();
  await house.pass({ seconds: 6 });
  assert.equal((await house.rings()).length, 1);
});
