/** A playbook by night: the one who started it hands over, the next person goes on where it stands, and a time box only reminds. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';

let house: Harness;
before(async () => {
  house = await openHarness({});
  await seedAgency(house);
});
after(() => house.close());

const ANA = { personId: 'ana', name: 'Ana Lima', role: 'administrator' as const };
const BO = { personId: 'bo', name: 'Bo Falk', role: 'responder' as const };
const BODY = `- [ ] Pause the rollout @lead (5 min)
- [ ] Roll {{service.name}} back to {{version: text}} @lead (10 min)
- [ ] Look at the errors @hands (5 min)
`;

test('the next person goes on with the step that is open, and the time box that is over pages nobody', async () => {
  house.as(ANA);
  const playbook = await house.ask('POST', '/playbooks', {
    title: 'Roll back',
    category: 'deployment_regression',
    serviceIds: ['svc_checkout'],
    body: BODY,
  });
  const { id } = await house.ask('POST', '/incidents', {
    title: 'Checkout fails',
    serviceIds: ['svc_checkout'],
  });
  await house.ask('POST', `/incidents/${id}/acknowledgement`, {});
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'seen' });
  await house.ask('POST', `/incidents/${id}/category`, { category: 'deployment_regression' });
  const [best] = (await house.ask('GET', `/incidents/${id}/playbooks`)).items;
  assert.deepEqual([best.id, best.why], [playbook.id, 'service_and_category']);
  const run = await house.ask('POST', `/incidents/${id}/playbook-runs`, {
    playbookId: best.id,
    values: { version: '4.11.2' },
  });
  const [one, two] = run.parts.map((part: { step: { id: string } }) => part.step);
  await house.ask('POST', `/incidents/${id}/playbook-runs/${run.id}/steps/${one.id}/tick`, {
    result: 'paused',
  });
  const open = async () => (await house.ask('GET', `/incidents/${id}`)).playbooks[0].open;
  assert.deepEqual(
    [(await open()).number, (await open()).ownerName, (await open()).over],
    [2, 'Ana Lima', false],
  );

  await house.ask('POST', `/incidents/${id}/roles/offers`, { role: 'lead', personId: 'bo' });
  house.as(BO);
  await house.ask('POST', `/incidents/${id}/roles`, { role: 'lead', how: 'taken' });
  assert.equal((await open()).ownerName, 'Bo Falk', 'whoever has the role now');
  await house.ask('POST', `/incidents/${id}/first-message-waiver`, { reason: 'only the test reads it' });
  await house.pass({ minutes: 10 });
  assert.equal((await open()).over, true);
  const { items } = await house.ask('GET', `/incidents/${id}/timeline?limit=200`);
  const reminded = items.filter((line: { kind: string }) => line.kind === 'step_overran');
  assert.deepEqual(
    reminded.map((line: { text: string }) => line.text),
    ['Time box over: step 2 has had its 10 minutes: Roll checkout-api back to 4.11.2'],
  );
  const overAt = reminded[0].happenedAt;
  const called = await house.db
    .selectFrom('page_reason')
    .select('key')
    .where('incident_id', '=', id)
    .where('added_at', '=', Temporal.Instant.from(overAt))
    .execute();
  assert.deepEqual(called, [], 'nobody is called at that moment');
  const after = await house.ask('POST', `/incidents/${id}/playbook-runs/${run.id}/steps/${two.id}/tick`, {});
  const state = after.parts.map((part: { step: { state: string; endedBy: string } }) => [
    part.step.state,
    part.step.endedBy,
  ]);
  assert.deepEqual(state, [
    ['done', 'Ana Lima'],
    ['done', 'Bo Falk'],
    ['open', null],
  ]);
});

test('once users can work again no time box reminds any more', async () => {
  house.as(ANA);
  const { id } = await house.ask('POST', '/incidents', {
    title: 'Orders fail',
    serviceIds: ['svc_checkout'],
  });
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'seen' });
  const [playbook] = (await house.ask('GET', `/incidents/${id}/playbooks`)).items;
  await house.ask('POST', `/incidents/${id}/playbook-runs`, {
    playbookId: playbook.id,
    values: { version: '4.11.2' },
  });
  const since = house.clock.now().toString();
  await house.ask('POST', `/incidents/${id}/restoration`, {
    proof: { check: 'test order', shows: 'works', since },
  });
  await house.pass({ minutes: 20 });
  const { items } = await house.ask('GET', `/incidents/${id}/timeline?limit=200`);
  assert.ok(!items.some((line: { kind: string }) => line.kind === 'step_overran'));
});
