/** Ringing: every channel in order, every attempt recorded, retried, and given up honestly. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { openOncallHouse } from '../../test/oncall-house.ts';

let house: Awaited<ReturnType<typeof openOncallHouse>>;
beforeEach(async () => {
  house = await openOncallHouse();
});
afterEach(() => house.close());

const deliveries = () =>
  house.db
    .selectFrom('page_delivery')
    .select(['channel', 'state', 'attempts', 'evidence', 'problem', 'history'])
    .orderBy('created_at')
    .orderBy('page_id')
    .orderBy('position')
    .execute();

test('every channel has its own row with the evidence that the other side gave', async () => {
  await house.declare();
  const [push, mail] = await deliveries();
  assert.deepEqual(
    [push?.channel, push?.state, push?.attempts, push?.evidence],
    ['push', 'sent', 1, 'push server took it as ntfy1'],
  );
  assert.match(mail?.evidence ?? '', /^mail server: 250/);
});

test('a push server that stumbles is asked again within seconds', async () => {
  house.push.answers.push(503, 503);
  await house.declare();
  assert.equal((await deliveries())[0]?.state, 'queued');
  await house.pass({ seconds: 16 });
  const [push] = await deliveries();
  assert.deepEqual([push?.state, push?.attempts], ['sent', 3]);
  const history = push?.history as { problem?: string; evidence?: string }[];
  assert.deepEqual(
    history.map((each) => each.problem ?? each.evidence),
    ['The push server answered 503.', 'The push server answered 503.', 'push server took it as ntfy1'],
  );
});

test('when no channel of somebody can be reached the next level is called at once', async () => {
  await house.channels('ada', [{ kind: 'push', address: 'topic-ada' }]);
  house.push.answers.push(403);
  const incident = await house.declare();
  assert.deepEqual(await house.rings(), ['ben 0']);
  assert.ok((await deliveries()).some((each) => each.problem === 'The push server answered 403.'));
  assert.equal((await house.facts(incident.id, 'page_unanswered')).length, 1);
});

test('a push address of its own is never a private one', async () => {
  await house.channels('ada', [
    { kind: 'push', address: `${house.push.url.replace('127.0.0.1', 'localhost')}/mine` },
  ]);
  await house.declare();
  assert.ok((await deliveries()).some((each) => /private address/.test(each.problem ?? '')));
  assert.deepEqual(await house.rings(), ['ben 0']);
});

test('a page that was answered is not tried again on the channels that are left', async () => {
  house.push.answers.push(503);
  await house.declare();
  await house.answer('ada', 'have_it');
  await house.pass({ minutes: 2 });
  assert.equal((await deliveries())[0]?.state, 'withdrawn');
  assert.deepEqual(house.push.pushed, []);
});

test('a page is withdrawn when its reason has ended between the decision and the ringing', async () => {
  house.push.answers.push(503);
  const incident = await house.declare();
  // Written behind the back of the room, as if its job had been lost.
  await house.db.deleteFrom('page_delivery').where('channel', '=', 'email').execute();
  const row = await house.db
    .selectFrom('incident')
    .select('document')
    .where('id', '=', incident.id)
    .executeTakeFirstOrThrow();
  const document = { ...(row.document as object), state: 'dismissed' };
  await house.db
    .updateTable('incident')
    .set({ state: 'dismissed', document: JSON.stringify(document) })
    .where('id', '=', incident.id)
    .execute();
  await house.pass({ seconds: 10 });
  assert.deepEqual(house.push.pushed, []);
  assert.equal((await house.pagesOf('ada'))[0]?.state, 'withdrawn');
});

test('without a mail server mail is never counted as a way to reach somebody', async () => {
  await house.close();
  house = await openOncallHouse({ withoutMail: true });
  await house.channels('ada', [{ kind: 'email', address: 'ada@example.com' }]);
  await house.declare();
  assert.deepEqual(await house.rings(), ['ben 0']);
  const mail = (await deliveries()).find((each) => each.channel === 'email');
  assert.equal(mail?.state, 'failed');
  assert.match(mail?.problem ?? '', /no mail server configured/);
});

test('without a public address a message has no link and says why', async () => {
  await house.close();
  house = await openOncallHouse({ withoutUrl: true });
  await house.declare();
  const mail = await house.smtp.waitFor((each) => each.envelope.to.includes('ada@example.com'));
  assert.doesNotMatch(mail.text ?? '', /https?:/);
  assert.match(mail.text ?? '', /HUMDRUM_URL/);
  assert.equal(house.push.pushed[0]?.click, undefined);
  assert.equal(house.push.pushed[0]?.actions, undefined);
});
