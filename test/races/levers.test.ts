/** Two people, two processes, one lever: it is pulled once. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { startVendor, type Vendor } from '../servers/vendor.ts';
import { createTestDatabase, type TestDatabase } from '../test-database.ts';

let shared: TestDatabase;
let target: Vendor;
let one: Harness;
let other: Harness;

before(async () => {
  shared = await createTestDatabase();
  target = await startVendor();
  one = await openHarness({ databaseUrl: shared.url });
  await seedAgency(one);
  other = await openHarness({ databaseUrl: shared.url });
  one.as({ personId: 'ana', name: 'Ana Lima' });
  other.as({ personId: 'bo', name: 'Bo Falk' });
});
after(async () => {
  await one?.close();
  await other?.close();
  await shared?.remove();
  await target?.stop();
});

test('two people who press at the same moment, in one incident or in two, pull it once', async () => {
  const lever = await one.ask('POST', '/levers', {
    name: 'Roll back',
    does: 'roll_back',
    serviceIds: ['svc_checkout'],
    effect: 'Roll back {service}',
    target: { kind: 'webhook', url: `${target.url}/hook`, answer: { by: 'callback' } },
  });
  const declare = (title: string) => one.ask('POST', '/incidents', { title, serviceIds: ['svc_checkout'] });
  const [first, second] = [await declare('Payments fail'), await declare('Baskets are empty')];
  const press = (house: Harness, id: string) =>
    house.call('POST', `/incidents/${id}/levers/${lever.id}/pull`, {
      confirmed: 'Roll back checkout-api',
      inputs: {},
    });
  const answers = await Promise.all([
    press(one, first.id),
    press(other, first.id),
    press(one, second.id),
    press(other, second.id),
    press(one, first.id),
  ]);
  assert.deepEqual(
    answers.map(({ status }) => status).toSorted(),
    [201, 409, 409, 409, 409],
    answers.map(({ text }) => text).join('\n'),
  );
  await one.settle();
  await other.settle();
  assert.equal(target.at('/hook').length, 1);
  const callback = new URL(JSON.parse(target.at('/hook')[0]!.body).data.callbackUrl).pathname;
  const said = await Promise.all(
    [one, other, one, other].map((house) => house.ask('POST', callback, { state: 'done', message: 'live' })),
  );
  assert.equal(said.filter(({ counted }) => counted).length, 1, 'answering twice is one answer');
  const owner =
    answers.findIndex(({ status }) => status === 201) === 2 || answers[3]?.status === 201 ? second : first;
  const { items } = await one.ask('GET', `/incidents/${owner.id}/timeline`);
  const told = items.filter(({ text }: { text: string }) => text.includes('is done, says the other side'));
  assert.equal(told.length, 1);
});
