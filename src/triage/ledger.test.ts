/** The ledger: once however often it is sent, where it belongs however late, no longer than it is kept. */
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { sql } from 'kysely';
import type { IncomingChange } from '#incident/change.ts';
import { transaction } from '#platform/db/database.ts';
import { ANA, BO, type Json, openSmallHouse } from '../../test/small-house.ts';
import { handsOf } from '../../test/triage-hands.ts';
import { findChanges } from './changes.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { triageRoom } from './room.ts';

const START = '2026-11-25T02:00:00Z';
let house: Awaited<ReturnType<typeof openSmallHouse>>;
let ledger: Ledger;

before(async () => {
  house = await openSmallHouse(START, (parts) => {
    ledger = createLedger(parts.platform, parts.policies);
    return [
      triageRoom(parts, {
        ...handsOf(parts.platform.db),
        ledger,
        whoIsCalled: async () => ({ id: 'per_bo', name: 'Bo Falk' }),
      }),
    ];
  });
  const now = house.clock.now();
  await house.db
    .insertInto('team')
    .values({ id: 'team_shop', name: 'Shop', created_at: now, updated_at: now })
    .execute();
  await house.service('svc_checkout', 'Checkout', { owner_team_id: 'team_shop' });
  await house.service('svc_search', 'Search');
});
after(() => house.close());
beforeEach(async () => {
  house.as(ANA);
  house.clock.set(Temporal.Instant.from(START));
  for (const table of ['change', 'change_sent', 'change_feed', 'service_without_kind'] as const)
    await sql`delete from ${sql.table(table)}`.execute(house.db);
});

const deployment = (more: Partial<IncomingChange> = {}): IncomingChange => ({
  integrationId: 'int_1',
  serviceId: 'svc_checkout',
  externalId: 'run-7',
  kind: 'deploy',
  summary: 'checkout 4.12.0',
  source: 'ci',
  happenedAt: Temporal.Instant.from('2026-11-25T01:50:00Z'),
  links: [],
  details: {},
  ...more,
});
const at = (text: string) => Temporal.Instant.from(text);
const keptOne = async (change: IncomingChange) => {
  const [kept] = await ledger.keep([change]);
  assert.ok(kept?.id, kept?.refusal?.message ?? '');
  return kept.id;
};
const rows = () => house.db.selectFrom('change').selectAll().orderBy('happened_at').execute();

test('sent again with another time it is the same change, moved to the week where it belongs now', async () => {
  const first = await keptOne(deployment());
  const second = await keptOne(deployment({ happenedAt: at('2026-10-30T12:00:00Z') }));
  assert.equal(second, first);
  const third = await transaction(house.db, (tx) =>
    ledger.record(tx, [deployment({ happenedAt: at('2026-11-20T12:00:00Z'), environment: 'production' })]),
  );
  assert.deepEqual(third, [first]);
  const kept = await rows();
  assert.equal(kept.length, 1);
  assert.equal(kept[0]?.happened_at.toString(), '2026-11-20T12:00:00Z');
  assert.equal(kept[0]?.environment, 'production');
  assert.equal(kept[0]?.version, 3);
});

test('the same id from another source or another integration is another change', async () => {
  const ids = [
    await keptOne(deployment()),
    await keptOne(deployment({ source: 'argo' })),
    await keptOne(deployment({ integrationId: 'int_2' })),
    await keptOne(deployment({ integrationId: undefined })),
  ];
  assert.equal(new Set(ids).size, 4);
});

test('changes that arrive together are told their own ids, also when one of them came twice or before', async () => {
  const before = await keptOne(deployment({ externalId: 'known' }));
  const list = ['a', 'known', 'a', undefined, 'b'].map((externalId, index) =>
    deployment({ externalId, summary: `change ${index}` }),
  );
  const ids = (await ledger.keep(list)).map((kept) => kept.id ?? '');
  assert.equal(ids[0], ids[2]);
  assert.equal(ids[1], before);
  assert.equal(new Set(ids).size, 4);
  const found = await findChanges(house.db, ids);
  assert.deepEqual(
    new Set(found.map((each) => each.summary)),
    new Set(['change 2', 'change 1', 'change 3', 'change 4']),
  );
});

test('of two messages the later by the clock of the sender counts, whichever arrives first', async () => {
  const done = deployment({ state: 'done', saidAt: at('2026-11-25T01:58:00Z'), summary: 'deployed' });
  const started = deployment({
    state: 'started',
    saidAt: at('2026-11-25T01:50:00Z'),
    summary: 'deploying',
    versionBefore: '4.11.3',
  });
  await keptOne(done);
  await keptOne(started);
  const [kept] = await rows();
  assert.deepEqual([kept?.state, kept?.summary, kept?.version_before], ['done', 'deployed', '4.11.3']);
});

