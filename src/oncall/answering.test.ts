/** Answering: by the link in a message, by the button of a push, in the app; and knowing beforehand whether that works. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { openOncallHouse } from '../../test/oncall-house.ts';

let house: Awaited<ReturnType<typeof openOncallHouse>>;
beforeEach(async () => {
  house = await openOncallHouse();
});
afterEach(() => house.close());

const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

async function linkOf(person: string): Promise<string> {
  const mail = await house.smtp.waitFor((each) => each.envelope.to.includes(`${person}@example.com`));
  const path = /https:\/\/humdrum\.example(\/p\/\S+)/.exec(mail.text ?? '')?.[1];
  assert.ok(path, 'the mail carries a link');
  return path;
}

test('reading the link changes nothing; its button acknowledges', async () => {
  const incident = await house.declare({ title: 'Cards <b>fail</b>' });
  const path = await linkOf('ada');
  const page = await house.visit('GET', path);
  assert.equal(page.status, 200);
  assert.match(page.text, /I have it, no computer/);
  assert.doesNotMatch(page.text, /<b>fail/);
  assert.match(String(page.headers['content-security-policy']), /default-src 'none'/);
  assert.equal((await house.pagesOf('ada'))[0]?.state, 'sent');
  const answered = await house.visit('POST', `${path}/answer`, 'answer=have_it', FORM);
  assert.equal(answered.status, 200);
  assert.match(answered.text, /You have it/);
  await house.settle();
  assert.equal((await house.incidents.load(incident.id))?.acknowledgedBy?.personId, 'ada');
  const [fact] = await house.facts(incident.id, 'acknowledged');
  assert.equal(fact?.data['via'], 'email');
});

test('the button of a push answers without opening anything', async () => {
  const incident = await house.declare();
  const action = house.push.pushed[0]?.actions?.[0];
  assert.equal(action?.label, 'I have it');
  const path = new URL(action?.url ?? '').pathname;
  assert.equal(
    (await house.visit('POST', path, action?.body, { 'content-type': 'application/json' })).status,
    200,
  );
  await house.settle();
  assert.equal((await house.incidents.load(incident.id))?.lead?.personId, 'ada');
});

test('a link dies with its page and then names nothing', async () => {
  const incident = await house.declare({ title: 'Secret sauce' });
  const path = await linkOf('ada');
  await house.act(incident.id, undefined, { type: 'dismiss', reason: 'a test' });
  const page = await house.visit('GET', path);
  assert.match(page.text, /No longer needed/);
  assert.doesNotMatch(page.text, /sauce/);
  assert.equal((await house.visit('POST', `${path}/answer`, 'answer=have_it', FORM)).status, 410);
});

test('a link that was guessed or bent opens nothing', async () => {
  await house.declare();
  const path = await linkOf('ada');
  const bent = path.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
  for (const each of [bent, '/p/nonsense', path.replace(/\.1\./, '.0.')])
    assert.equal((await house.visit('GET', each)).status, 404, each);
  assert.equal((await house.visit('POST', `${bent}/answer`, 'answer=have_it', FORM)).status, 404);
  assert.equal((await house.visit('POST', `${path}/answer`, 'answer=perhaps', FORM)).status, 400);
  assert.equal((await house.pagesOf('ada'))[0]?.state, 'sent');
});

test('nobody answers for somebody else', async () => {
  await house.declare();
  const [page] = await house.pagesOf('ada');
  house.signIn('ben', 'administrator');
  assert.equal(
    (await house.call('POST', `/pages/${page?.id}/acknowledgement`, { answer: 'have_it' })).status,
    403,
  );
});

test('my pages are those that ring at me', async () => {
  await house.declare();
  house.signIn('ada');
  const mine = await house.call('GET', '/pages');
  assert.equal(mine.body.items.length, 1);
  assert.equal(mine.body.items[0].deliveries.length, 2);
  assert.equal(mine.body.items[0].answerBy, '2026-11-25T02:03:00Z');
  house.signIn('ben');
  assert.deepEqual((await house.call('GET', '/pages')).body.items, []);
});

test('a page of a restricted incident does not exist for those who may not see it', async () => {
  const incident = await house.declare({ restricted: ['mia'] });
  const [page] = await house.pagesOf('mia');
  house.signIn('ada', 'administrator');
  assert.equal((await house.call('GET', `/pages/${page?.id}`)).status, 404);
  assert.equal((await house.call('GET', `/incidents/${incident.id}/pages`)).status, 404);
  assert.equal(
    (await house.call('POST', `/incidents/${incident.id}/calls`, { level: 'primary', reason: 'x' })).status,
    404,
  );
});

test('a test page really rings, and only an answer through a channel proves it', async () => {
  const tested = async () => {
    const row = await house.db
      .selectFrom('person')
      .select('channels')
      .where('id', '=', 'ada')
      .executeTakeFirst();
    return ((row?.channels ?? []) as { kind: string; testedAt: string | null }[]).map(
      (each) => `${each.kind} ${each.testedAt !== null}`,
    );
  };
  house.signIn('ada');
  assert.equal((await house.call('POST', '/pages/test', {})).status, 201);
  await house.settle();
  assert.equal(house.push.pushed[0]?.title, 'Test page: nothing is wrong');
  assert.deepEqual(await tested(), ['push false', 'email false']);
  await house.visit('POST', `${await linkOf('ada')}/answer`, 'answer=have_it', FORM);
  assert.deepEqual(await tested(), ['push false', 'email true']);
  await house.visit(
    'POST',
    new URL(house.push.pushed[0]?.actions?.[0]?.url ?? '').pathname,
    'answer=have_it',
    FORM,
  );
  assert.deepEqual(await tested(), ['push true', 'email true']);
  house.signIn('ben');
  assert.equal((await house.call('POST', '/pages/test', { personId: 'ada' })).status, 403);
});

test('readiness names the services that would reach nobody tonight', async () => {
  await house.db
    .updateTable('service')
    .set({ primary_id: null, backup_id: null, manager_id: null, second_team_id: null })
    .where('id', '=', 'till')
    .execute();
  house.signIn('ada');
  const { body } = await house.call('GET', '/readiness');
  assert.equal(body.reachNobody, 1);
  assert.equal(body.items[0].serviceId, 'till');
  assert.deepEqual(
    body.items[0].gaps.map((gap: { code: string }) => gap.code),
    ['nobody_reachable', 'no_primary'],
  );
  assert.ok(body.items[1].gaps.some((gap: { code: string }) => gap.code === 'untested'));
  assert.ok(body.advice.some((line: string) => line.includes('default cover')));
});

test('who is on call now names the backup while the primary rests', async () => {
  await house.db
    .updateTable('person')
    .set({ rest_until: house.clock.now().add({ hours: 2 }) })
    .where('id', '=', 'ada')
    .execute();
  house.signIn('ada');
  const { body } = await house.call('GET', '/oncall/now');
  const shop = body.items.find((each: { serviceId: string }) => each.serviceId === 'shop');
  assert.equal(shop.callsFirst.id, 'ben');
  assert.equal(shop.primary.restUntil, '2026-11-25T04:00:00Z');
});
