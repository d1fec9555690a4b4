/** The first message: whoever owes it is called when it is late, then the lead, then the next level. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';

let house: Harness;
before(async () => {
  house = await openHarness();
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
});
after(() => house.close());

test('a P1 without a first message is marked late at ten minutes and climbs its ladder until somebody keeps it', async () => {
  const incident = await house.ask('POST', '/incidents', { title: 'Card payments fail', serviceIds: ['svc_checkout'] });
  await house.ask('POST', `/incidents/${incident.id}/confirmation`, { evidence: 'three failed test payments' });
  await house.pass({ minutes: 20 });
  const { items } = await house.ask('GET', `/incidents/${incident.id}/timeline`);
  const steps = items
    .filter((line: { data: { promise?: string } }) => line.data.promise === 'first_message')
    .map((line: { kind: string; happenedAt: string; data: { who?: string } }) => `${line.happenedAt.slice(14, 16)} ${line.kind} ${line.data.who ?? ''}`.trim());
  assert.deepEqual(steps, ['07 reminded owner', '10 promise_missed', '10 escalated owner', '13 escalated lead', '16 escalated next_level']);
});
