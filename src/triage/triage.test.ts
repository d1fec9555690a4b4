import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { sql } from 'kysely';
import type { IncomingChange } from '#incident/change.ts';
import { transaction } from '#platform/db/database.ts';
import { ANA, BO, type Json, openSmallHouse } from '../../test/small-house.ts';
import { handsOf } from '../../test/triage-hands.ts';
import { changesAround, createRecordChanges, triageRoom } from './room.ts';

const START = '2026-11-25T02:00:00Z';
let house: Awaited<ReturnType<typeof openSmallHouse>>;
let count = 0;

before(async () => {
  house = await openSmallHouse(START, (parts) => [triageRoom(parts, handsOf(parts.platform.db))]);
  await house.service('svc_checkout', 'Checkout');
  await house.service('svc_payment', 'Payment');
  await house.service('svc_ledger', 'Ledger');
  await house.service('svc_search', 'Search');
  const depends = (service_id: string, depends_on_id: string) => ({ service_id, depends_on_id });
  await house.db
    .insertInto('service_dependency')
    .values([
      depends('svc_checkout', 'svc_payment'),
      depends('svc_payment', 'svc_ledger'),
      depends('svc_ledger', 'svc_checkout'),
    ])
    .execute();
  const now = house.clock.now();
  await house.db
    .insertInto('third_party')
    .values({
      id: 'tp_psp',
      name: 'Card network',
      status_url: 'https://status.example',
      created_at: now,
      updated_at: now,
    })
    .execute();
  await house.db
    .insertInto('service_third_party')
    .values({ service_id: 'svc_payment', third_party_id: 'tp_psp' })
    .execute();
});
after(() => house.close());
beforeEach(async () => {
  house.as(ANA);
  house.clock.set(Temporal.Instant.from(START));
  for (const table of ['change', 'change_sent', 'change_feed'] as const)
    await sql`delete from ${sql.table(table)}`.execute(house.db);
});

async function declare(serviceIds: string[], more: object = {}): Promise<string> {
  const doing = { actor: { kind: 'person', name: 'Ana Lima', personId: 'per_ana' }, source: 'app' } as const;
  const what = { title: `Payments fail ${count++}`, noticed: { by: 'person' }, serviceIds, ...more } as const;
  return (await house.incidents.declare(what, doing)).id;
}

const post = async (body: object) => {
  const answer = await house.call('POST', '/changes', body);
  assert.equal(answer.status, 201, answer.text);
  return answer.body;
};

test('one line from a pipeline records a change of the service that it names', async () => {
  const change = await post({ summary: 'checkout 4.12.0', service: 'checkout' });
  assert.equal(change.serviceId, 'svc_checkout');
  assert.equal(change.happenedAt, START);
  assert.equal(change.note, null);
  const { body } = await house.call('GET', '/changes?service=Checkout');
  assert.deepEqual(
    body.items.map((each: { summary: string }) => each.summary),
    ['checkout 4.12.0'],
  );
});

test('a change sent again is the same change, and keeps what is known of its rollback', async () => {
  const first = await post({
    summary: 'deploy 7',
    service: 'checkout',
    externalId: 'run-7',
    source: 'ci',
    rollback: 'safe',
  });
  const second = await post({
    summary: 'deploy 7, done',
    service: 'checkout',
    externalId: 'run-7',
    source: 'ci',
  });
  assert.equal(second.id, first.id);
  assert.equal(second.summary, 'deploy 7, done');
  assert.equal(second.rollback, 'safe');
  const other = await post({ summary: 'deploy 7', externalId: 'run-7', source: 'another pipeline' });
  assert.notEqual(other.id, first.id);
});

test('the same change twice in one batch is one row, and both are told its id', async () => {
  const one: Omit<IncomingChange, 'summary'> = {
    integrationId: 'int_1',
    externalId: 'a',
    kind: 'deploy',
    source: 'pd',
    happenedAt: house.clock.now(),
    links: [],
    details: {},
  };
  const record = createRecordChanges(house.platform);
  const ids = await transaction(house.db, (tx) =>
    record(tx, [
      { ...one, summary: 'one' },
      { ...one, summary: 'two' },
      { ...one, externalId: undefined, summary: 'three' },
    ]),
  );
  assert.equal(ids[0], ids[1]);
  assert.notEqual(ids[0], ids[2]);
  const rows = await house.db.selectFrom('change').select('summary').orderBy('summary').execute();
  assert.deepEqual(
    rows.map((row) => row.summary),
    ['three', 'two'],
  );
});

test('a change for a service that nobody knows is kept, and says so', async () => {
  const change = await post({ summary: 'router firmware', service: 'edge-7' });
  assert.equal(change.serviceId, null);
  assert.equal(change.serviceNamed, 'edge-7');
  assert.match(change.note, /no service is called "edge-7"/);
});

