import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import type { AlertSeen } from '#incident/types.ts';
import { createOutbound } from '#platform/http/outbound.ts';
import { startVendor, type Vendor } from '../../test/servers/vendor.ts';
import { ANA, BO, type Json, openSmallHouse } from '../../test/small-house.ts';
import { handsOf } from '../../test/triage-hands.ts';
import { triageRoom } from './room.ts';

// A Wednesday, in working hours.
const START = '2026-11-25T12:00:00Z';
const PERSON = { actor: { kind: 'person', name: 'Ana Lima', personId: 'per_ana' }, source: 'app' } as const;
let house: Awaited<ReturnType<typeof openSmallHouse>>;
let vendor: Vendor;
let count = 0;

before(async () => {
  vendor = await startVendor();
  house = await openSmallHouse(START, (parts) => [
    triageRoom(parts, {
      ...handsOf(parts.platform.db),
      outbound: createOutbound({ allowPrivate: ['127.0.0.0/8'] }),
    }),
  ]);
  await house.person('per_ana', 'Ana Lima');
  await house.person('per_bo', 'Bo Falk');
  const now = house.clock.now();
  await house.db
    .insertInto('team')
    .values({
      id: 'tea_pay',
      name: 'Payments team',
      created_at: now,
      updated_at: now,
    })
    .execute();
  await house.service('svc_checkout', 'Checkout', { owner_team_id: 'tea_pay' });
  await house.service('svc_payment', 'Payment');
  await house.service('svc_shop', 'Shop');
  await house.service('svc_search', 'Search');
  const depends = (service_id: string, depends_on_id: string) => ({ service_id, depends_on_id });
  await house.db
    .insertInto('service_dependency')
    .values([depends('svc_checkout', 'svc_payment'), depends('svc_shop', 'svc_checkout')])
    .execute();
  await house.db
    .insertInto('third_party')
    .values({ id: 'tp_psp', name: 'Card network', status_url: null, created_at: now, updated_at: now })
    .execute();
  await house.db
    .insertInto('service_third_party')
    .values({ service_id: 'svc_payment', third_party_id: 'tp_psp' })
    .execute();
});
after(async () => {
  await house.close();
  await vendor.stop();
});
beforeEach(async () => {
  house.as(ANA);
  await house.db.updateTable('third_party').set({ feed_kind: null, feed_url: null }).execute();
  for (const table of ['provider_span', 'provider_incident', 'provider'] as const)
    await house.db.deleteFrom(table).execute();
  house.clock.set(Temporal.Instant.from(START));
  await house.db.deleteFrom('change').execute();
  await house.db.deleteFrom('labelled_incident').execute();
});

/** The status feed of the card network, asked now. */
async function feedSays(incidents: object[]): Promise<void> {
  vendor.answer('/psp', {
    body: {
      page: { url: 'https://status.example' },
      status: { indicator: incidents.length ? 'critical' : 'none' },
      components: [{ id: 'c1', name: 'API', status: incidents.length ? 'major_outage' : 'operational' }],
      incidents,
    },
  });
  await house.db
    .updateTable('third_party')
    .set({ feed_kind: 'statuspage', feed_url: `${vendor.url}/psp/summary.json` })
    .where('id', '=', 'tp_psp')
    .execute();
  await done('POST', '/third-parties/tp_psp/check');
}

async function declare(more: object = {}): Promise<string> {
  const what = {
    title: `Payments fail ${count++}`,
    noticed: { by: 'person' },
    serviceIds: ['svc_checkout'],
    ...more,
  };
  return (await house.incidents.declare(what as never, PERSON)).id;
}

