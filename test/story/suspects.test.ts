/** Minutes ten to thirty: what changed is ranked, argued, ruled out; afterwards somebody says what set it off. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';

type Row = { summary: string; id: string; score: number; terms: { term: string; because: string }[] };
let house: Harness;
before(async () => {
  house = await openHarness();
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
});
after(() => house.close());

async function change(summary: string, service: string, more: object = {}): Promise<string> {
  return (await house.ask('POST', '/changes', { summary, service, rollback: 'safe', ...more })).id;
}

test('the deployment that the alert points at stands first, and the work on it is told in order', async () => {
  const { key } = await house.ask('POST', '/integrations', { name: 'Monitoring', kind: 'pagerduty' });
  const [first] = (await house.ask('GET', '/services')).items;
  const old = await change('settings page, new colours', first.slug);
  await house.pass({ minutes: 40 });
  const wrong = await change('retry budget of the basket', first.slug, { kind: 'config' });
  await house.pass({ minutes: 9 });
  const guilty = await change('release 4.12.0 rewrites /pay/authorise', first.slug, {
    versionAfter: '4.12.0',
  });
  await house.pass({ minutes: 4 });
  const answer = await house.call('POST', '/v2/enqueue', {
    routing_key: key,
    event_action: 'trigger',
    dedup_key: 'pay',
    payload: {
      summary: 'POST /pay/authorise answers 500 to 31% of requests',
      source: 'prometheus',
      component: first.slug,
      severity: 'critical',
      custom_details: { version: '4.12.0' },
    },
  });
  assert.equal(answer.status, 202, answer.text);
  await house.settle();
  const { items } = await house.ask('GET', '/incidents?state=open');
  const { id } = items[0];
  await house.ask('POST', `/incidents/${id}/acknowledgement`, {});
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'three failed test payments' });

  const lane = await house.ask('GET', `/incidents/${id}/suspects`);
  assert.deepEqual(
    lane.items.map((each: Row) => each.id),
    [guilty, wrong, old],
  );
  assert.ok(
    lane.items[0].terms.some((each: Row['terms'][number]) => each.because.includes('pay/authorise')),
    JSON.stringify(lane.items[0].terms),
  );
  const chart = await house.ask('GET', `/incidents/${id}/onset`);
  assert.equal(chart.alerts.length, 1);
  assert.equal(chart.signals[0].count, 1);

  await house.ask('POST', `/incidents/${id}/suspects/${wrong}/ruling-out`, {
    reason: 'Not live where it hurts',
  });
  await house.ask('POST', `/incidents/${id}/suspects`, { changeId: guilty });
  const hypothesis = await house.ask('POST', `/incidents/${id}/hypotheses`, {
    what: 'The new client does not reuse connections',
    changeId: guilty,
  });
  await house.pass({ minutes: 11 });
  const room = await house.ask('GET', `/incidents/${id}`);
  assert.equal(room.hypotheses[0].overdue, true);
  await house.ask('POST', `/incidents/${id}/hypotheses/${hypothesis.id}/decision`, {
    outcome: 'confirmed',
    because: '900 open connections against 40 before',
  });
  const proof = { check: 'test payment', shows: '20 of 20', since: house.clock.now().toString() };
  await house.ask('POST', `/incidents/${id}/restoration`, { proof });
  await house.ask('POST', `/incidents/${id}/trigger`, { changeId: guilty });
  await house.settle();

  const lines = (await house.ask('GET', `/incidents/${id}/timeline?limit=200`)).items;
  const texts: string[] = lines.map((each: { text: string }) => each.text);
  const told = [
    'Ruled out retry budget of the basket: Not live where it hurts',
    'Worth checking first: release 4.12.0 rewrites /pay/authorise',
    'Time is up for “The new client does not reuse connections”: Ana Lima says whether to go on',
    'Confirmed “The new client does not reuse connections”: 900 open connections against 40 before',
    'Set off by a change: release 4.12.0 rewrites /pay/authorise',
  ];
  const places = told.map((text) => texts.indexOf(text));
  assert.ok(
    places.every((place) => place >= 0),
    texts.join('\n'),
  );
  assert.deepEqual(
    places,
    places.toSorted((one, other) => one - other),
  );
  const labelled = await house.db
    .selectFrom('labelled_incident')
    .select(['change_id', 'candidates'])
    .execute();
  assert.equal(labelled[0]?.change_id, guilty);
  assert.equal((labelled[0]?.candidates as unknown[] | undefined)?.length, 3);
  const calls = await house.db.selectFrom('fact').select('kind').where('incident_id', '=', id).execute();
  assert.equal(calls.filter((each) => each.kind === 'time_box_ended').length, 1);
});
