/** Whoever answers STOP to an SMS gets none any more, on any page and for any client; is told in another way; and is shown as having asked. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { twilioSignature } from '#src/communicate/channels/twilio.ts';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { startVendor, type Vendor } from '../servers/vendor.ts';
import { visitorOf } from '../visitor.ts';

const TOKEN = 'a token that only Twilio and we know';
const NORA = '+4915112345678';
const READER = '+491701234567';
const PATH = '/hooks/twilio/sms';

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
type Json = any;

let house: Harness;
let vendor: Vendor;
let visitor: ReturnType<typeof visitorOf>;
let id: string;
before(async () => {
  vendor = await startVendor();
  vendor.answer('/2010', (asked) => ({
    status: 201,
    body: { sid: `SM${vendor.asked.indexOf(asked)}`, status: 'queued' },
  }));
  house = await openHarness({
    environment: {
      TWILIO_ACCOUNT_SID: 'AC123',
      TWILIO_AUTH_TOKEN: TOKEN,
      TWILIO_FROM: '+15005550006',
      TWILIO_BASE_URL: vendor.url,
    },
  });
  visitor = visitorOf(house);
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  await house.ask('PATCH', '/contacts/con_n1', {
    channels: [
      { kind: 'sms', address: NORA },
      { kind: 'email', address: 'nora@northwind.example' },
    ],
  });
  await house.ask('PATCH', '/contacts/con_c1', { channels: [{ kind: 'sms', address: NORA }] });
  ({ id } = await house.ask('POST', '/incidents', { title: 'x', serviceIds: ['svc_checkout'] }));
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'three failed test payments' });
  for (const number of [READER, NORA]) {
    await house.pass({ minutes: 1 });
    await visitor.post('/status/subscribe', { kind: 'sms', address: number });
    await house.settle();
    const [, link = ''] =
      /https:\/\/humdrum\.example\.com(\/status\/confirm\/[a-z0-9_.]+)/.exec(smsTo(number).at(-1) ?? '') ??
      [];
    assert.equal((await visitor.post(link)).status, 200);
  }
});
after(async () => {
  await house?.close();
  await vendor?.stop();
});

/** The texts that Twilio was asked to send to this number. */
function smsTo(number: string): string[] {
  return vendor
    .at('/2010')
    .map((each) => new URLSearchParams(each.body))
    .filter((form) => form.get('To') === number)
    .map((form) => form.get('Body') ?? '');
}

async function incoming(params: Record<string, string>, token = TOKEN): Promise<number> {
  const answer = await house.humdrum.app.inject({
    method: 'POST',
    url: PATH,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': twilioSignature(token, `https://humdrum.example.com${PATH}`, params),
    },
    payload: new URLSearchParams(params).toString(),
  });
  await house.settle();
  return answer.statusCode;
}

let said = 0;
async function say(): Promise<Json[]> {
  await house.pass({ minutes: 1 });
  said += 1;
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: said === 1 ? 'first' : 'next',
    status: 'looking',
    impact: `Nobody can pay by card, message ${said}.`,
    action: 'We are undoing our last change.',
  });
  await house.settle();
  const { items } = await house.ask('GET', `/incidents/${id}/deliveries?limit=200`);
  const [{ id: update }] = (await house.ask('GET', `/incidents/${id}/updates`)).items;
  return items.filter((each: Json) => each.updateId === update);
}
const heard = (number: string) => smsTo(number).filter((text) => text.includes(`message ${said}`)).length;
const smsOf = async (contact: string) =>
  (await house.ask('GET', `/contacts/${contact}`)).channels.find((each: Json) => each.kind === 'sms');

test('a forged STOP, and one that is only part of a sentence, change nothing', async () => {
  assert.equal(await incoming({ From: NORA, Body: 'STOP', MessageSid: 'SM1' }, 'forged'), 403);
  assert.equal(await incoming({ From: NORA, Body: 'Please do not stop', MessageSid: 'SM2' }), 200);
  assert.equal(await incoming({ From: 'nobody', Body: 'STOP', MessageSid: 'SM3' }), 200);
  assert.equal((await smsOf('con_n1')).offAt, null);
  await say();
  // For her as a contact of two clients, in one row, and as a subscriber.
  assert.equal(heard(NORA), 2);
  assert.equal(heard(READER), 1);
});

