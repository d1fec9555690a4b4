/** "Nothing new" must be as easy as possible, because it is the one that people skip: one button in a mail. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';

let house: Harness;
let incident: string;
let link: string;
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

const nudges = () => house.smtp.mails.filter((mail) => /^Update due/.test(mail.subject ?? ''));
const said = async () => (await house.ask('GET', `/incidents/${incident}/updates`)).items;

test('two minutes before an update is due, whoever owes it has the draft and a link in the mailbox', async () => {
  await house.until('2026-11-23T02:27:59Z');
  assert.deepEqual(nudges(), []);
  await house.until('2026-11-23T02:28:00Z');
  const [mail, ...others] = nudges();
  assert.deepEqual(others, []);
  assert.equal(mail?.subject, 'Update due 02:30 UTC: P1 INC-1 checkout-api: 5xx');
  assert.match(
    mail?.text ?? '',
    /Nobody can pay by card\. Nothing new since 02:00 UTC: We are investigating\./,
  );
  link = /https:\/\/humdrum\.example\.com(\/u\/\S+)/.exec(mail?.text ?? '')?.[1] ?? '';
  assert.ok(link);
});

test('opening the link, however often and by whatever machine, sends nothing', async () => {
  house.as(undefined);
  for (let times = 0; times < 3; times++) {
    const { status, text, headers } = await house.call('GET', link);
    assert.equal(status, 200);
    assert.match(text, /Send “nothing new”/);
    assert.match(text, /P1 INC-1: checkout-api: 5xx\nAna Lima owes the next update, due at 02:30 UTC\./);
    assert.doesNotMatch(text, /<script/);
    assert.equal(headers['cache-control'], 'no-store');
  }
  house.as({ personId: 'ana', name: 'Ana Lima' });
  assert.equal((await said()).length, 1);
});

test('a link that was bent, or made for another promise, opens nothing', async () => {
  const bent = [
    link.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    link.replace(/\.\d+\./, '.99.'),
    '/u/x',
    '/u/..%2f..',
  ];
  for (const each of bent) {
    assert.equal((await house.call('GET', each)).status, 404, each);
    assert.equal((await house.call('POST', each)).status, 404, each);
  }
});

test('the button sends "nothing new" to everyone, in the name of whoever owed it, and keeps the promise', async () => {
  house.as(undefined);
  const before = house.smtp.mails.length;
  const { status, text } = await house.call('POST', link, '', {
    'content-type': 'application/x-www-form-urlencoded',
  });
  assert.equal(status, 200, text);
  assert.match(text, /The next update is due at 02:55 UTC/);
  await house.settle();
  house.as({ personId: 'ana', name: 'Ana Lima' });
  const [latest] = await said();
  assert.equal(latest.nothingNew, true);
  assert.equal(latest.action, 'Nothing new since 02:00 UTC: We are investigating.');
  assert.ok(house.smtp.mails.slice(before).some((mail) => mail.envelope.to[0] === 'nora@northwind.example'));
  const promises = await house.ask('GET', `/incidents/${incident}/promises`);
  const kept = promises.items.find(
    (each: { kind: string; state: string }) => each.kind === 'next_update' && each.state === 'kept',
  );
  assert.equal(kept?.missedAt ?? null, null);
});

test('a second tap, and the link of yesterday, say that it is no longer needed', async () => {
  for (const method of ['GET', 'POST'] as const) assert.equal((await house.call(method, link)).status, 410);
  assert.equal((await said()).length, 2);
});

test('when somebody has sent the update meanwhile nobody is nudged', async () => {
  const before = nudges().length;
  await house.until('2026-11-23T02:50:00Z');
  await house.ask('POST', `/incidents/${incident}/updates`, {
    kind: 'next',
    status: 'cause_known',
    impact: 'Nobody can pay by card.',
    action: 'We are undoing a change.',
  });
  await house.until('2026-11-23T03:10:00Z');
  assert.equal(nudges().length, before);
});
