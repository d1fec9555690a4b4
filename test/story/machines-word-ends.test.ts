/** What ends the machine's word: a person who speaks to those who wait, or whatever makes another message owed than the one that is late. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { over, say, told } from '../telling.ts';

let house: Harness;
before(async () => {
  house = await openHarness({ start: '2026-11-23T02:00:00Z' });
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
});
after(() => house.close());

/** @returns whom each automatic message of an incident went to, the oldest first */
async function automatic(id: string): Promise<{ clients: string[]; internal: boolean; page: boolean }[]> {
  const rows = await house.db
    .selectFrom('incident_update')
    .select(['client_ids', 'internal', 'public_page'])
    .where('incident_id', '=', id)
    .where('kind', '=', 'late')
    .orderBy('created_at')
    .execute();
  return rows.map((row) => ({
    clients: row.client_ids.toSorted(),
    internal: row.internal,
    page: row.public_page,
  }));
}

test('whoever a person left out goes on hearing from the machine; whoever a person wrote to does not', async () => {
  const id = await told(house, 'some');
  await house.pass({ minutes: 46 });
  await say(house, id, {
    audience: { clientIds: ['cli_contoso'], internal: true, publicPage: false },
    nextAt: house.clock.now().add({ minutes: 30 }).toString(),
  });
  await house.pass({ minutes: 15 });
  const [, again, ...more] = await automatic(id);
  assert.deepEqual(again, { clients: ['cli_northwind'], internal: false, page: false });
  assert.equal(more.length, 0);
  // The newer promise is missed too: from then on the machine speaks of that one, to all.
  await house.pass({ minutes: 46 });
  const { items } = await house.ask('GET', `/incidents/${id}/updates`);
  assert.deepEqual(items[0].audience.clients.map((each: { id: string }) => each.id).toSorted(), [
    'cli_contoso',
    'cli_northwind',
  ]);
  assert.match(items[0].text, /Our update for 03:16 UTC is still late\./);
  await over(house, id);
});

test('a lower severity ends nothing: the time was named to clients', async () => {
  const id = await told(house, 'lower');
  await house.pass({ minutes: 46 });
  await house.ask('POST', `/incidents/${id}/severity`, { to: 'P2', reason: 'there is a workaround' });
  await house.pass({ minutes: 20 });
  assert.equal((await automatic(id)).length, 2);
  await over(house, id);
});

test('where nobody outside reads it, the machine has given its word to nobody', async () => {
  const { id } = await house.ask('POST', '/incidents', { title: 'inside', serviceIds: [] });
  await house.pass({ minutes: 46 });
  assert.deepEqual(await automatic(id), [{ clients: [], internal: true, page: false }]);
  await over(house, id);
});

const ENDINGS: [string, (id: string) => Promise<unknown>][] = [
  ['dismissing it', (each) => over(house, each)],
  ['restricting it', (each) => house.ask('POST', `/incidents/${each}/restriction`, { viewers: ['ana'] })],
  [
    'merging it',
    async (each) => {
      const { id: into } = await house.ask('POST', '/incidents', {
        title: 'other',
        serviceIds: ['svc_blog'],
      });
      await house.ask('POST', `/incidents/${each}/merge`, { into });
    },
  ],
  [
    'restoring it',
    (each) =>
      house.ask('POST', `/incidents/${each}/restoration`, {
        proof: { check: 'five test mails', shows: 'they arrive', since: house.clock.now().toString() },
      }),
  ],
];
test('dismissing, restricting, merging and restoring each end it', async () => {
  const incidents: { what: string; id: string; end: (id: string) => Promise<unknown> }[] = [];
  for (const [what, end] of ENDINGS) incidents.push({ what, end, id: await told(house, `ended by ${what}`) });
  await house.pass({ minutes: 46 });
  for (const { what, id, end } of incidents) {
    assert.equal((await automatic(id)).length, 1, what);
    await end(id);
  }
  await house.pass({ minutes: 20 });
  for (const { what, id } of incidents) assert.equal((await automatic(id)).length, 1, what);
});
