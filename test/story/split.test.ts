/** One incident turns out to be two: what belongs to the second goes there, with its clock; nothing is made where nothing can be split. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';

// biome-ignore lint/suspicious/noExplicitAny: answers of every shape
type Json = any;

let house: Harness;
let key: string;
before(async () => {
  house = await openHarness({ start: '2026-11-23T09:00:00Z' });
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  key = (await house.ask('POST', '/integrations', { name: 'Monitoring', kind: 'pagerduty' })).key;
});
after(() => house.close());
beforeEach(() => house.as({ personId: 'ana', name: 'Ana Lima' }));

async function alert(action: 'trigger' | 'resolve', dedupKey: string, service: string): Promise<void> {
  const payload = {
    summary: `errors ${dedupKey}`,
    source: 'probe',
    component: service,
    severity: 'critical',
  };
  const sent = { routing_key: key, event_action: action, dedup_key: dedupKey, payload };
  assert.equal((await house.call('POST', '/v2/enqueue', sent)).status, 202);
  await house.settle();
}
const get = (id: string): Promise<Json> => house.ask('GET', `/incidents/${id}`);
const open = async (): Promise<Json[]> => (await house.ask('GET', '/incidents?state=open')).items;
const lines = async (id: string): Promise<string[]> =>
  (await house.ask('GET', `/incidents/${id}/timeline?limit=200`)).items.map((line: Json) => line.text);
const split = (id: string, body: object) => house.call('POST', `/incidents/${id}/split`, body);

test('services and alerts go to the new incident, which is timed from when both were noticed, and what happens to them later happens there', async () => {
  await alert('trigger', 'pay', 'checkout');
  await alert('trigger', 'orders', 'orders');
  const [{ id }] = await open();
  const both = await get(id);
  assert.deepEqual(both.alerts.map((each: Json) => each.title).toSorted(), ['errors orders', 'errors pay']);
  const orders = both.alerts.find((each: Json) => each.title === 'errors orders');
  await house.pass({ minutes: 3 });
  const answer = await split(id, {
    title: 'Orders are late',
    serviceIds: ['svc_orders'],
    alertIds: [orders.alertId],
  });
  assert.equal(answer.status, 201, answer.text);
  await house.settle();
  const [old, fresh] = [await get(id), await get(answer.body.id)];
  const told = (incident: Json) => [
    incident.services.map((each: Json) => each.id),
    incident.alerts.map((each: Json) => each.title),
  ];
  assert.deepEqual(told(old), [['svc_checkout'], ['errors pay']]);
  assert.deepEqual(told(fresh), [['svc_orders'], ['errors orders']]);
  assert.equal(fresh.detectedAt, both.detectedAt);
  assert.deepEqual(fresh.splitFrom, { id, number: old.number });
  assert.ok(
    (await lines(fresh.id)).includes(`Incident declared: Orders are late (split off from INC-${old.number})`),
  );
  assert.ok((await lines(id)).some((line) => line.includes(`INC-${fresh.number}`)));
  const owed = await house.db
    .selectFrom('promise')
    .select(['subject_id', 'kind'])
    .where('kind', '=', 'first_message')
    .where('state', '=', 'open')
    .execute();
  assert.deepEqual(owed.map((each) => each.subject_id).toSorted(), [id, fresh.id].toSorted());
  await alert('resolve', 'orders', 'orders');
  assert.ok((await lines(fresh.id)).some((line) => line.startsWith('Alert recovered: errors orders')));
  assert.ok(!(await lines(id)).some((line) => line.startsWith('Alert recovered')));
});

test('nothing is declared where nothing can be split off: nothing chosen, all of it, what is not there, an incident that is over', async () => {
  const { id } = await house.ask('POST', '/incidents', {
    title: 'Two things',
    serviceIds: ['svc_checkout', 'svc_blog'],
  });
  const before = (await open()).length;
  const refused = async (body: object) => {
    const { status, body: told } = await split(id, { title: 'x', ...body });
    return [status, told.title];
  };
  assert.deepEqual(await refused({}), [400, 'Nothing was chosen to split off.']);
  assert.deepEqual(await refused({ serviceIds: ['svc_checkout', 'svc_blog'] }), [
    400,
    'All of it would go, and nothing would stay here.',
  ]);
  assert.deepEqual(await refused({ serviceIds: ['svc_orders'] }), [
    400,
    'This incident does not have everything that was chosen.',
  ]);
  await house.ask('POST', `/incidents/${id}/dismissal`, { reason: 'It was a test' });
  assert.equal((await refused({ serviceIds: ['svc_blog'] }))[0], 409);
  assert.equal((await open()).length, before - 1);
});
