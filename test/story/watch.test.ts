/** "Watch for me": people sleep, the incident resolves at its time, unless an alert returns. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';

let house: Harness;
let key: string;
before(async () => {
  house = await openHarness();
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  key = (await house.ask('POST', '/integrations', { name: 'Monitoring', kind: 'pagerduty' })).key;
});
after(() => house.close());

async function alert(action: 'trigger' | 'resolve', dedupKey: string, service: string): Promise<void> {
  const payload = {
    summary: `${service} errors`,
    source: 'prometheus',
    component: service,
    severity: 'critical',
  };
  const answer = await house.call('POST', '/v2/enqueue', {
    routing_key: key,
    event_action: action,
    dedup_key: dedupKey,
    payload,
  });
  assert.equal(answer.status, 202, answer.text);
  await house.settle();
}

async function restoredByNight(dedupKey: string, service: string) {
  await alert('trigger', dedupKey, service);
  const { items } = await house.ask('GET', '/incidents?state=open');
  const { id } = items[0];
  await house.ask('POST', `/incidents/${id}/acknowledgement`, {});
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'three failed test payments' });
  const answers = {
    dataAtRisk: 'no',
    mainTaskImpossible: 'yes',
    mainTaskMuchWorse: 'yes',
    redundancyGone: 'no',
  };
  await house.ask('POST', `/incidents/${id}/classification`, { answers });
  const audience = { clientIds: 'affected', internal: true, publicPage: true };
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'first',
    status: 'looking',
    impact: 'Nobody can pay by card.',
    action: 'We are looking.',
    audience,
  });
  await house.pass({ minutes: 12 });
  await alert('resolve', dedupKey, service);
  const since = house.clock.now().toString();
  await house.ask('POST', `/incidents/${id}/restoration`, {
    proof: { check: 'test payment', shows: 'three of three succeed', since },
    watch: { finalImpact: 'All payments work.', finalAction: 'We undid a change.' },
  });
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'works_again',
    status: 'works_again',
    impact: 'Payments work again.',
    action: 'We keep watching.',
    audience,
  });
  return id as string;
}

test('a watched incident resolves after its hour and sends the final message that was approved, also after a restart', async () => {
  const id = await restoredByNight('one', 'checkout');
  await house.pass({ minutes: 30 });
  await house.restart();
  await house.pass({ minutes: 29 });
  assert.equal((await house.ask('GET', `/incidents/${id}`)).state, 'restored');
  await house.pass({ minutes: 2 });
  assert.equal((await house.ask('GET', `/incidents/${id}`)).state, 'resolved');
  const final = house.smtp.mails.filter((mail) => mail.text?.includes('All payments work.'));
  assert.deepEqual(
    final
      .flatMap((mail) => mail.envelope.to)
      .filter((to) => to.endsWith('northwind.example'))
      .toSorted(),
    ['nils@northwind.example', 'nora@northwind.example'],
  );
});

test('when the alert returns within the watch nothing resolves: it reopens by itself, says so, and calls the lead back', async () => {
  const id = await restoredByNight('two', 'orders');
  await house.pass({ minutes: 10 });
  await house.restart();
  await house.pass({ minutes: 10 });
  const calledBefore = house.smtp.mails.length;
  await alert('trigger', 'two-again', 'orders');
  const view = await house.ask('GET', `/incidents/${id}`);
  assert.equal(view.state, 'confirmed');
  assert.equal(view.nextStep.kind, 'tell_is_back');
  const { items } = await house.ask('GET', `/incidents/${id}/timeline`);
  assert.ok(
    items.some((line: { text: string }) => line.text === 'Reopened: an alert fired within the watch period'),
  );
  await house.pass({ minutes: 45 });
  assert.equal((await house.ask('GET', `/incidents/${id}`)).state, 'confirmed');
  assert.ok(
    house.smtp.mails.slice(calledBefore).some((mail) => mail.envelope.to.includes('ana@example.com')),
  );
});