test('a clock that runs ahead does not put a change into the future', async () => {
  const change = await post({ summary: 'x', happenedAt: '2027-01-01T00:00:00Z' });
  assert.equal(change.happenedAt, START);
});

test('bad changes are refused, never an error of ours', async () => {
  for (const body of [
    {},
    { summary: ' ' },
    { summary: 'x', kind: 'magic' },
    { summary: 'x', happenedAt: 'yesterday' },
    { summary: 'x', url: 'javascript:alert(1)' },
  ])
    assert.equal((await house.call('POST', '/changes', body)).status, 400, JSON.stringify(body));
  const strange = await post({
    summary: 'a\0b\ud800',
    service: '\0',
    details: { 'k\0': ['\ud800', { deep: '\0' }] },
    externalId: '\0',
  });
  assert.equal(strange.summary, 'a\ufffdb\ufffd');
  assert.equal((await house.call('GET', '/changes?cursor=nonsense')).status, 400);
  assert.equal((await house.call('GET', '/incidents/%00/changes')).status, 404);
  const id = await declare([]);
  assert.equal((await house.call('POST', `/incidents/${id}/suspects`, { changeId: '\0' })).status, 404);
});

test('changes are paged, newest first', async () => {
  for (const minute of [1, 2, 3])
    await post({ summary: `m${minute}`, happenedAt: `2026-11-25T01:0${minute}:00Z` });
  const first = (await house.call('GET', '/changes?limit=2')).body;
  assert.deepEqual(
    first.items.map((each: { summary: string }) => each.summary),
    ['m3', 'm2'],
  );
  const second = (await house.call('GET', `/changes?limit=2&cursor=${first.next}`)).body;
  assert.deepEqual(
    second.items.map((each: { summary: string }) => each.summary),
    ['m1'],
  );
  assert.equal(second.next, null);
});

test('around an incident stand the changes to what is affected and to what that depends on', async () => {
  await post({ summary: 'near', service: 'checkout', happenedAt: '2026-11-25T01:54:00Z' });
  await post({ summary: 'one hop', service: 'payment', happenedAt: '2026-11-25T01:30:00Z' });
  await post({ summary: 'two hops', service: 'ledger', happenedAt: '2026-11-24T23:00:00Z' });
  await post({ summary: 'elsewhere', service: 'search', happenedAt: '2026-11-25T01:59:00Z' });
  await post({ summary: 'unplaced', happenedAt: '2026-11-25T01:40:00Z' });
  await post({ summary: 'too old', service: 'checkout', happenedAt: '2026-11-24T01:00:00Z' });
  const id = await declare(['svc_checkout']);
  const { body } = await house.call('GET', `/incidents/${id}/changes`);
  const shown = body.items.map((each: Json) => [
    each.summary,
    each.relationText,
    each.minutesBeforeDetection,
    each.beforeText,
  ]);
  assert.deepEqual(shown, [
    ['near', 'same service', 6, '6 min before'],
    ['unplaced', 'no service stated', 20, '20 min before'],
    ['one hop', 'depends on directly', 30, '30 min before'],
    ['two hops', '2 hops', 180, '3 h before'],
  ]);
  const [network, ...others] = body.thirdParties;
  assert.deepEqual([network.id, network.services, others.length], ['tp_psp', ['Payment'], 0]);
  assert.equal(network.state, 'unknown', 'nobody asks it, so it is not green');
  assert.match(network.sentence, /Nobody asks how Card network is/);
  const { items } = (await house.call('GET', `/incidents/${id}/third-parties`)).body;
  assert.deepEqual(items, body.thirdParties);
  const longer = await house.call('GET', `/incidents/${id}/changes?hours=48`);
  assert.equal(longer.body.items.length, 5);
  assert.equal((await house.call('GET', `/incidents/${id}/changes?hours=169`)).status, 400);
});

test('nothing recorded is told apart from nobody telling us', async () => {
  await post({ summary: 'last week', service: 'payment', source: 'ci', happenedAt: '2026-11-18T00:00:00Z' });
  await post({ summary: 'typed in', service: 'ledger' });
  const id = await declare(['svc_checkout']);
  const { body } = await house.call('GET', `/incidents/${id}/changes`);
  const notes = Object.fromEntries(body.services.map((each: Json) => [each.name, [each.feed, each.note]]));
  assert.deepEqual(notes.Payment, [
    'connected',
    'No deployment to Payment in 24 h; configuration, feature flag, infrastructure, migration, certificate or secret, scheduled job and provider incident: unknown, no feed connected.',
  ]);
  assert.equal(notes.Ledger[0], 'not_connected', 'what people type in is no feed');
  assert.equal(notes.Checkout[0], 'not_connected');
  assert.match(notes.Checkout[1], /No change feed connected for Checkout/);
});

