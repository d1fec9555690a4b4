/** A stricter contract that we are late for: on a P1 the honest automatic message goes to that client alone, and counts for nothing. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import type { Mail } from '../servers/smtp.ts';
import { asReader, visitorOf } from '../visitor.ts';

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
type Json = any;

let house: Harness;
let id: string;
before(async () => {
  house = await openHarness({ start: '2026-11-23T02:00:00Z' });
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  await house.ask('PATCH', '/clients/cli_northwind', {
    contract: { firstResponseMinutes: 5, cadenceMinutes: { P1: 10 }, needsCall: false },
  });
  await house.ask('POST', '/status-pages', {
    slug: 'northwind',
    clientId: 'cli_northwind',
    name: 'Northwind',
    readers: ['nora@northwind.example'],
  });
  ({ id } = await house.ask('POST', '/incidents', {
    title: 'checkout-api: 5xx',
    serviceIds: ['svc_checkout'],
  }));
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'seen' });
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'first',
    status: 'looking',
    impact: 'Card payments fail.',
    action: 'We are looking at the last change.',
    wordings: [
      { audience: 'client:cli_northwind', impact: 'Your tills refuse cards.', action: 'We are looking.' },
    ],
  });
  await house.settle();
});
after(() => house.close());

const automatic = (): Mail[] => house.smtp.mails.filter((mail) => /Automatic message/.test(mail.text ?? ''));
const clientsAmong = (mails: Mail[]) =>
  [
    ...new Set(mails.flatMap((mail) => mail.envelope.to).filter((each) => !each.endsWith('@example.com'))),
  ].toSorted();
const NORTHWIND = ['nils@northwind.example', 'nora@northwind.example'];

test('fifteen minutes after its own time the client alone is told that we are late, in what was confirmed to it', async () => {
  await house.until('2026-11-23T02:24:59Z');
  assert.equal(automatic().length, 0);
  await house.until('2026-11-23T02:25:30Z');
  const mails = automatic();
  assert.deepEqual(
    mails.flatMap((mail) => mail.envelope.to).toSorted(),
    NORTHWIND,
    'nobody else, not even our own people',
  );
  const text = mails[0]?.text ?? '';
  assert.match(
    text,
    /Our update for 02:10 UTC is late\. Last confirmed at 02:00 UTC: your tills refuse cards\./,
  );
  assert.match(text, /called\. Next message by 02:\d\d UTC/);
  assert.doesNotMatch(text, /Card payments fail/);
  const { items } = await house.ask('GET', `/incidents/${id}/timeline`);
  assert.ok(
    items.some((line: Json) => /^Automatic message to one client sent: Our update for 02:10/.test(line.text)),
  );
});

test('it keeps no promise, stands on no other page, and begins no draft', async () => {
  const { items } = await house.ask('GET', `/incidents/${id}/promises`);
  const own = items.find((each: Json) => each.kind === 'client_next_update:cli_northwind');
  assert.deepEqual([own.state, own.dueAt], ['open', '2026-11-23T02:10:00Z']);
  const common = items.find((each: Json) => each.kind === 'next_update');
  assert.deepEqual([common.state, common.dueAt], ['open', '2026-11-23T02:30:00Z']);
  await house.pass({ seconds: 10 });
  const page = await house.call('GET', '/status/');
  assert.ok(!page.text.includes('02:10'));
  const draft = await house.ask('GET', `/incidents/${id}/updates/draft?kind=next`);
  assert.equal(draft.impact, 'Card payments fail.');
});

test('the machine keeps its word to the client by its own clock, in gaps that double', async () => {
  const before = automatic().length;
  assert.match(automatic()[0]?.text ?? '', /Next message by 02:40 UTC/);
  await house.until('2026-11-23T02:40:30Z');
  const [again, ...others] = automatic().slice(before);
  assert.deepEqual(clientsAmong(others), [NORTHWIND.find((each) => !again?.envelope.to.includes(each))]);
  assert.match(again?.text ?? '', /Our update for 02:10 UTC is still late\..* Next message by 03:00 UTC\./);
});

test('the page of that client keeps saying which update is late, whatever the machine wrote to it since', async () => {
  const visitor = visitorOf(house);
  const reader = asReader(await visitor.signIn('/status/northwind/', 'nora@northwind.example'));
  await house.pass({ seconds: 10 });
  const { text } = await visitor.read('/status/northwind/', reader);
  assert.match(text, /The update promised for 02:30 UTC is late\.[^<]* Next message by 03:00 UTC\./);
  const { text: said } = await visitor.read('/status/northwind/api/v2/incidents.json', reader);
  assert.match(
    said,
    /Our update for 02:10 UTC is still late\. Last confirmed at 02:00 UTC: your tills refuse cards\./,
  );
});

test('when the common time is missed as well, the common one follows for all who have no clock of their own', async () => {
  const before = automatic().length;
  await house.until('2026-11-23T02:46:00Z');
  assert.deepEqual(clientsAmong(automatic().slice(before)), ['carl@contoso.example']);
});

test('a person who speaks to it in time leaves nothing for the machine to say', async () => {
  const before = automatic().length;
  for (const at of ['02:50', '03:00', '03:10', '03:20']) {
    await house.until(`2026-11-23T${at}:00Z`);
    await house.ask('POST', `/incidents/${id}/updates`, {
      kind: 'next',
      status: 'looking',
      impact: 'Your tills still refuse cards.',
      action: 'We are undoing our last change.',
      audience: { clientIds: ['cli_northwind'], internal: false, publicPage: false },
    });
  }
  await house.until('2026-11-23T03:26:00Z');
  const since = automatic().slice(before);
  for (const mail of since) assert.doesNotMatch(mail.text ?? '', /Our update for (02:5|03:)/);
});
