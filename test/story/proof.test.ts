/** Restored asks for proof; the watch holds it against the alerts; what is only patched stays owed until it is gone. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';

let house: Harness;
let key: string;
before(async () => {
  house = await openHarness({ start: '2026-11-23T09:00:00Z' });
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  key = (await house.ask('POST', '/integrations', { name: 'Monitoring', kind: 'pagerduty' })).key;
});
after(() => house.close());

async function alert(action: 'trigger' | 'resolve', dedupKey: string, service = 'checkout'): Promise<void> {
  const payload = {
    summary: `errors ${dedupKey}`,
    source: 'prometheus',
    component: service,
    severity: 'critical',
  };
  const sent = { routing_key: key, event_action: action, dedup_key: dedupKey, payload };
  assert.equal((await house.call('POST', '/v2/enqueue', sent)).status, 202);
  await house.settle();
}

async function confirmed(dedupKey: string, service?: string): Promise<string> {
  await alert('trigger', dedupKey, service);
  const { items } = await house.ask('GET', '/incidents?state=open');
  const { id } = items.find(({ state }: { state: string }) => state === 'detected');
  await house.ask('POST', `/incidents/${id}/acknowledgement`, {});
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'three failed test payments' });
  await house.ask('POST', `/incidents/${id}/classification`, {
    answers: { dataAtRisk: 'no', mainTaskImpossible: 'yes', mainTaskMuchWorse: 'yes', redundancyGone: 'no' },
  });
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'first',
    status: 'looking',
    impact: 'Nobody can pay by card.',
    action: 'We are looking.',
    audience: { clientIds: 'affected', internal: true, publicPage: false },
  });
  return id;
}

const lines = async (id: string): Promise<string[]> =>
  (await house.ask('GET', `/incidents/${id}/timeline?limit=200`)).items.map(
    (line: { text: string }) => line.text,
  );
const proofOf = (alertId: string | undefined) => ({
  check: 'the alert on errors',
  shows: 'quiet',
  since: house.clock.now().toString(),
  ...(alertId ? { alertId } : {}),
});

test('a temporary fix is owed an owner and a date, then its removal, by mail and never by a page', async () => {
  const { id } = await house.ask('POST', '/incidents', { title: 'Posts are late', serviceIds: ['svc_blog'] });
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'a post from 08:00 is not there' });
  await house.ask('POST', `/incidents/${id}/classification`, {
    answers: { dataAtRisk: 'no', mainTaskImpossible: 'no', mainTaskMuchWorse: 'no', redundancyGone: 'no' },
  });
  const action = await house.ask('POST', `/incidents/${id}/actions`, {
    what: 'Queue by hand',
    temporary: true,
    ownerId: 'bo',
  });
  await house.ask('POST', `/incidents/${id}/restoration`, { proof: proofOf(undefined) });
  const listed = await house.ask('GET', '/temporary-fixes');
  assert.equal(listed.withoutDate, 1);
  assert.equal(listed.items[0].what, 'Queue by hand');
  await house.pass({ minutes: 61 });
  await house.ask('POST', `/incidents/${id}/resolution`, { note: '' });
  const pages = async () => (await house.db.selectFrom('page').select('id').execute()).length;
  const before = { mails: house.smtp.mails.length, pages: await pages() };
  await house.pass({ hours: 24 });
  const reminded = house.smtp.mails
    .slice(before.mails)
    .filter((mail) => mail.envelope.to.includes('bo@example.com'));
  assert.ok(
    reminded.some((mail) =>
      `${mail.subject} ${mail.text}`.includes('Temporary fixes have an owner and a date'),
    ),
    reminded.map((mail) => mail.subject).join('\n'),
  );
  const by = house.clock
    .now()
    .add({ hours: 24 * 5 })
    .toString()
    .slice(0, 10);
  await house.ask('POST', `/incidents/${id}/actions/${action.id}/settlement`, { ownerId: 'dan', by });
  const dated = await house.ask('GET', '/temporary-fixes');
  assert.deepEqual([dated.withoutDate, dated.items[0].by, dated.items[0].overdue], [0, by, false]);
  await house.pass({ hours: 24 * 7 });
  assert.ok(
    house.smtp.mails.some(
      (mail) =>
        mail.envelope.to.includes('dan@example.com') &&
        `${mail.subject} ${mail.text}`.includes('Temporary fix removed'),
    ),
  );
  assert.equal((await house.ask('GET', '/temporary-fixes')).overdue, 1);
  await house.ask('POST', `/incidents/${id}/actions/${action.id}/settlement`, { gone: true });
  assert.equal((await house.ask('GET', '/temporary-fixes')).items.length, 0);
  assert.equal(await pages(), before.pages, 'nobody was called for it');
  const promises = await house.db
    .selectFrom('promise')
    .select(['kind', 'state'])
    .where('subject_id', '=', id)
    .where('kind', 'like', 'fix_%')
    .orderBy('kind')
    .execute();
  assert.deepEqual(
    promises.map(({ kind, state }) => [kind, state]),
    [
      ['fix_removed', 'kept'],
      ['fix_settled', 'kept'],
    ],
  );
});

test('an alert that still fires is no proof; a quiet one is, and when it fires again within the watch the incident is back and says why', async () => {
  const id = await confirmed('one', 'orders');
  const alertId = (await house.ask('GET', `/incidents/${id}`)).alerts[0].alertId;
  const early = await house.call('POST', `/incidents/${id}/restoration`, { proof: proofOf(alertId) });
  assert.equal(early.status, 409);
  assert.match(early.text, /still fires, so it is no proof/);
  const foreign = await house.call('POST', `/incidents/${id}/restoration`, { proof: proofOf('alr_other') });
  assert.equal(foreign.status, 400);
  await house.pass({ minutes: 12 });
  await alert('resolve', 'one', 'orders');
  const watch = { finalImpact: 'All payments work.', finalAction: 'We undid a change.' };
  await house.ask('POST', `/incidents/${id}/restoration`, {
    proof: { ...proofOf(alertId), link: 'https://grafana.example/d/checkout' },
    watch,
  });
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'works_again',
    status: 'works_again',
    impact: 'Orders arrive again.',
    action: 'We are watching.',
    audience: { clientIds: 'affected', internal: true, publicPage: false },
  });
  const { proof, watchEndsAt } = await house.ask('GET', `/incidents/${id}`);
  assert.equal(proof.alert.firing, false);
  assert.equal(proof.link, 'https://grafana.example/d/checkout');
  assert.equal(watchEndsAt, house.clock.now().add({ minutes: 60 }).toString());
  await house.pass({ minutes: 20 });
  const called = house.smtp.mails.length;
  await alert('trigger', 'one', 'orders');
  assert.equal((await house.ask('GET', `/incidents/${id}`)).state, 'confirmed');
  const told = await lines(id);
  assert.ok(told.includes('Reopened: the proof failed: “errors one” fires again'), told.join('\n'));
  assert.ok(told.some((line) => line.startsWith('The watch ended early: the proof failed')));
  const draft = await house.ask('GET', `/incidents/${id}/updates/draft?kind=is_back`);
  assert.match(draft.impact, /The issue affecting orders is back since \d\d:3\d UTC\./);
  await house.pass({ minutes: 5 });
  assert.ok(house.smtp.mails.slice(called).some((mail) => mail.envelope.to.includes('ana@example.com')));
  await alert('resolve', 'one', 'orders');
  await house.ask('POST', `/incidents/${id}/restoration`, { proof: proofOf(undefined) });
  assert.equal((await house.ask('GET', `/incidents/${id}`)).state, 'restored');
  await house.pass({ minutes: 61 });
  await house.ask('POST', `/incidents/${id}/resolution`, { note: '' });
});

test('working without a third party puts what still works into the next update, and takes it out again', async () => {
  const id = await confirmed('two');
  const party = await house.ask('GET', '/third-parties/tp_psp');
  await house.ask('PATCH', `/third-parties/${party.id}`, {
    stillWorks: 'Orders are taken and charged later',
  });
  const { degradations } = await house.ask('GET', `/incidents/${id}/levers`);
  assert.equal(degradations[0].stillWorks, 'Orders are taken and charged later');
  await house.pass({ minutes: 1 });
  await house.ask('PUT', `/incidents/${id}/degradations/tp_psp`, {});
  const draft = await house.ask('GET', `/incidents/${id}/updates/draft?kind=next`);
  assert.equal(draft.impact, 'Nobody can pay by card. Orders are taken and charged later.');
  assert.ok(!`${draft.impact} ${draft.action}`.includes('Payment provider'), 'its name stays inside');
  await house.ask('POST', `/incidents/${id}/updates`, {
    ...draft,
    kind: 'next',
    wordings: undefined,
    since: undefined,
    nothingNew: false,
    audience: { clientIds: 'affected', internal: true, publicPage: false },
  });
  await house.pass({ minutes: 1 });
  await house.ask('DELETE', `/incidents/${id}/degradations/tp_psp`);
  const after = await house.ask('GET', `/incidents/${id}/updates/draft?kind=next`);
  assert.equal(after.impact, 'Nobody can pay by card.');
  assert.match(after.action, /What we had changed to get by meanwhile is undone\./);
  const told = await lines(id);
  assert.ok(
    told.includes('Working without Payment provider. What still works: Orders are taken and charged later'),
  );
  assert.ok(told.includes('Working with Payment provider again'));
  await alert('resolve', 'two');
  await house.ask('POST', `/incidents/${id}/restoration`, { proof: proofOf(undefined) });
  await house.pass({ minutes: 61 });
  await house.ask('POST', `/incidents/${id}/resolution`, { note: '' });
});