test('what happened three weeks ago is placed three weeks ago', async () => {
  await keptOne(deployment({ externalId: 'old', happenedAt: at('2026-11-03T08:00:00Z') }));
  await keptOne(deployment());
  const { rows: places } = await sql<{ place: string }>`
    select tableoid::regclass::text as place from change order by happened_at`.execute(house.db);
  assert.deepEqual(
    places.map(({ place }) => place),
    ['change_20261102', 'change_20261123'],
  );
});

test('a clock that runs hours ahead is held against ours, and the difference is said', async () => {
  const { status, body } = await house.call('POST', '/changes', {
    summary: 'checkout 4.12.0',
    happenedAt: '2026-11-25T07:30:00Z',
    ramp: [{ at: '2026-11-25T07:30:00Z', percent: 10 }],
  });
  assert.equal(status, 201);
  assert.equal(body.happenedAt, START);
  assert.equal(body.liveAt, START);
  assert.equal(body.claimedAt, '2026-11-25T07:30:00Z');
  assert.match(body.note, /clock of the sender says 2026-11-25T07:30:00Z/);
  const seconds = await house.call('POST', '/changes', { summary: 'x', happenedAt: '2026-11-25T02:00:20Z' });
  assert.deepEqual([seconds.body.happenedAt, seconds.body.claimedAt], [START, null]);
});

test('what is older than changes are kept is refused with what to do, and the others of its batch are stored', async () => {
  const old = deployment({ externalId: 'old', happenedAt: at('2026-08-01T00:00:00Z') });
  const [stored, refused] = await ledger.keep([deployment(), old]);
  assert.ok(stored?.id);
  assert.match(refused?.refusal?.message ?? '', /changes are kept for 90 days; it was not stored/);
  assert.match(refused?.refusal?.mend ?? '', /changes_kept in the policy/);
  const answer = await house.call('POST', '/changes', { summary: 'x', happenedAt: '2025-11-25T00:00:00Z' });
  assert.equal(answer.status, 400);
  assert.match(answer.text, /kept for 90 days/);
  await assert.rejects(
    transaction(house.db, (tx) => ledger.record(tx, [old])),
    /kept for 90 days/,
  );
});

test('maintenance may be planned for later, until when, and not for the next decade', async () => {
  const planned = await house.call('POST', '/changes', {
    summary: 'Replace the core switch',
    state: 'planned',
    kind: 'infra',
    service: 'checkout',
    happenedAt: '2026-11-29T01:00:00Z',
    endsAt: '2026-11-29T03:00:00Z',
  });
  assert.equal(planned.status, 201, planned.text);
  assert.deepEqual(
    [planned.body.happenedAt, planned.body.endsAt, planned.body.claimedAt],
    ['2026-11-29T01:00:00Z', '2026-11-29T03:00:00Z', null],
  );
  const later = { summary: 'x', state: 'planned', happenedAt: '2036-11-29T01:00:00Z' };
  assert.equal((await house.call('POST', '/changes', later)).status, 400);
  const backwards = { ...later, happenedAt: '2026-11-29T01:00:00Z', endsAt: '2026-11-29T00:00:00Z' };
  assert.match((await house.call('POST', '/changes', backwards)).text, /ends before it begins/);
});

test('weeks that are too old are dropped with their keys, and weeks to come are made ahead', async () => {
  const [retention] = ledger.due;
  await keptOne(deployment({ happenedAt: at('2026-08-28T12:00:00Z') }));
  await retention?.run(house.clock.now());
  assert.equal((await rows()).length, 1, 'it is within ninety days');
  house.clock.advance({ hours: 24 * 14 });
  assert.equal(await retention?.run(house.clock.now()), 2);
  assert.equal((await rows()).length, 0);
  assert.equal((await house.db.selectFrom('change_sent').selectAll().execute()).length, 0);
  const { rows: weeks } = await sql<{ name: string }>`
    select inhrelid::regclass::text as name from pg_inherits where inhparent = 'change'::regclass order by 1`.execute(
    house.db,
  );
  assert.equal(weeks.at(-1)?.name, 'change_20261221');
});

test('changes of many senders share a commit, and one that the database cannot keep spoils none of the others', async () => {
  const guilty = deployment({ externalId: 'guilty', size: 2 ** 40 });
  const list = Array.from({ length: 30 }, (_, index) => deployment({ externalId: `run-${index}` }));
  const answers = await Promise.all([...list.map((each) => ledger.keep([each])), ledger.keep([guilty])]);
  assert.match(answers.at(-1)?.[0]?.refusal?.message ?? '', /cannot keep this change/);
  assert.equal((await rows()).length, 30);
});