async function done(method: 'GET' | 'POST', path: string, body?: object): Promise<Json> {
  const answer = await house.call(method, path, body);
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.text}`);
  return answer.body;
}

const change = (summary: string, minutesBefore: number, more: object = {}): Promise<Json> =>
  done('POST', '/changes', {
    summary,
    happenedAt: house.clock.now().subtract({ minutes: minutesBefore }).toString(),
    ...more,
  });
const summaries = (lane: Json): string[] => lane.items.map((each: Json) => each.summary);
const textsOf = async (id: string) => {
  const { rows } = {
    rows: await house.db.selectFrom('fact').select('kind').where('incident_id', '=', id).execute(),
  };
  return rows.map((row) => row.kind);
};

async function restored(id: string): Promise<void> {
  const proof = { check: 'test payment', shows: '20 of 20', since: house.clock.now() };
  await house.incidents.execute(id, { type: 'restore', proof }, PERSON);
}

test('the list for the timeline says how long before as the lane does: to when it began, whole minutes, from when it was live', async () => {
  const at = (seconds: number) => house.clock.now().subtract({ seconds }).toString();
  await change('checkout 5.0', 0, {
    service: 'checkout',
    happenedAt: at(400),
    ramp: [{ at: at(350), percent: 100 }],
  });
  await change('checkout 5.1', 0, { service: 'checkout', happenedAt: at(7 * 3600 + 1800) });
  const id = await declare();
  const impactStartedAt = house.clock.now().subtract({ seconds: 20 });
  await house.incidents.execute(id, { type: 'date_impact', impactStartedAt, uncertaintyMinutes: 5 }, PERSON);
  const lane = await done('GET', `/incidents/${id}/suspects`);
  const list = await done('GET', `/incidents/${id}/changes`);
  const said = (items: Json[]) => Object.fromEntries(items.map((each) => [each.summary, each.beforeText]));
  assert.deepEqual(said(lane.items), { 'checkout 5.0': '5 min before', 'checkout 5.1': '7 h before' });
  assert.deepEqual(said(list.items), said(lane.items));
});

test('the lane puts first what is near in time and place, and prints every point with its reason', async () => {
  await change('search 3.1', 3, { service: 'search' });
  await change('payment 7.0', 12, { service: 'payment' });
  await change('checkout 4.12.0', 4, { service: 'checkout', kind: 'config' });
  await change('shop 2.0', 4, { service: 'shop' });
  const id = await declare();
  const lane = await done('GET', `/incidents/${id}/suspects`);
  assert.deepEqual(summaries(lane), ['checkout 4.12.0', 'payment 7.0', 'shop 2.0', 'search 3.1']);
  const [first] = lane.items;
  assert.equal(first.score, 6.6);
  assert.deepEqual(
    first.terms.map((each: Json) => [each.term, each.points, each.because]),
    [
      ['time', 3, 'Went live 4 min before the impact began'],
      ['topology', 3, 'It changed the affected service itself'],
      ['exposure', 0, 'Not known whether it is live where it hurts'],
      ['kind', 0.6, 'Kind configuration: riskier than most, by experience'],
    ],
  );
  assert.deepEqual(
    [first.group, first.ask, first.relationText],
    ['plausible', { id: 'tea_pay', name: 'Payments team' }, 'the affected service'],
  );
  assert.equal(lane.items[3].terms[1].because, 'No known connection to the affected service');
  assert.deepEqual(lane.counts, { strong: 0, plausible: 2, weak: 2 });
});

test('who made a change is nowhere in the lane', async () => {
  await change('checkout 4.12.0', 4, { service: 'checkout', details: { author: 'per_bo' } });
  const id = await declare();
  const { text } = await house.call('GET', `/incidents/${id}/suspects`);
  assert.doesNotMatch(text, /author|recordedBy|Ana Lima|per_bo/);
});

test('another onset is tried without storing anything, and set by a command that lands on the timeline', async () => {
  await change('morning', 181, { service: 'checkout' });
  await change('noon', 2, { service: 'checkout' });
  const id = await declare();
  assert.deepEqual(summaries(await done('GET', `/incidents/${id}/suspects`)), ['noon', 'morning']);
  const early = '2026-11-25T09:00:00Z';
  const tried = await done('GET', `/incidents/${id}/suspects?onset=${early}&uncertainty=3`);
  assert.deepEqual(summaries(tried), ['morning', 'noon']);
  assert.deepEqual(tried.onset, { at: early, uncertaintyMinutes: 3, from: 'tried' });
  assert.deepEqual(
    tried.items.map((each: Json) => each.after),
    [false, true],
  );
  const still = await done('GET', `/incidents/${id}/suspects`);
  assert.deepEqual(still.onset, { at: START, uncertaintyMinutes: 10, from: 'detection' });
  const at = Temporal.Instant.from(early);
  await house.incidents.execute(
    id,
    { type: 'date_impact', impactStartedAt: at, uncertaintyMinutes: 3 },
    PERSON,
  );
  const set = await done('GET', `/incidents/${id}/suspects`);
  assert.deepEqual(set.onset, { at: early, uncertaintyMinutes: 3, from: 'person' });
  assert.deepEqual(summaries(set), ['morning', 'noon']);
  assert.ok((await textsOf(id)).includes('impact_dated'));
  await assert.rejects(
    house.incidents.execute(
      id,
      { type: 'date_impact', impactStartedAt: house.clock.now().add({ minutes: 1 }) },
      PERSON,
    ),
    /still to come/,
  );
});

test('what did not change is said in words, and told apart from what nobody tells us', async () => {
  await change('payment 6.9', 26 * 60, { service: 'payment', source: 'ci' });
  const id = await declare();
  const texts = (lane: Json) => lane.evidence.map((each: Json) => `${each.tells}: ${each.text}`);
  const before = texts(await done('GET', `/incidents/${id}/suspects`));
  assert.ok(
    before.includes('absent: No deployment to Checkout or anything it calls in 24 h'),
    before.join('\n'),
  );
  assert.ok(before.includes('unknown: Configuration: unknown, no feed connected'));
  assert.ok(before.includes('unknown: Card network: unknown, no feed connected'));
  await feedSays([]);
  await change('payment 7.0', 12, { service: 'payment' });
  const after = texts(await done('GET', `/incidents/${id}/suspects`));
  assert.ok(after.includes('absent: Card network’s feed is green as of 12:00 UTC'));
  assert.ok(!after.some((each: string) => each.includes('deployment')));
});

test('what else is odd: a provider in trouble, a job that ran, something that is full nearby', async () => {
  const now = house.clock.now();
  const alert = (id: string, service_id: string, title: string) => ({
    id,
    integration_id: 'int_1',
    dedup_key: id,
    key_hash: randomUUID(),
    service_id,
    title,
    severity: 'error',
    state: 'open',
    outcome: 'record',
    rule: 'test',
    source: 'prometheus',
    format: 'events',
    started_at: now.subtract({ minutes: 20 }),
    first_at: now.subtract({ minutes: 19 }),
    last_at: now,
    count: 1,
    signal_at: now,
    labels: '{}',
    links: '[]',
    details: '{}',
  });
  await house.db
    .insertInto('alert')
    .values([
      alert('alr_slow', 'svc_payment', 'payment: slow answers'),
      alert('alr_pool', 'svc_payment', 'payment: connection pool exhausted'),
      alert('alr_far', 'svc_search', 'search: disk full'),
    ])
    .execute();
  await change('Nightly settlement', 10, { service: 'payment', kind: 'job' });
  await feedSays([
    {
      id: 'i1',
      name: 'Elevated errors',
      status: 'investigating',
      impact: 'critical',
      started_at: now.toString(),
      shortlink: 'https://status.example/i1',
      incident_updates: [],
      components: [{ id: 'c1', name: 'API' }],
    },
  ]);
  const id = await declare();
  const { items } = await done('GET', `/incidents/${id}/odd`);
  assert.deepEqual(
    items.map((each: Json) => [each.kind, each.text]),
    [
      ['third_party', 'Card network reports “Elevated errors”'],
      ['job', 'Nightly settlement'],
      ['capacity', 'payment: connection pool exhausted (not part of this incident)'],
      ['alert', 'payment: slow answers (not part of this incident)'],
    ],
  );
  await house.db.deleteFrom('alert').execute();
});

test("a provider's incident ranks where the service stands that depends on it", async () => {
  await change('Card network: elevated errors', 15, {
    kind: 'third_party',
    state: 'started',
    details: { thirdPartyId: 'tp_psp' },
  });
  const id = await declare();
  const [first] = (await done('GET', `/incidents/${id}/suspects`)).items;
  assert.equal(first.score, 7.5);
  assert.equal(first.group, 'strong');
});

test("a provider's incident that the ledger has for two services stands in the lane once, at the nearer", async () => {
  const details = { thirdPartyId: 'tp_psp', providerIncident: 'inc-1' };
  for (const service of ['search', 'payment'])
    await change('Card network: elevated errors', 15, {
      service,
      kind: 'third_party',
      state: 'started',
      details,
    });
  const id = await declare();
  const lane = await done('GET', `/incidents/${id}/suspects`);
  assert.equal(lane.total, 1);
  assert.equal(lane.items[0].serviceName, 'Payment');
});

test('without a known service everything is listed, and it says so', async () => {
  await change('search 3.1', 3, { service: 'search' });
  const id = await declare({ serviceIds: [] });
  const lane = await done('GET', `/incidents/${id}/suspects`);
  assert.match(lane.note, /which service is affected/);
  assert.deepEqual([lane.items[0].summary, lane.items[0].score], ['search 3.1', 3]);
  assert.deepEqual(lane.evidence, []);
});

test('the lane comes in pages and loses nobody between them', async () => {
  for (let minute = 1; minute <= 7; minute++)
    await change(`m${minute}`, minute * 30, { service: 'checkout' });
  const id = await declare();
  const seen: string[] = [];
  let next: string | null = '';
  while (next !== null) {
    const lane: Json = await done('GET', `/incidents/${id}/suspects?limit=3${next ? `&cursor=${next}` : ''}`);
    seen.push(...summaries(lane));
    assert.equal(lane.total, 7);
    next = lane.next;
  }
  assert.deepEqual(seen, ['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7']);
  assert.equal((await house.call('GET', `/incidents/${id}/suspects?cursor=nonsense`)).status, 400);
});

test('“none of these” is a mark with a reason; a suspect takes it back', async () => {
  const { id: changeId } = await change('checkout 4.12.0', 4, { service: 'checkout' });
  const id = await declare();
  assert.equal((await house.call('POST', `/incidents/${id}/suspects/none`, { reason: ' ' })).status, 400);
  await done('POST', `/incidents/${id}/suspects/none`, { reason: 'The disk is full.' });
  const { none } = await done('GET', `/incidents/${id}/suspects`);
  assert.equal(none.mark.reason, 'The disk is full.');
  assert.match(none.text, /too few/);
  await done('POST', `/incidents/${id}/suspects`, { changeId });
  assert.equal((await done('GET', `/incidents/${id}/suspects`)).none.mark, null);
});

test('a hypothesis has an owner, ten minutes, lines for and against, and an end with a reason', async () => {
  const id = await declare();
  const one = await done('POST', `/incidents/${id}/hypotheses`, { what: 'The pool is too small' });
  assert.deepEqual([one.ownerName, one.dueAt, one.state], ['Ana Lima', '2026-11-25T12:10:00Z', 'open']);
  const path = `/incidents/${id}/hypotheses/${one.id}`;
  await done('POST', `${path}/evidence`, { side: 'supports', text: '40 of 40 connections in use' });
  const argued = await done('POST', `${path}/evidence`, {
    side: 'contradicts',
    text: 'It began before the change',
  });
  assert.deepEqual(
    [argued.supports[0].text, argued.contradicts[0].by],
    ['40 of 40 connections in use', 'Ana Lima'],
  );
  house.clock.advance({ minutes: 9 });
  await house.incidents.wake(id);
  assert.ok(!(await textsOf(id)).includes('time_box_ended'));
  house.clock.advance({ minutes: 1 });
  await house.incidents.wake(id);
  await house.incidents.wake(id);
  const kinds = await textsOf(id);
  assert.equal(kinds.filter((kind) => kind === 'time_box_ended').length, 1);
  const later = await done('POST', `${path}/extension`, { minutes: 5 });
  assert.equal(later.dueAt, '2026-11-25T12:15:00Z');
  house.clock.advance({ minutes: 5 });
  await house.incidents.wake(id);
  assert.equal((await textsOf(id)).filter((kind) => kind === 'time_box_ended').length, 2);
  assert.equal(
    (await house.call('POST', `${path}/decision`, { outcome: 'ruled_out', because: '' })).status,
    400,
  );
  const ended = await done('POST', `${path}/decision`, {
    outcome: 'ruled_out',
    because: 'Doubling it changed nothing',
  });
  assert.deepEqual(
    [ended.state, ended.because, ended.overdue],
    ['ruled_out', 'Doubling it changed nothing', false],
  );
  assert.equal((await house.call('POST', `${path}/evidence`, { side: 'supports', text: 'x' })).status, 409);
  assert.equal(
    (
      await house.call('POST', `/incidents/${id}/hypotheses/hyp_none/decision`, {
        outcome: 'confirmed',
        because: 'x',
      })
    ).status,
    404,
  );
});

test('the time box of a hypothesis wakes the incident by itself', async () => {
  const id = await declare();
  await done('POST', `/incidents/${id}/hypotheses`, {
    what: 'A full disk',
    timeBoxMinutes: 7,
    ownerId: 'per_bo',
  });
  const row = await house.db
    .selectFrom('incident')
    .select('wake_at')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  assert.equal(row.wake_at?.toString(), '2026-11-25T12:07:00Z');
});

test('past incidents that look alike come with what worked, and a restricted one with nothing to others', async () => {
  const alert: AlertSeen = {
    alertId: 'alr_1',
    title: 'checkout: 12% of requests fail',
    source: 'prometheus',
    serviceId: 'svc_checkout',
    firing: true,
  };
  const open = await declare({ title: 'Card payments time out', alerts: [alert] });
  const secret = await declare({
    title: 'Card payments leaked',
    alerts: [alert],
    restricted: true,
    viewers: ['per_ana'],
  });
  for (const past of [open, secret]) {
    const what = `Restart the pool ${past}`;
    await house.incidents.execute(
      past,
      { type: 'start_action', id: `act_${past}`, what, owner: { name: 'Ana' } },
      PERSON,
    );
    await house.incidents.execute(
      past,
      { type: 'end_action', actionId: `act_${past}`, outcome: 'worked', note: 'At once.' },
      PERSON,
    );
  }
  house.clock.advance({ hours: 24 });
  const id = await declare({
    title: 'Card payments time out again',
    alerts: [{ ...alert, alertId: 'alr_2', title: 'checkout: 31% of requests fail' }],
  });
  const mine = await done('GET', `/incidents/${id}/similar`);
  assert.deepEqual(mine.items[0].worked, [{ what: `Restart the pool ${open}`, note: 'At once.' }]);
  assert.ok(mine.items[0].because.includes('the same service: Checkout'));
  assert.ok(mine.items[0].because.some((each: string) => each.startsWith('the same alert')));
  assert.ok(mine.items.some((each: Json) => each.id === secret));
  house.as(BO);
  const others = await house.call('GET', `/incidents/${id}/similar`);
  assert.ok(!others.text.includes(secret) && !others.text.includes('leaked'));
});

test('what set it off is named once it is restored, and teaches how often it was no change', async () => {
  const { id: changeId } = await change('checkout 4.12.0', 4, { service: 'checkout' });
  const id = await declare();
  assert.equal((await house.call('POST', `/incidents/${id}/trigger`, { changeId })).status, 409);
  await restored(id);
  assert.equal((await house.call('POST', `/incidents/${id}/trigger`, { changeId: 'chg_none' })).status, 404);
  await done('POST', `/incidents/${id}/trigger`, { changeId });
  await house.work();
  const row = await house.db.selectFrom('labelled_incident').selectAll().executeTakeFirstOrThrow();
  assert.deepEqual([row.change_id, row.service_id, row.kind], [changeId, 'svc_checkout', 'deploy']);
  assert.equal((row.candidates as { changeId: string }[])[0]?.changeId, changeId);
  for (let turn = 0; turn < 9; turn++) {
    const other = await declare();
    await restored(other);
    await done('POST', `/incidents/${other}/trigger`, { notAChange: 'The disk was full' });
  }
  await house.work();
  const { none } = await done('GET', `/incidents/${id}/suspects`);
  assert.deepEqual([none.share, none.labelled], [0.9, 10]);
  assert.equal(none.text, 'In 90% of 10 past incidents it was not a change.');
});

test('weights are switched by an administrator who has seen both, and every switch can be taken back', async () => {
  house.as({ ...ANA, role: 'administrator' });
  assert.equal((await house.call('POST', '/suspect-weights', { use: 'proposal', labelled: 0 })).status, 409);
  await house.db.deleteFrom('labelled_incident').execute();
  const zero = {
    time: 0,
    topology: 0,
    exposure: 0,
    text: 0,
    kind: 0,
    history: 0,
    size: 0,
    marks: 0,
    third_party: 0,
    scheduled: 0,
  };
  for (let turn = 0; turn < 60; turn++) {
    const id = await declare();
    // Here the trigger is always the one that shares words, and what is nearest in time never is.
    const candidates = [
      { changeId: 'right', points: { ...zero, text: 1.6, time: 0.8 } },
      ...Array.from({ length: 8 }, (_, index) => ({
        changeId: `near${index}`,
        points: { ...zero, time: 3 },
      })),
    ];
    await house.db
      .insertInto('labelled_incident')
      .values({
        incident_id: id,
        change_id: 'right',
        named_at: house.clock.now(),
        onset_at: house.clock.now().add({ minutes: turn }),
        candidates: JSON.stringify(candidates),
      })
      .execute();
  }
  const page = await done('GET', '/suspect-weights');
  assert.deepEqual([page.labelled, page.needed, page.current.version], [60, 50, 0]);
  assert.equal(page.proposal.compared.before.top1, 0);
  assert.equal(page.proposal.compared.after.top1, 1);
  assert.equal(page.proposal.compared.after.n, 18);
  assert.equal((await house.call('POST', '/suspect-weights', { use: 'proposal', labelled: 59 })).status, 409);
  const first = await done('POST', '/suspect-weights', { use: 'proposal', labelled: 60 });
  assert.ok(
    first.current.weights.text > 1.3 && first.current.weights.time < 0.7,
    JSON.stringify(first.current),
  );
  assert.equal(first.switches[0].chosenBy, 'Ana Lima');
  const back = await done('POST', '/suspect-weights', { use: 'defaults' });
  assert.equal(back.current.weights.text, 1);
  const again = await done('POST', '/suspect-weights', { use: 'earlier', version: first.current.version });
  assert.deepEqual(again.current.weights, first.current.weights);
  assert.equal(again.switches.length, 3);
  house.as(ANA);
  assert.equal((await house.call('GET', '/suspect-weights')).status, 403);
  await house.db.deleteFrom('suspect_weights').execute();
});

test('a restricted incident shows its lane to its viewers alone', async () => {
  const id = await declare({ restricted: true, viewers: ['per_ana'] });
  const paths = ['suspects', 'onset', 'odd', 'similar'];
  for (const path of paths)
    assert.equal((await house.call('GET', `/incidents/${id}/${path}`)).status, 200, path);
  house.as({ ...BO, role: 'administrator' });
  for (const path of paths)
    assert.equal((await house.call('GET', `/incidents/${id}/${path}`)).status, 404, path);
  assert.equal((await house.call('POST', `/incidents/${id}/hypotheses`, { what: 'x' })).status, 404);
  assert.equal((await house.call('POST', `/incidents/${id}/suspects/none`, { reason: 'x' })).status, 404);
});
