/** The next update is written before it is due, from what happened since, and from nothing else. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';

let house: Harness;
let incident: string;
before(async () => {
  house = await openHarness({ start: '2026-11-23T02:00:00Z' });
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  incident = (
    await house.ask('POST', '/incidents', { title: 'checkout-api: 5xx', serviceIds: ['svc_checkout'] })
  ).id;
  await house.ask('POST', `/incidents/${incident}/confirmation`, { evidence: 'three failed payments' });
  await house.ask('POST', `/incidents/${incident}/updates`, {
    kind: 'first',
    impact: 'Nobody can pay by card.',
    action: 'We are investigating.',
  });
  await house.settle();
});
after(() => house.close());

const draft = (query = '') => house.ask('GET', `/incidents/${incident}/updates/draft${query}`);

test('while nothing happened the draft is "nothing new"', async () => {
  await house.until('2026-11-23T02:10:00Z');
  const { nothingNew, since, action } = await draft();
  assert.equal(nothingNew, true);
  assert.deepEqual(since, []);
  assert.equal(action, 'Nothing new since 02:00 UTC: We are investigating.');
});

test('what happened since is in the draft before the update is due, with the lines that it is from', async () => {
  const change = await house.ask('POST', '/changes', {
    summary: 'Deploy checkout-api v412',
    kind: 'deploy',
    service: 'checkout',
    happenedAt: '2026-11-23T01:58:00Z',
  });
  await house.ask('POST', `/incidents/${incident}/suspects`, { changeId: change.id });
  await house.until('2026-11-23T02:15:00Z');
  const action = await house.ask('POST', `/incidents/${incident}/actions`, {
    what: 'Roll back checkout-api',
  });
  const drafted = await draft();
  assert.equal(drafted.nothingNew, false);
  assert.equal(drafted.impact, 'Nobody can pay by card.');
  assert.equal(
    drafted.action,
    'We are checking 1 recent change first. We have been trying one way to repair it since 02:15 UTC.',
  );
  assert.match(
    drafted.wordings[0].action,
    /In detail: Worth checking first: Deploy checkout-api v412\. Ana Lima started: Roll back checkout-api/,
  );
  assert.deepEqual(
    drafted.since.map((line: { words: string }) => line.words.split(':')[0]),
    ['Worth checking first', 'Ana Lima started'],
  );
  // Of a P1 the question of data stays open; nothing else is to be said against it.
  assert.deepEqual(
    drafted.findings.map((finding: { code: string }) => finding.code),
    ['U14'],
  );
  await house.ask('POST', `/incidents/${incident}/actions/${action.id}/outcome`, {
    outcome: 'worked',
    note: 'payments succeed',
  });
  const repaired = await draft();
  assert.equal(repaired.status, 'checking_repair');
  assert.match(repaired.action, /One step of ours worked, and we are checking the repair\./);
});

test('"nothing new" can be said although something happened', async () => {
  const { nothingNew, action } = await draft('?nothingNew=true');
  assert.equal(nothingNew, true);
  assert.equal(action, 'Nothing new since 02:00 UTC: We are investigating.');
});

test('sent with one tap, each reads its own: clients what names nothing of ours, we the lines themselves', async () => {
  const { kind, status, impact, action, nextAt, nothingNew, wordings } = await draft();
  await house.ask('POST', `/incidents/${incident}/updates`, {
    kind,
    status,
    impact,
    action,
    nextAt,
    nothingNew,
    wordings,
  });
  await house.settle();
  const mails = house.smtp.mails.filter(
    (mail) => !mail.envelope.to[0]?.endsWith('@example.com') && /checking the repair/.test(mail.text ?? ''),
  );
  assert.ok(mails.length > 0);
  for (const mail of mails)
    assert.doesNotMatch(`${mail.subject} ${mail.text} ${mail.html}`, /checkout-api|v412|Ana Lima/);
  assert.ok(
    house.smtp.mails.some(
      (mail) => mail.envelope.to[0] === 'bo@example.com' && /Deploy checkout-api v412/.test(mail.text ?? ''),
    ),
  );
  assert.equal((await draft()).nothingNew, true);
});

test('words that were prepared for this kind of failure are the draft, each for its own audience', async () => {
  const words = { kind: 'works_again', severity: null, category: 'deployment_regression' };
  await house.ask('POST', '/message-templates', {
    ...words,
    name: 'A release was undone',
    audience: 'clients',
    impact: 'You can use {{services}} again since {{restored}}. Until then: {{workaround}}.',
    action: 'We have undone a change. Quote {{reference}} if you still see it.',
  });
  await house.ask('POST', '/message-templates', {
    ...words,
    name: 'A release was undone (us)',
    audience: 'internal',
    impact: 'Back for users.',
    action: 'Nobody deploys before the lead says so.',
  });
  await house.ask('POST', `/incidents/${incident}/category`, { category: 'deployment_regression' });
  await house.ask('POST', `/incidents/${incident}/restoration`, {
    proof: { check: 'test payment', shows: '200', since: '2026-11-23T02:15:00Z' },
  });
  const drafted = await draft();
  assert.equal(drafted.kind, 'works_again');
  assert.equal(drafted.impact, 'You can use card payments again since 02:15 UTC.');
  assert.match(drafted.action, /^We have undone a change\. Quote [\w-]+ if you still see it\.$/);
  assert.deepEqual(drafted.wordings, [
    { audience: 'internal', impact: 'Back for users.', action: 'Nobody deploys before the lead says so.' },
  ]);
});

test('a template with a gap that means nothing, or a name that is taken, is refused with what to do', async () => {
  const template = {
    name: 'A release was undone',
    kind: 'first',
    audience: 'clients',
    impact: '{{title}} is down.',
    action: 'We look.',
  };
  const gap = await house.call('POST', '/message-templates', template);
  assert.equal(gap.status, 400);
  assert.match(gap.text, /\{\{title\}\} means nothing; known are \{\{services\}\}/);
  const taken = await house.call('POST', '/message-templates', {
    ...template,
    impact: '{{services}} is down.',
  });
  assert.equal(taken.status, 409);
  house.as({ personId: 'bo', name: 'Bo Falk', role: 'responder' });
  assert.equal((await house.call('POST', '/message-templates', { ...template, name: 'x' })).status, 403);
  house.as({ personId: 'ana', name: 'Ana Lima' });
});
