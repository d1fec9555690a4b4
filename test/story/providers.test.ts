/** A provider goes down while we have an incident: its trouble stands in what changed, it recovers, and its silence is never green. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { startVendor, type Vendor } from '../servers/vendor.ts';

let harness: Harness;
let vendor: Vendor;
let services: Awaited<ReturnType<typeof seedAgency>>;
let incidentId: string;

const summary = (indicator: string, status: string, incidents: object[] = []) => ({
  page: { url: 'https://status.psp.example' },
  status: { indicator },
  components: [
    { id: 'pay', name: 'Card payments', status },
    { id: 'rep', name: 'Reports', status: 'operational' },
  ],
  incidents,
});
const incident = (status: string, more: object = {}) => ({
  id: 'psp-1',
  name: 'Card payments fail for some banks',
  status,
  impact: 'critical',
  started_at: '2026-11-23T02:01:00Z',
  shortlink: 'https://status.psp.example/psp-1',
  components: [{ id: 'pay', name: 'Card payments' }],
  incident_updates: [{ body: 'We are looking.', display_at: '2026-11-23T02:03:00Z' }],
  ...more,
});
const green = { body: summary('none', 'operational') };

before(async () => {
  harness = await openHarness();
  services = await seedAgency(harness);
  vendor = await startVendor();
  harness.as('ana');
});
after(async () => {
  await harness?.close();
  await vendor?.stop();
});

const provider = async () => (await harness.ask('GET', '/providers/tp_psp')) as Record<string, never>;
const thirdParty = async () => (await harness.ask('GET', `/incidents/${incidentId}/third-parties`)).items[0];
const changes = async () => (await harness.ask('GET', `/incidents/${incidentId}/changes`)).items;

test('a feed that is set in the directory is asked at once, and then once a minute', async () => {
  vendor.answer('/', green);
  await harness.ask('PATCH', '/third-parties/tp_psp', {
    feed: { kind: 'statuspage', url: vendor.url, components: ['Card payments'] },
  });
  await harness.until('2026-11-23T02:00:00Z');
  assert.equal(vendor.at('/api/v2/summary.json').length, 1);
  await harness.pass({ minutes: 5 });
  const asked = vendor.at('/api/v2/summary.json').length;
  assert.ok(asked >= 5 && asked <= 7, `${asked} times in five minutes`);
});

test('while all is well its silence in what changed is evidence, as of a minute', async () => {
  const { id } = await harness.ask('POST', '/incidents', {
    title: 'Card payments fail',
    serviceIds: [services.checkout],
    noticed: { by: 'person', how: 'mail' },
  });
  incidentId = id;
  assert.match((await thirdParty()).sentence, /^Payment provider's feed is green as of 02:0\d UTC\.$/);
  assert.deepEqual(
    (await changes()).filter((each: { kind: string }) => each.kind === 'third_party'),
    [],
  );
});

test('the provider goes down: a change of our service since its own beginning, once, with its link', async () => {
  vendor.answer('/', { body: summary('critical', 'major_outage', [incident('investigating')]) });
  await harness.pass({ minutes: 4 });
  const state = await thirdParty();
  assert.equal(state.state, 'major');
  assert.match(
    state.sentence,
    /Payment provider is down as of 02:\d\d UTC: “Card payments fail for some banks”/,
  );
  const found = (await changes()).filter((each: { kind: string }) => each.kind === 'third_party');
  assert.equal(found.length, 1);
  const [change] = found;
  assert.equal(change.serviceId, services.checkout);
  assert.equal(change.happenedAt, '2026-11-23T02:01:00Z');
  assert.equal(change.state, 'started');
  assert.equal(change.summary, 'Payment provider: Card payments fail for some banks');
  assert.equal(change.links[0].href, 'https://status.psp.example/psp-1');
});

test('it can be suspected like any other change, and stands on the timeline', async () => {
  const [change] = (await changes()).filter((each: { kind: string }) => each.kind === 'third_party');
  await harness.ask('POST', `/incidents/${incidentId}/suspects`, { changeId: change.id });
  const { items } = await harness.ask('GET', `/incidents/${incidentId}/timeline?limit=200`);
  assert.ok(
    items.some((each: { text: string }) => each.text.includes('Card payments fail for some banks')),
    JSON.stringify(items.map((each: { text: string }) => each.text)),
  );
});

test('it recovers: the state follows, the change is over, the incident is kept with its end', async () => {
  await harness.until('2026-11-23T02:20:30Z');
  vendor.answer('/', {
    body: summary('none', 'operational', [incident('resolved', { resolved_at: '2026-11-23T02:20:00Z' })]),
  });
  await harness.until('2026-11-23T02:22:00Z');
  assert.equal((await thirdParty()).state, 'operational');
  const [change] = (await changes()).filter((each: { kind: string }) => each.kind === 'third_party');
  assert.equal(change.state, 'done');
  const { pastIncidents } = (await provider()) as never as { pastIncidents: Record<string, unknown>[] };
  assert.equal(pastIncidents[0]?.['endedAt'], '2026-11-23T02:20:00Z');
  assert.equal(pastIncidents[0]?.['vanished'], false);
});

test('its feed fails: at once not green, then stale with the time of the last word, asked every five minutes', async () => {
  vendor.answer('/', { status: 503, body: 'no' });
  const before = vendor.asked.length;
  await harness.until('2026-11-23T03:00:00Z');
  const state = await thirdParty();
  assert.equal(state.state, 'unknown');
  assert.equal(state.stale, true);
  assert.equal(state.last, 'operational');
  assert.match(
    state.sentence,
    /is stale, last heard as of 02:2\d UTC; it was green then\. It answered 503\./,
  );
  const asked = vendor.asked.length - before;
  assert.ok(asked >= 8 && asked <= 12, `${asked} times in 38 minutes`);
});

test('the room of the incident is answered while the provider hangs', async () => {
  vendor.answer('/', { hangs: true });
  await harness.humdrum.platform.db
    .updateTable('third_party')
    .set({ check_at: harness.clock.now() })
    .where('id', '=', 'tp_psp')
    .execute();
  const due = harness.humdrum.dues.find((each) => each.name === 'triage.providers');
  assert.equal(await due?.run(harness.clock.now()), 1);
  for (const path of ['', '/changes', '/third-parties', '/timeline'])
    await harness.ask('GET', `/incidents/${incidentId}${path}`);
  assert.equal(await harness.humdrum.platform.jobs.idle(), false, 'it is still being asked');
  // Whoever hangs is cut off with the vendor's server.
  await vendor.stop();
  await harness.settle();
});

test('the day has its bars: green, down and not known, each for as long as it was', async () => {
  const { history } = (await provider()) as never as {
    history: { day: string; state: string; minutes: Record<string, number> }[];
  };
  const today = history.at(-1);
  assert.equal(today?.day, '2026-11-23');
  assert.equal(today?.state, 'major');
  assert.ok((today?.minutes['major'] ?? 0) >= 10, JSON.stringify(today));
  assert.ok((today?.minutes['unknown'] ?? 0) >= 30, JSON.stringify(today));
  assert.equal(history.at(-2)?.state, null, 'yesterday nobody asked');
});
