/** Readiness before anything breaks: what a service is missing besides people, from the rooms that know it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fixture } from '#src/intake/sources/fixture.ts';
import { type Harness, openHarness, seedAgency } from '../harness.ts';

let house: Harness;
before(async () => {
  house = await openHarness({ start: '2026-11-24T12:00:00Z' });
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima', role: 'administrator' });
});
after(() => house.close());

async function gaps(): Promise<string[]> {
  const { items } = await house.ask('GET', '/readiness');
  const checkout = items.find((each: { serviceId: string }) => each.serviceId === 'svc_checkout');
  return (checkout?.gaps ?? []).flatMap(({ code, serious }: { code: string; serious: boolean }) =>
    ['no_playbook', 'rollback_unknown', 'no_change_feed'].includes(code) && !serious ? [code] : [],
  );
}

test('playbook, way back and change feed are asked for, and each is gone once it is there', async () => {
  assert.deepEqual(await gaps(), ['no_playbook', 'rollback_unknown', 'no_change_feed']);
  await house.ask('POST', '/changes', {
    summary: 'by hand',
    service: 'checkout',
    kind: 'deploy',
    rollback: 'safe',
  });
  await house.settle();
  assert.deepEqual(
    await gaps(),
    ['no_playbook', 'no_change_feed'],
    'by hand is no feed, but it says the way back',
  );
  const { key } = await house.ask('POST', '/integrations', {
    name: 'GitHub',
    kind: 'github',
    reading: { services: [{ name: 'codertocat/*', service: 'Checkout' }] },
  });
  const body = fixture('github/fixtures/deployment.json');
  body.deployment.created_at = house.clock.now().toString();
  const sent = await house.humdrum.app.inject({
    method: 'POST',
    url: `/hooks/github/${key}`,
    headers: { 'content-type': 'application/json', 'x-github-event': 'deployment' },
    payload: JSON.stringify(body),
  });
  assert.equal(sent.statusCode, 202, sent.body);
  // Who spoke is written down within seconds; a look at coverage does it at once.
  await house.ask('GET', '/services/svc_checkout/change-coverage');
  assert.deepEqual(await gaps(), ['no_playbook']);
  await house.ask('POST', '/playbooks', {
    title: 'Whatever it is',
    serviceIds: ['svc_checkout'],
    body: '- [ ] Look @lead (5 min)',
  });
  assert.deepEqual(await gaps(), []);
});

test('a feed that falls silent is missing again, in words', async () => {
  house.clock.advance({ hours: 24 * 40 });
  const { items } = await house.ask('GET', '/readiness');
  const { gaps: all } = items.find((each: { serviceId: string }) => each.serviceId === 'svc_checkout');
  assert.equal(
    all.find((each: { code: string }) => each.code === 'no_change_feed').text,
    'Its change feed has gone silent: a change to it might not be seen here.',
  );
});

test('who spoke in the last seconds is written down when Humdrum stops', async () => {
  await house.ask('POST', '/changes', {
    summary: 'just now',
    service: 'checkout',
    kind: 'config',
    source: 'pipeline',
  });
  const heard = () =>
    house.db
      .selectFrom('change_feed')
      .select('kind')
      .where('source', '=', 'pipeline')
      .orderBy('kind')
      .execute();
  assert.deepEqual(await heard(), [], 'it is in memory still');
  await house.restart();
  assert.deepEqual(await heard(), [{ kind: '' }, { kind: 'config' }]);
});