test('the ledger is filtered by kind, environment and source', async () => {
  await ledger.keep([
    deployment({ externalId: 'a', summary: 'a', environment: 'production' }),
    deployment({
      externalId: 'b',
      summary: 'b',
      environment: 'staging',
      integrationId: undefined,
      source: 'argo',
    }),
    deployment({ externalId: 'c', summary: 'c', kind: 'flag', serviceId: 'svc_search' }),
  ]);
  const asked = async (query: string): Promise<string[]> =>
    (await house.call('GET', `/changes?${query}`)).body.items.map((each: Json) => each.summary).sort();
  assert.deepEqual(await asked('environment=Production'), ['a']);
  assert.deepEqual(await asked('source=argo'), ['b']);
  assert.deepEqual(await asked('source=int_1'), ['a', 'c']);
  assert.deepEqual(await asked('kind=flag'), ['c']);
  assert.equal((await house.call('GET', '/changes?kind=magic')).status, 400);
});

test('a change names the team to ask and who is on call for it, and never ranks by its author', async () => {
  const id = await keptOne(deployment({ details: { author: 'Ana' } }));
  const { body } = await house.call('GET', `/changes/${id}`);
  assert.deepEqual(body.team, { id: 'team_shop', name: 'Shop' });
  assert.deepEqual(body.ask.called, { id: 'per_bo', name: 'Bo Falk' });
  assert.equal(body.ask.note, 'Shop owns Checkout; Bo Falk is on call for it now.');
  assert.equal((await house.call('GET', '/changes/chg_none')).status, 404);
});

test('incidents lie over the lanes, and a restricted one only for those who may see it', async () => {
  const declare = (title: string, more: object = {}) =>
    house.incidents.declare(
      { title, noticed: { by: 'person' }, serviceIds: ['svc_checkout'], ...more },
      { actor: { kind: 'person', name: 'Ana Lima', personId: 'per_ana' }, source: 'app' },
    );
  await declare('Payments fail');
  await declare('Somebody read the vault', { restricted: true, viewers: ['per_ana'] });
  await keptOne(deployment());
  const window = 'from=2026-11-24T02:00:00Z&to=2026-11-25T03:00:00Z';
  const titles = async () =>
    (await house.call('GET', `/change-lanes?${window}`)).body.incidents
      .map((each: Json) => each.title)
      .sort();
  assert.deepEqual(await titles(), ['Payments fail', 'Somebody read the vault']);
  house.as({ ...BO, role: 'administrator' });
  assert.deepEqual(await titles(), ['Payments fail']);
  const { body } = await house.call('GET', `/change-lanes?${window}&service=checkout`);
  assert.deepEqual(
    body.items.map((each: Json) => each.summary),
    ['checkout 4.12.0'],
  );
  assert.deepEqual(body.sources, [{ value: 'int_1', name: 'ci' }]);
  assert.equal(body.kept, 90);
  const long = 'from=2026-01-24T02:00:00Z&to=2026-11-25T03:00:00Z';
  assert.equal((await house.call('GET', `/change-lanes?${long}`)).status, 400);
});

test('coverage says of each kind whether its absence means anything', async () => {
  await keptOne(deployment());
  const url = '/services/svc_checkout/change-coverage';
  const states = (body: Json) => Object.fromEntries(body.kinds.map((each: Json) => [each.kind, each.state]));
  const first = (await house.call('GET', url)).body;
  assert.deepEqual([states(first).deploy, states(first).flag], ['connected', 'not_connected']);
  assert.equal(first.lastHeardAt, START);
  assert.equal((await house.call('PUT', `${url}/flag/absence`)).status, 403, 'administrators say so');
  house.as({ ...ANA, role: 'administrator' });
  const said = (await house.call('PUT', `${url}/flag/absence`)).body;
  assert.equal(states(said).flag, 'absent');
  assert.match(said.kinds.find((each: Json) => each.kind === 'flag').note, /Ana Lima said/);
  assert.equal(states((await house.call('DELETE', `${url}/flag/absence`)).body).flag, 'not_connected');
  house.clock.advance({ hours: 24 * 31 });
  assert.equal(states((await house.call('GET', url)).body).deploy, 'silent');
  const all = (await house.call('GET', '/change-coverage?limit=1')).body;
  assert.deepEqual([all.items.length, all.items[0].name], [1, 'Checkout']);
  const rest = (await house.call('GET', `/change-coverage?limit=1&cursor=${all.next}`)).body;
  assert.deepEqual([rest.items[0].name, rest.next], ['Search', null]);
  assert.equal((await house.call('GET', '/services/svc_none/change-coverage')).status, 404);
});

test('planned work and what people type in are no feeds', async () => {
  await keptOne(deployment({ state: 'planned', happenedAt: at('2026-11-26T00:00:00Z') }));
  await keptOne(deployment({ integrationId: undefined, source: 'by hand' }));
  const { body } = await house.call('GET', '/services/svc_checkout/change-coverage');
  assert.ok(body.kinds.every((each: Json) => each.state === 'not_connected'));
});
