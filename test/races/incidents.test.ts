/** Two processes on one PostgreSQL at the same moment: the database decides, and the record stays one story. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sweep } from '#src/sweep.ts';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { createTestDatabase, type TestDatabase } from '../test-database.ts';

let shared: TestDatabase;
let one: Harness;
let other: Harness;

before(async () => {
  shared = await createTestDatabase();
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
});

const monitoring = { kind: 'system' as const, name: 'Monitoring' };
const ana = { actor: { kind: 'person' as const, personId: 'ana', name: 'Ana Lima' }, source: 'app' };
const bo = { actor: { kind: 'person' as const, personId: 'bo', name: 'Bo Falk' }, source: 'app' };

async function declared(title: string) {
  return one.incidents.declare({ title, serviceIds: ['svc_checkout'], noticed: { by: 'person' } }, ana);
}

test('two processes that declare for the same storm at once make one incident', async () => {
  const what = {
    title: 'errors',
    serviceIds: ['svc_orders'],
    noticed: { by: 'monitoring' as const },
    automatic: true,
    stormKey: 'service svc_orders',
  };
  const results = await Promise.allSettled(
    [one, other, one, other].map((house) =>
      house.incidents.declare(what, { actor: monitoring, source: 'test' }),
    ),
  );
  assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
  const rows = await one.db
    .selectFrom('incident')
    .select('id')
    .where('storm_key', '=', 'service svc_orders')
    .execute();
  assert.equal(rows.length, 1);
});

test('commands from two processes line up: no fact is lost, none stands twice', async () => {
  const incident = await declared('many hands');
  const notes = Array.from({ length: 40 }, (_, index) =>
    (index % 2 ? one : other).incidents.execute(
      incident.id,
      { type: 'add_note', text: `note ${index}` },
      index % 2 ? ana : bo,
    ),
  );
  await Promise.all(notes);
  const facts = await one.db
    .selectFrom('fact')
    .select(['seq', 'kind'])
    .where('incident_id', '=', incident.id)
    .orderBy('seq')
    .execute();
  assert.deepEqual(
    facts.map((fact) => fact.seq),
    facts.map((_, index) => index + 1),
  );
  assert.equal(facts.filter((fact) => fact.kind === 'note_added').length, 40);
});

test('of two who confirm at the same moment one is told that it has been done', async () => {
  const incident = await declared('is it real');
  const results = await Promise.allSettled([
    one.incidents.execute(incident.id, { type: 'confirm', evidence: 'seen' }, ana),
    other.incidents.execute(incident.id, { type: 'confirm', evidence: 'seen, too' }, bo),
  ]);
  assert.deepEqual(results.map((result) => result.status).toSorted(), ['fulfilled', 'rejected']);
});

test('a step of a ladder fires once although two processes sweep at the same moment', async () => {
  const incident = await declared('who wakes whom');
  await one.incidents.execute(incident.id, { type: 'confirm', evidence: 'seen' }, ana);
  const at = one.clock.now().add({ minutes: 10, seconds: 1 });
  one.clock.set(at);
  other.clock.set(at);
  await Promise.all(
    [one, other, one, other].map((house) => sweep(house.humdrum.dues, house.humdrum.platform)),
  );
  const facts = await one.db
    .selectFrom('fact')
    .select('kind')
    .where('incident_id', '=', incident.id)
    .where('kind', 'in', ['promise_missed', 'escalated'])
    .execute();
  const missed = facts.filter((fact) => fact.kind === 'promise_missed').length;
  const promises = await one.db
    .selectFrom('promise')
    .select('id')
    .where('subject_id', '=', incident.id)
    .where('missed_at', 'is not', null)
    .execute();
  assert.equal(missed, promises.length);
});

test('an answer and the next level at the same moment leave one leader', async () => {
  const incident = await declared('both answer');
  await Promise.all([
    one.incidents.execute(
      incident.id,
      { type: 'acknowledge', by: { personId: 'ana', name: 'Ana Lima' }, via: 'push' },
      ana,
    ),
    other.incidents.execute(
      incident.id,
      { type: 'acknowledge', by: { personId: 'bo', name: 'Bo Falk' }, via: 'push' },
      bo,
    ),
  ]);
  const now = await one.incidents.load(incident.id);
  assert.ok(now?.lead);
  assert.equal(now?.hands.length, 1);
  assert.notEqual(now?.hands[0]?.personId, now?.lead?.personId);
});

test('merging two incidents into each other at once does not lock up, and one of them stays', async () => {
  const [left, right] = [await declared('left'), await declared('right')];
  const merges = await Promise.all([
    one.call('POST', `/incidents/${left.id}/merge`, { into: right.id }),
    other.call('POST', `/incidents/${right.id}/merge`, { into: left.id }),
  ]);
  for (const { status } of merges) assert.ok(status === 200 || status === 409, String(status));
  const states = (await Promise.all([left.id, right.id].map((id) => one.incidents.load(id)))).map(
    (incident) => incident?.state,
  );
  assert.ok(
    states.some((state) => state !== 'merged'),
    `both are gone: ${states}`,
  );
});