test('the trouble of a third party is no sign that a change feed is connected', async () => {
  const id = await declare(['svc_search']);
  const record = createRecordChanges(house.platform);
  await transaction(house.db, (tx) =>
    record(tx, [
      {
        integrationId: undefined,
        serviceId: 'svc_search',
        externalId: 'tp/1',
        kind: 'third_party',
        summary: 'Vendor: down',
        source: 'status feed',
        happenedAt: house.clock.now(),
        links: [],
        details: {},
      },
    ]),
  );
  const { body } = await house.call('GET', `/incidents/${id}/changes`);
  assert.equal(body.items.length, 1);
  const [search] = body.services;
  assert.equal(search.feed, 'not_connected');
  assert.match(search.note, /No change feed connected/);
});

test('a feed that has been silent for ninety days no longer counts as connected', async () => {
  await post({ summary: 'long ago', service: 'payment', source: 'ci' });
  house.clock.advance({ hours: 24 * 91 });
  const id = await declare(['svc_payment']);
  const { body } = await house.call('GET', `/incidents/${id}/changes`);
  assert.equal(body.services[0].feed, 'not_connected');
});

test('while the service is unknown the changes to all of them are shown, and it says so', async () => {
  await post({ summary: 'elsewhere', service: 'search' });
  const id = await declare([]);
  const { body } = await house.call('GET', `/incidents/${id}/changes`);
  assert.match(body.note, /which service is affected/);
  assert.equal(body.items[0].relation, 'any_service');
});

test('a change is suspected, ruled out with a reason, and stays in the list', async () => {
  const old = await post({ summary: 'old', service: 'checkout', happenedAt: '2026-11-20T00:00:00Z' });
  const near = await post({ summary: 'near', service: 'checkout', happenedAt: '2026-11-25T01:54:00Z' });
  await post({ summary: 'newest', service: 'checkout' });
  const id = await declare(['svc_checkout']);
  assert.equal((await house.call('POST', `/incidents/${id}/suspects`, { changeId: old.id })).status, 201);
  assert.equal((await house.call('POST', `/incidents/${id}/suspects`, { changeId: 'chg_none' })).status, 404);
  assert.equal(
    (await house.call('POST', `/incidents/${id}/suspects/${near.id}/ruling-out`, { reason: '' })).status,
    400,
  );
  assert.equal(
    (
      await house.call('POST', `/incidents/${id}/suspects/${near.id}/ruling-out`, {
        reason: 'Not live in this region.',
      })
    ).status,
    201,
  );
  const { body } = await house.call('GET', `/incidents/${id}/suspects`);
  assert.deepEqual(
    body.items.map((each: Json) => [each.summary, each.mark]),
    [
      ['old', { state: 'suspect', reason: null }],
      ['newest', null],
      ['near', { state: 'ruled_out', reason: 'Not live in this region.' }],
    ],
  );
});

test('reviewing what changed keeps its promise', async () => {
  const id = await declare(['svc_checkout']);
  const { status, body } = await house.call('POST', `/incidents/${id}/what-changed-review`, {
    note: 'Nothing since noon.',
  });
  assert.equal(status, 201);
  assert.equal(body.reviewedAt, START);
});

test('a restricted incident does not exist for others', async () => {
  const id = await declare(['svc_checkout'], { restricted: true, viewers: ['per_ana'] });
  assert.equal((await house.call('GET', `/incidents/${id}/changes`)).status, 200);
  house.as({ ...BO, role: 'administrator' });
  assert.equal((await house.call('GET', `/incidents/${id}/changes`)).status, 404);
  assert.equal((await house.call('POST', `/incidents/${id}/what-changed-review`, {})).status, 404);
});

test('the timeline is handed the changes around it, oldest first', async () => {
  await post({ summary: 'later', service: 'checkout', happenedAt: '2026-11-25T01:54:00Z' });
  await post({ summary: 'earlier', service: 'payment', happenedAt: '2026-11-25T01:30:00Z' });
  const incident = await house.incidents.load(await declare(['svc_checkout']));
  assert.ok(incident);
  const lines = await changesAround(house.db, incident, house.clock.now());
  assert.deepEqual(
    lines.map((line) => line.text),
    ['earlier (Payment, depends on directly)', 'later (Checkout, same service)'],
  );
});

test('a viewer may look, not tell', async () => {
  house.as({ ...ANA, role: 'viewer' });
  assert.equal((await house.call('POST', '/changes', { summary: 'x' })).status, 403);
  assert.equal((await house.call('GET', '/changes')).status, 200);
});
