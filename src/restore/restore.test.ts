import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { createOutbound } from '#platform/http/outbound.ts';
import { ANA, BO, type Json, openSmallHouse } from '../../test/small-house.ts';
import { CATEGORIES, cardOf, riskiest } from './cards.ts';
import { type KnownChange, restoreRoom } from './room.ts';

const START = '2026-11-25T02:00:00Z';
const UNTOLD = {
  rollbackHow: null,
  serviceId: null,
  environment: null,
  versionBefore: null,
  versionAfter: null,
};
const CHANGES: KnownChange[] = [
  { id: 'chg_safe', summary: 'checkout 4.12.0', rollback: 'safe', links: [], ...UNTOLD },
  { id: 'chg_unsafe', summary: 'orders migration', rollback: 'unsafe', links: [], ...UNTOLD },
];
const outbound = createOutbound({ allowPrivate: [] });
const versionsOf = async () => [];
const findChanges = async (ids: string[]) => CHANGES.filter((change) => ids.includes(change.id));
let house: Awaited<ReturnType<typeof openSmallHouse>>;
let id: string;

before(async () => {
  house = await openSmallHouse(START, (parts) => [restoreRoom(parts, { findChanges, versionsOf, outbound })]);
  await house.person('per_ana', 'Ana Lima');
  await house.person('per_bo', 'Bo Falk', { zone: 'Pacific/Auckland' });
});
after(() => house.close());
beforeEach(async () => {
  house.as(ANA);
  const doing = { actor: { kind: 'person', name: 'Ana Lima', personId: 'per_ana' }, source: 'app' } as const;
  id = (
    await house.incidents.declare(
      { title: 'Payments fail', noticed: { by: 'person' }, serviceIds: [] },
      doing,
    )
  ).id;
});

const suspect = (changeId: string) =>
  house.incidents.execute(
    id,
    { type: 'suspect_change', changeId, summary: changeId },
    { actor: { kind: 'system', name: 'test' }, source: 'test' },
  );
const post = (path: string, body: object): Promise<Json> =>
  house.call('POST', `/incidents/${id}${path}`, body);

test('rolling back is the first lever only where the change says that it is safe', () => {
  assert.match(cardOf('deployment_regression', 'safe').firstLever, /roll back\.$/);
  assert.match(cardOf('deployment_regression', 'unsafe').firstLever, /Do not roll back/);
  assert.match(cardOf('deployment_regression', 'unknown').firstLever, /ask the owner/);
  assert.doesNotMatch(cardOf('deployment_regression', 'none').firstLever, /roll back/);
  // It stands above the levers, and a rollback among them can be pulled.
  assert.match(cardOf('deployment_regression', 'none').because, /can be pulled all the same/);
});

test('of several suspects the riskiest counts', () => {
  assert.equal(riskiest(['safe', 'unknown', 'unsafe']), 'unsafe');
  assert.equal(riskiest(['safe', 'unknown']), 'unknown');
  assert.equal(riskiest(['safe']), 'safe');
  assert.equal(riskiest([]), 'none');
});

test('a data issue begins by stopping the writer, never by going back', () => {
  const card = cardOf('data', 'safe');
  assert.match(card.firstLever, /^Stop the writer/);
  assert.ok(card.doNot.some((each) => /Roll back code/.test(each)));
});

test('every kind of failure has a card that says what not to do and what to collect', () => {
  for (const category of CATEGORIES) {
    const card = cardOf(category, 'unknown');
    assert.ok(card.doNot.length > 0 && card.evidence.length > 0, category);
  }
});

test('choosing the kind of failure answers with its card, worded for the suspect', async () => {
  await suspect('chg_safe');
  const chosen = await post('/category', { category: 'deployment_regression' });
  assert.equal(chosen.status, 201);
  assert.equal(chosen.body.card.firstLever, 'Stop the rollout and roll back.');
  await suspect('chg_unsafe');
  const { body } = await house.call('GET', `/incidents/${id}/restoration-card`);
  assert.equal(body.rollback, 'unsafe');
  assert.match(body.card.firstLever, /Do not roll back/);
  assert.equal(body.cards.length, 6);
});

