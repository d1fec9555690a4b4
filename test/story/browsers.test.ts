/** Whoever turns notifications on in a browser is called there as well; a notification opens the page and answers nothing. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { pretendBrowser } from '../servers/browser.ts';
import { startVendor, type Vendor } from '../servers/vendor.ts';

let house: Harness;
let vendor: Vendor;
let laptop: ReturnType<typeof pretendBrowser>;
let phone: ReturnType<typeof pretendBrowser>;
before(async () => {
  vendor = await startVendor();
  vendor.answer('/push', { status: 201, body: '' });
  house = await openHarness();
  await seedAgency(house);
  laptop = pretendBrowser(`${vendor.url}/push/laptop`);
  phone = pretendBrowser(`${vendor.url}/push/phone`);
  as('ana');
});
after(async () => {
  await house?.close();
  await vendor.stop();
});

const as = (personId: string) => house.as({ personId, name: personId, role: 'responder' });
const turnOn = (browser: typeof laptop, label: string) =>
  house.call('POST', '/me/browsers', { ...browser.subscription, label });
// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
const list = async (personId: string): Promise<any[]> =>
  (await house.ask('GET', `/people/${personId}`)).messageChannels;
const kinds = async (personId: string) => (await list(personId)).map((each) => each.label ?? each.kind);

test('a browser comes after the email by which they were told, and is listed with its last use', async () => {
  assert.equal((await turnOn(laptop, 'Firefox on Linux')).status, 200);
  await house.pass({ hours: 1 });
  assert.equal((await turnOn(phone, 'Chrome on Android')).status, 200);
  assert.deepEqual(await kinds('ana'), ['email', 'Firefox on Linux', 'Chrome on Android']);
  const [, first, second] = await list('ana');
  assert.deepEqual([first.usedAt, second.usedAt], ['2026-11-23T02:00:00Z', '2026-11-23T03:00:00Z']);
  assert.doesNotMatch(JSON.stringify([first, second]), /push\/laptop|p256dh/, 'its address is a secret');
});

test('the same browser once more is the same one, in use again', async () => {
  const again = await turnOn(laptop, 'Firefox on Linux');
  const [, first, , ...others] = await list('ana');
  assert.deepEqual([first.id, first.usedAt, others], [again.body.id, '2026-11-23T03:00:00Z', []]);
});

test('what is no subscription is refused with the field, and nothing is kept', async () => {
  const { keys } = laptop.subscription;
  for (const body of [
    { endpoint: 'not an address', keys, label: 'x' },
    { endpoint: 'https://push.example.com/1 (0123abcd)', keys, label: 'x' },
    { endpoint: 'https://push.example.com/1', keys: { p256dh: 'short', auth: keys.auth }, label: 'x' },
  ])
    assert.equal((await house.call('POST', '/me/browsers', body)).status, 400);
  assert.equal((await list('ana')).length, 3);
});

test('a test really arrives, and is noted', async () => {
  const [, , { kind, address }] = await list('ana');
  const before = vendor.at('/push/phone').length;
  const answer = await house.ask('POST', '/channels/test', { personId: 'ana', kind, address });
  assert.equal(answer.sent, true);
  const [asked] = vendor.at('/push/phone').slice(before);
  assert.ok(asked);
  assert.match(phone.read(asked).title, /^Test: how/);
  assert.ok((await list('ana'))[2].testedAt);
});

test('a page rings in every browser of its person, and opening what it names answers nothing', async () => {
  await house.db
    .updateTable('person')
    .set({ channels: JSON.stringify([{ kind: 'app', address: '' }]) })
    .execute();
  as('cleo');
  await house.ask('POST', '/incidents', {
    title: 'Nobody can pay',
    serviceIds: ['svc_checkout'],
  });
  await house.settle();
  as('ana');
  const page = (await house.ask('GET', '/pages')).items[0];
  for (const [name, browser] of [
    ['laptop', laptop],
    ['phone', phone],
  ] as const) {
    const asked = vendor.at(`/push/${name}`).at(-1);
    assert.ok(asked);
    const message = browser.read(asked);
    assert.match(message.title, /^P1 INC-1: Nobody can pay/);
    assert.match(message.url ?? '', /^https:\/\/humdrum\.example\.com\/p\/page_/);
    assert.equal(message.tag, page.id);
    assert.equal(asked.headers.urgency, 'high');
    assert.equal((await house.call('GET', new URL(message.url ?? '').pathname)).status, 200);
  }
  assert.equal((await house.ask('GET', '/pages')).items[0].state, 'sent', 'nobody has answered');
  const { evidence } = await house.db
    .selectFrom('page_delivery')
    .select('evidence')
    .where('page_id', '=', page.id)
    .executeTakeFirstOrThrow();
  assert.match(evidence ?? '', /taken by the push service of 2 of their browsers; only an answer proves/);
  await house.ask('POST', `/pages/${page.id}/acknowledgement`, { answer: 'have_it' });
});

test('a browser that is gone is off with its reason, and one that stumbles keeps nobody from being called', async () => {
  vendor.answer('/push/laptop', { status: 410 });
  vendor.answer('/push/phone', { status: 500 });
  await house.ask('POST', '/pages/test', { personId: 'ana' });
  await house.settle();
  const [, first, second] = await list('ana');
  assert.match(first.offWhy, /The push service answered 410/);
  assert.equal(second.offAt, null);
  vendor.answer('/push/laptop', { status: 201, body: '' });
  vendor.answer('/push/phone', { status: 201, body: '' });
  await turnOn(laptop, 'Firefox on Linux');
  assert.equal((await list('ana'))[1].offAt, null, 'opened again, it is told again');
});

test('a browser belongs to whoever turned it on last, and only they may remove it', async () => {
  const [, first, second] = await list('ana');
  as('bo');
  assert.equal((await house.call('DELETE', `/me/browsers/${second.id}`)).status, 404);
  await turnOn(laptop, 'Firefox on Linux');
  assert.deepEqual(await kinds('bo'), ['email', 'Firefox on Linux']);
  as('ana');
  assert.ok(!(await list('ana')).some((each) => each.id === first.id));
  assert.equal((await house.call('DELETE', `/me/browsers/${second.id}`)).status, 204);
  assert.deepEqual(await kinds('ana'), ['email']);
});
