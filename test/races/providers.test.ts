/** Two processes on one PostgreSQL ask providers: the rows share the work out, and a change is told once. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { startVendor, type Vendor } from '../servers/vendor.ts';
import { createTestDatabase, type TestDatabase } from '../test-database.ts';

const PROVIDERS = 24;
let shared: TestDatabase;
let vendor: Vendor;
let one: Harness;
let other: Harness;

before(async () => {
  shared = await createTestDatabase();
  one = await openHarness({ databaseUrl: shared.url });
  await seedAgency(one);
  other = await openHarness({ databaseUrl: shared.url });
  vendor = await startVendor();
  vendor.answer('/', ({ path }) => ({
    body: {
      status: { indicator: 'major' },
      components: [{ id: 'c', name: 'API', status: 'partial_outage' }],
      incidents: [
        {
          id: path,
          name: `Trouble at ${path}`,
          status: 'investigating',
          impact: 'major',
          started_at: '2026-11-23T01:30:00Z',
        },
      ],
    },
  }));
  one.as('ana');
});
after(async () => {
  await one?.close();
  await other?.close();
  await vendor?.stop();
  await shared?.remove();
});

test('each provider is asked by one of them, and every one is asked', async () => {
  const now = one.clock.now();
  await one.db
    .insertInto('third_party')
    .values(
      Array.from({ length: PROVIDERS }, (_, index) => ({
        id: `tpy_${index}`,
        name: `Provider ${index}`,
        feed_kind: 'statuspage',
        feed_url: `${vendor.url}/${index}/summary.json`,
        check_at: now,
        created_at: now,
        updated_at: now,
      })),
    )
    .execute();
  await one.db
    .insertInto('service_third_party')
    .values(
      Array.from({ length: PROVIDERS }, (_, index) => ({
        service_id: 'svc_checkout',
        third_party_id: `tpy_${index}`,
      })),
    )
    .execute();
  await Promise.all([one.settle(), other.settle()]);
  const asked = Map.groupBy(vendor.asked, (each) => each.path);
  assert.equal(asked.size, PROVIDERS);
  assert.deepEqual(
    [...asked].filter(([, times]) => times.length !== 1).map(([path, times]) => `${path} ${times.length}`),
    [],
  );
  const { items } = await one.ask('GET', '/providers');
  const states = items
    .filter((each: { id: string }) => each.id.startsWith('tpy_'))
    .map((each: { state: string }) => each.state);
  assert.deepEqual(new Set(states), new Set(['partial']));
});

test('asked by both at the same moment, a provider is kept once and its incident is one change', async () => {
  one.clock.set(one.clock.now().add({ minutes: 2 }));
  other.clock.set(one.clock.now());
  other.as('bo');
  await Promise.all(
    [one, other].flatMap((house) =>
      ['tpy_0', 'tpy_1', 'tpy_2'].map((id) => house.ask('POST', `/third-parties/${id}/check`)),
    ),
  );
  const { items } = await one.ask('GET', '/changes?limit=200');
  const told = items.filter((each: { kind: string }) => each.kind === 'third_party');
  assert.equal(told.length, PROVIDERS);
  assert.equal(new Set(told.map((each: { externalId: string }) => each.externalId)).size, PROVIDERS);
});
