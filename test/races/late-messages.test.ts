/** The machine's word in two processes on one PostgreSQL, and through a process that dies: each message goes out once. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sweep } from '#src/sweep.ts';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { createTestDatabase, type TestDatabase } from '../test-database.ts';

let shared: TestDatabase;
let one: Harness;
let other: Harness;
let id: string;

before(async () => {
  shared = await createTestDatabase();
  one = await openHarness({ databaseUrl: shared.url });
  await seedAgency(one);
  other = await openHarness({ databaseUrl: shared.url });
  one.as({ personId: 'ana', name: 'Ana Lima' });
  ({ id } = await one.ask('POST', '/incidents', { title: 'cards', serviceIds: ['svc_checkout'] }));
  await one.ask('POST', `/incidents/${id}/updates`, {
    kind: 'first',
    status: 'looking',
    impact: 'Nobody can pay by card.',
    action: 'We are looking.',
  });
  await one.until('2026-11-23T02:44:59Z');
});
after(async () => {
  await one?.close();
  await other?.close();
  await shared?.remove();
});

const said = async () => {
  const rows = await one.db
    .selectFrom('incident_update')
    .select(['id', 'created_at', 'next_at'])
    .where('incident_id', '=', id)
    .where('kind', '=', 'late')
    .orderBy('created_at')
    .execute();
  return rows.map((row) => `${time(row.created_at)} names ${row.next_at ? time(row.next_at) : ''}`);
};
const time = (at: Temporal.Instant) => at.toString().slice(11, 16);

/** Both look at the same instant, each several times. */
async function bothLook(at: string): Promise<void> {
  for (const house of [one, other]) house.clock.set(Temporal.Instant.from(at));
  await Promise.all([one, other, one, other].map(({ humdrum }) => sweep(humdrum.dues, humdrum.platform)));
  await one.settle();
  await other.settle();
}

test('two processes that find it due at the same moment send each automatic message once', async () => {
  await bothLook('2026-11-23T02:45:00Z');
  assert.deepEqual(await said(), ['02:45 names 03:00']);
  await bothLook('2026-11-23T03:00:00Z');
  assert.deepEqual(await said(), ['02:45 names 03:00', '03:00 names 04:00']);
});

test('a process that was away over the named time speaks when it is back, and names a time that is still to come', async () => {
  await one.restart();
  await bothLook('2026-11-23T05:10:30Z');
  assert.deepEqual((await said()).slice(2), ['05:10 names 06:00']);
});

test('a message that was committed by a process that died then is not sent by the next one', async () => {
  const rows = await one.db
    .selectFrom('late_message')
    .select(['said', 'send_at', 'state'])
    .where('incident_id', '=', id)
    .where('said', '>', 0)
    .execute();
  assert.deepEqual(
    rows.map((row) => [row.said, time(row.send_at), row.state]),
    [[3, '06:00', 'waiting']],
    'the timer moved in the transaction of the message',
  );
  await other.restart();
  await bothLook('2026-11-23T05:11:00Z');
  assert.equal((await said()).length, 3);
});