test('an action has one owner, by default whoever starts it', async () => {
  const own = await post('/actions', { what: 'Roll back', timeBoxMinutes: 10 });
  assert.equal(own.body.ownerId, 'per_ana');
  assert.equal(own.body.timeBoxEndsAt, '2026-11-25T02:10:00Z');
  const other = await post('/actions', { what: 'Call them', ownerId: 'per_bo' });
  assert.equal(other.body.ownerName, 'Bo Falk');
  const outside = await post('/actions', { what: 'Swap the cable', ownerName: 'Night porter' });
  assert.deepEqual([outside.body.ownerId, outside.body.ownerName], [null, 'Night porter']);
  assert.equal((await post('/actions', { what: 'x', ownerId: 'per_none' })).status, 404);
  assert.equal((await post('/actions', { what: 'x', changeId: 'chg_none' })).status, 404);
  assert.equal((await post('/actions', { what: ' ' })).status, 400);
  house.as({ ...ANA, kind: 'token', personId: undefined });
  assert.equal((await post('/actions', { what: 'x' })).status, 400);
});

test('an action ends once, with its outcome on the timeline', async () => {
  const { body } = await post('/actions', { what: 'Roll back', changeId: 'chg_safe' });
  const ended = await post(`/actions/${body.id}/outcome`, {
    outcome: 'worked',
    note: 'Errors fell at 02:04.',
  });
  assert.deepEqual(
    [ended.status, ended.body.outcome, ended.body.outcomeNote],
    [201, 'worked', 'Errors fell at 02:04.'],
  );
  assert.equal((await post(`/actions/${body.id}/outcome`, { outcome: 'stopped' })).status, 409);
  const facts = await house.db
    .selectFrom('fact')
    .select('kind')
    .where('incident_id', '=', id)
    .orderBy('seq')
    .execute();
  assert.deepEqual(
    facts.slice(-2).map((fact) => fact.kind),
    ['action_started', 'action_ended'],
  );
});

test('a temporary fix is settled by an owner and a date where that owner lives, or by being gone', async () => {
  const { body } = await post('/actions', { what: 'Shift traffic', temporary: true });
  // In Auckland it is the afternoon of the 25th; the 24th is over there.
  assert.equal(
    (await post(`/actions/${body.id}/settlement`, { ownerId: 'per_bo', by: '2026-11-24' })).status,
    400,
  );
  assert.equal((await post(`/actions/${body.id}/settlement`, { ownerId: 'per_bo', by: 'soon' })).status, 400);
  const settled = await post(`/actions/${body.id}/settlement`, { ownerId: 'per_bo', by: '2026-11-25' });
  assert.deepEqual(settled.body.settled, { ownerId: 'per_bo', ownerName: 'Bo Falk', by: '2026-11-25' });
  const gone = await post(`/actions/${body.id}/settlement`, { gone: true });
  assert.deepEqual(gone.body.settled, { gone: true });
  const lasting = await post('/actions', { what: 'Repair it' });
  assert.equal((await post(`/actions/${lasting.body.id}/settlement`, { gone: true })).status, 409);
});

test('the repair of a restricted incident is seen by its viewers alone', async () => {
  await house.incidents.execute(
    id,
    { type: 'restrict', viewers: ['per_ana'] },
    { actor: { kind: 'person', name: 'Ana Lima', personId: 'per_ana' }, source: 'app' },
  );
  house.as(BO);
  assert.equal((await house.call('GET', `/incidents/${id}/restoration-card`)).status, 404);
  assert.equal((await post('/actions', { what: 'x' })).status, 404);
  assert.equal((await post('/category', { category: 'data' })).status, 404);
});
