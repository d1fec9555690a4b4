/** The next update: whoever owes it is reminded, called when it is late, and so on; a restart in the middle loses nothing. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';

let house: Harness;
before(async () => {
  house = await openHarness();
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
});
after(() => house?.close());

const audience = { clientIds: 'affected', internal: true, publicPage: true };
const P2 = {
  dataAtRisk: 'no',
  mainTaskImpossible: 'no',
  mainTaskMuchWorse: 'yes',
  workaround: 'yes',
  redundancyGone: 'no',
};

async function told(title: string, answers: object): Promise<string> {
  const { id } = await house.ask('POST', '/incidents', { title, serviceIds: ['svc_checkout'], answers });
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'seen' });
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'first',
    status: 'looking',
    impact: 'Paying is slow.',
    action: 'We are looking.',
    audience,
  });
  await house.ask('POST', `/incidents/${id}/stay-alone`, { reason: 'one command fixes it' });
  return id;
}

/** What the ladder of the next update did, minutes after the promised time. */
async function ladder(id: string): Promise<string[]> {
  const { items } = await house.ask('GET', `/incidents/${id}/timeline`);
  return items
    .filter((line: { data: { promise?: string } }) => line.data.promise === 'next_update')
    .map((line: { kind: string; happenedAt: string; data: { dueAt: string; who?: string } }) => {
      const minutes = Math.round((Date.parse(line.happenedAt) - Date.parse(line.data.dueAt)) / 60_000);
      return `${minutes > 0 ? '+' : ''}${minutes} ${line.kind}${line.data.who ? ` ${line.data.who}` : ''}`;
    });
}

test('a missed update climbs its ladder, and a restart in the middle of it loses no step and repeats none', async () => {
  const id = await told('Paying is slow', P2);
  const { nextUpdateDueAt } = await house.ask('GET', `/incidents/${id}`);
  await house.until(Temporal.Instant.from(nextUpdateDueAt).add({ minutes: 1 }));
  await house.restart();
  await house.until(Temporal.Instant.from(nextUpdateDueAt).add({ minutes: 7 }));
  assert.deepEqual(await ladder(id), [
    '-10 reminded owner',
    '-2 reminded owner',
    '0 promise_missed',
    '0 escalated comms',
    '+3 escalated lead',
    '+6 escalated next_level',
  ]);
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'next',
    status: 'looking',
    impact: 'Paying is slow.',
    action: 'We are looking.',
    nothingNew: true,
    audience,
  });
  const promises = (await house.ask('GET', `/incidents/${id}/promises`)).items.filter(
    (each: { kind: string }) => each.kind === 'next_update',
  );
  assert.deepEqual(
    promises.map((each: { state: string; missedAt: string | null }) => [each.state, each.missedAt !== null]),
    [
      ['kept', true],
      ['open', false],
    ],
  );
});

test('raising P2 to P1 moves the promised update forward and its ladder with it, and a restart keeps that', async () => {
  const id = await told('Paying fails for some', P2);
  await house.pass({ minutes: 5 });
  await house.ask('POST', `/incidents/${id}/severity`, { to: 'P1', reason: 'nobody can pay any more' });
  const raisedAt = house.clock.now();
  const { nextUpdateDueAt } = await house.ask('GET', `/incidents/${id}`);
  assert.equal(nextUpdateDueAt, raisedAt.add({ minutes: 30 }).toString());
  await house.until(raisedAt.add({ minutes: 15 }));
  await house.restart();
  await house.until(raisedAt.add({ minutes: 31 }));
  assert.ok((await ladder(id)).includes('0 promise_missed'));
});

test('an update that is late is marked on the public page', async () => {
  const page = await house.call('GET', '/status/');
  assert.match(page.text, /is late/);
});