test('after STOP there is no SMS to that number any more; the next channel is used, and who has none is shown with the reason', async () => {
  assert.equal(await incoming({ From: NORA, Body: ' stop ', MessageSid: 'SM4' }), 200);
  assert.equal(await incoming({ From: NORA, Body: 'STOP', MessageSid: 'SM4' }), 200);
  for (const contact of ['con_n1', 'con_c1'])
    assert.equal((await smsOf(contact)).offWhy, 'Asked for no SMS (STOP).');
  const rows = await say();
  assert.equal(heard(NORA), 0);
  assert.equal(heard(READER), 1, 'others are told as before');
  assert.deepEqual(
    rows.filter((each) => each.who === 'Nora North').map((each) => `${each.channel} ${each.told}`),
    ['email true'],
  );
  assert.equal(rows.filter((each) => each.who === 'Carl Contoso').length, 0);
  const board: Json[] = (await house.ask('GET', `/incidents/${id}/told`)).items;
  const contoso = board.find((each) => each.name === 'Contoso');
  assert.equal(contoso.recipients[0].askedFor, 'no SMS');
  const northwind = board.find((each) => each.name === 'Northwind');
  assert.equal(northwind.recipients.find((each: Json) => each.name === 'Nora North').askedFor, 'no SMS');
});

test('nobody can ask for SMS in the name of a number that said STOP, and turning its channel on again sends none', async () => {
  await house.pass({ minutes: 20 });
  const before = smsTo(NORA).length;
  assert.equal((await visitor.post('/status/subscribe', { kind: 'sms', address: NORA })).status, 200);
  await house.settle();
  assert.equal(smsTo(NORA).length, before);
  await house.ask('PATCH', '/contacts/con_n1', {
    channels: [
      { kind: 'sms', address: NORA, off: false },
      { kind: 'email', address: 'nora@northwind.example' },
    ],
  });
  const rows = (await say()).filter((each) => each.who === 'Nora North');
  assert.equal(heard(NORA), 0);
  assert.deepEqual(rows.map((each) => `${each.channel} ${each.state}`).toSorted(), [
    'email sent',
    'sms failed',
  ]);
  assert.match(rows.find((each) => each.channel === 'sms').words, /Not told: Asked for no SMS \(STOP\)\./);
  assert.equal((await smsOf('con_n1')).offWhy, 'Asked for no SMS (STOP).');
});

test('an SMS that still waits when STOP comes is not sent, and its reader is told by the next channel', async () => {
  vendor.answer('/2010', { status: 503 });
  await house.ask('PATCH', '/contacts/con_n2', {
    channels: [
      { kind: 'sms', address: '+4915100000002' },
      { kind: 'email', address: 'nils@northwind.example' },
    ],
  });
  await say();
  vendor.answer('/2010', { status: 201, body: { sid: 'SM9', status: 'queued' } });
  const before = smsTo('+4915100000002').length;
  assert.equal(await incoming({ From: '+4915100000002', Body: 'x', OptOutType: 'STOP' }), 200);
  assert.equal(smsTo('+4915100000002').length, before);
  const { items } = await house.ask('GET', `/incidents/${id}/deliveries?limit=200`);
  const rows = items.filter((each: Json) => each.who === 'Nils North' && each.channel === 'email');
  assert.ok(rows.some((each: Json) => each.told));
});

test('START brings back what STOP has ended, for contacts and for subscribers', async () => {
  assert.equal(await incoming({ From: NORA, Body: 'Start', MessageSid: 'SM5' }), 200);
  assert.equal((await smsOf('con_n1')).offAt, null);
  await say();
  assert.equal(heard(NORA), 2);
});

test('a number that Twilio itself knows to have stopped (error 21610) is turned off in the same words', async () => {
  vendor.answer('/2010', (asked) =>
    asked.body.includes(encodeURIComponent(NORA))
      ? { status: 400, body: { code: 21610, message: 'Attempt to send to unsubscribed recipient' } }
      : { status: 201, body: { sid: 'SM9', status: 'queued' } },
  );
  const rows = (await say()).filter((each) => [NORA, 'nora@northwind.example'].includes(each.address));
  assert.deepEqual(rows.map((each) => `${each.channel} ${each.state}`).toSorted(), [
    'email sent',
    'sms failed',
  ]);
  assert.equal((await smsOf('con_n1')).offWhy, 'Asked for no SMS (STOP).');
  const ended = await house.db
    .selectFrom('subscription')
    .select('ended_because')
    .where('address', '=', NORA)
    .executeTakeFirstOrThrow();
  assert.equal(ended.ended_because, 'Asked for no SMS (STOP).');
});
