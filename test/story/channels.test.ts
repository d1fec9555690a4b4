/** People are told on the channel that they use; when it is silent, by the next one; and who has not been told stays red until there is proof. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { twilioSignature } from '#src/communicate/channels/twilio.ts';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { startVendor, type Vendor } from '../servers/vendor.ts';

const TOKEN = 'a token that only Twilio and we know';
let house: Harness;
let vendor: Vendor;
before(async () => {
  vendor = await startVendor();
  vendor.answer('/2010', (asked) => ({
    status: 201,
    body: { sid: `SM${vendor.asked.indexOf(asked)}`, status: 'queued' },
  }));
  vendor.answer('/slack-api', () => ({
    body: { ok: true, ts: `1700000000.${100000 + vendor.asked.length}` },
  }));
  house = await openHarness({
    start: '2026-11-23T02:00:00Z',
    environment: {
      TWILIO_ACCOUNT_SID: 'AC123',
      TWILIO_AUTH_TOKEN: TOKEN,
      TWILIO_FROM: '+15005550006',
      TWILIO_BASE_URL: vendor.url,
      SLACK_BOT_TOKEN: 'xoxb-secret',
      SLACK_API_URL: `${vendor.url}/slack-api`,
    },
  });
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima', role: 'administrator' });
});
after(async () => {
  await house.close();
  await vendor.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
type Json = any;

async function incident(title: string): Promise<string> {
  const { id } = await house.ask('POST', '/incidents', { title, serviceIds: ['svc_checkout'] });
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'three failed test payments' });
  return id;
}

async function say(id: string, more: object = {}): Promise<void> {
  const draft = await house.ask('GET', `/incidents/${id}/updates/draft`);
  const { kind, status, impact, action, nextAt } = draft;
  await house.ask('POST', `/incidents/${id}/updates`, { kind, status, impact, action, nextAt, ...more });
  await house.settle();
}

const channels = (contact: string, list: object[]) =>
  house.ask('PATCH', `/contacts/${contact}`, { channels: list });
const deliveries = async (id: string): Promise<Json> =>
  house.ask('GET', `/incidents/${id}/deliveries?limit=200`);
const of = async (id: string, who: string): Promise<Json[]> =>
  (await deliveries(id)).items
    .filter((each: Json) => each.who === who)
    .toSorted((one: Json, other: Json) => one.queuedAt.localeCompare(other.queuedAt));

/** What Twilio would post; signed with its token unless the test forges it. */
async function callback(delivery: string, params: Record<string, string>, token = TOKEN): Promise<number> {
  const path = `/hooks/twilio/status?delivery=${delivery}`;
  const answer = await house.humdrum.app.inject({
    method: 'POST',
    url: path,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': twilioSignature(token, `https://humdrum.example.com${path}`, params),
    },
    payload: new URLSearchParams(params).toString(),
  });
  return answer.statusCode;
}
const messageSid = (delivery: string) =>
  `SM${vendor.asked.findIndex((each) => each.body.includes(encodeURIComponent(`delivery=${delivery}`)))}`;

test('a contact is told by the first of their channels, and nothing of the incident by the others', async () => {
  await channels('con_n1', [
    { kind: 'sms', address: '+49 151 12345678' },
    { kind: 'email', address: 'nora@northwind.example' },
  ]);
  const id = await incident('checkout-api: 5xx on /pay');
  const mails = house.smtp.mails.length;
  await say(id);
  const [sms, ...others] = await of(id, 'Nora North');
  assert.deepEqual([sms.channel, sms.address, sms.state, sms.told], ['sms', '+4915112345678', 'sent', false]);
  assert.equal(sms.words, 'Taken by Twilio, not there yet');
  assert.equal(others.length, 0);
  assert.ok(
    !house.smtp.mails.slice(mails).some((mail) => mail.envelope.to.includes('nora@northwind.example')),
  );

  assert.equal(
    await callback(sms.id, { MessageSid: messageSid(sms.id), MessageStatus: 'delivered' }, 'forged'),
    403,
  );
  assert.equal(await callback(sms.id, { MessageSid: 'SM-of-another', MessageStatus: 'delivered' }), 204);
  assert.equal((await of(id, 'Nora North'))[0].told, false, 'news of another message is no news of this one');
  assert.equal(await callback(sms.id, { MessageSid: messageSid(sms.id), MessageStatus: 'delivered' }), 204);
  const [told] = await of(id, 'Nora North');
  assert.deepEqual([told.state, told.told, told.evidence], ['delivered', true, 'Twilio says: delivered']);
  await house.pass({ minutes: 6 });
  assert.equal((await of(id, 'Nora North')).length, 1, 'with evidence nothing else is tried');
});

test('what was taken and then not delivered goes to the next channel at once', async () => {
  const id = await incident('checkout-api: lying vendor');
  await say(id);
  const [sms] = await of(id, 'Nora North');
  await callback(sms.id, {
    MessageSid: messageSid(sms.id),
    MessageStatus: 'undelivered',
    ErrorCode: '30003',
  });
  await house.settle();
  const [failed, mail] = await of(id, 'Nora North');
  assert.deepEqual([failed.state, failed.told], ['failed', false]);
  assert.match(failed.words, /undelivered \(error 30003\)/);
  assert.deepEqual([mail.channel, mail.state, mail.told], ['email', 'sent', true]);
  assert.equal(failed.notTold, false, 'the same person has it by mail');
  await callback(sms.id, {
    MessageSid: messageSid(sms.id),
    MessageStatus: 'undelivered',
    ErrorCode: '30003',
  });
  await house.settle();
  assert.equal((await of(id, 'Nora North')).length, 2, 'the same news twice is no news');
});

test('no evidence within five minutes on a P1: the next channel, and red until there is some', async () => {
  await channels('con_n2', [
    { kind: 'sms', address: '+4915187654321' },
    { kind: 'voice', address: '+4915187654321' },
  ]);
  const id = await incident('checkout-api: silent vendor');
  await say(id);
  await house.pass({ minutes: 4 });
  assert.deepEqual(
    (await of(id, 'Nils North')).map((each) => `${each.channel} ${each.notTold}`),
    ['sms false'],
  );
  await house.pass({ minutes: 1, seconds: 1 });
  assert.deepEqual(
    (await of(id, 'Nils North')).map((each) => `${each.channel} ${each.state} ${each.notTold}`),
    ['sms sent true', 'voice sent false'],
  );
  const [, call] = await of(id, 'Nils North');
  const path = `/hooks/twilio/digits?delivery=${call.id}`;
  const params = { CallSid: messageSid(call.id), Digits: '1' };
  const answer = await house.humdrum.app.inject({
    method: 'POST',
    url: path,
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': twilioSignature(TOKEN, `https://humdrum.example.com${path}`, params),
    },
    payload: new URLSearchParams(params).toString(),
  });
  assert.match(answer.body, /Thank you/);
  assert.deepEqual(
    (await of(id, 'Nils North')).map((each) => `${each.channel} ${each.told} ${each.notTold}`),
    ['sms false false', 'voice true false'],
  );
});

test('on a P3 silence alone tries nothing else', async () => {
  const id = await incident('checkout-api: slow pictures');
  await house.ask('POST', `/incidents/${id}/severity`, { to: 'P3', reason: 'Only pictures are slow.' });
  await say(id);
  await house.pass({ minutes: 10 });
  assert.deepEqual(
    (await of(id, 'Nils North')).map((each) => each.channel),
    ['sms'],
  );
});

test('a newer message takes the place of an older one on every channel of its reader', async () => {
  const id = await incident('checkout-api: two messages');
  await say(id);
  await house.pass({ minutes: 3 });
  await say(id, { impact: 'Nobody can pay by card.', action: 'We are undoing our last change.' });
  await house.pass({ minutes: 3 });
  const kinds = (await of(id, 'Nils North')).map((each) => `${each.updateKind} ${each.channel}`);
  assert.deepEqual(
    kinds,
    ['first sms', 'next sms'],
    'the first message is not read out by telephone any more',
  );
});

test('a webhook is kept secret, signs with both secrets for a day, and ends with 410', async () => {
  const hook = `${vendor.url}/hook/with-a-token`;
  const contact = await channels('con_c1', [
    { kind: 'webhook', address: hook },
    { kind: 'email', address: 'carl@contoso.example' },
  ]);
  const [shown] = contact.channels;
  assert.doesNotMatch(JSON.stringify(contact), /with-a-token|whsec_/);
  assert.match(shown.address, /^127\.0\.0\.1:\d+ \([0-9a-f]{8}\)$/);
  const { sealed } = await house.db
    .selectFrom('channel')
    .select('sealed')
    .where('id', '=', shown.id)
    .executeTakeFirstOrThrow();
  assert.doesNotMatch(String(sealed), /with-a-token|whsec_/);

  const again = await channels(
    'con_c1',
    contact.channels.map(({ kind, address }: Json) => ({ kind, address })),
  );
  assert.equal(again.channels[0].id, shown.id, 'sent back as it was shown, it stays as it was');
  const { secret, oldUntil } = await house.ask('POST', `/channels/${shown.id}/secret`);
  assert.match(secret, /^whsec_/);
  assert.equal(oldUntil, house.clock.now().add({ hours: 24 }).toString());

  const id = await incident('checkout-api: told to a program');
  await say(id);
  const [asked] = vendor.at('/hook');
  assert.equal(String(asked?.headers['webhook-signature']).split(' ').length, 2);
  assert.deepEqual(
    (await of(id, 'Carl Contoso')).map((each) => `${each.channel} ${each.state} ${each.told}`),
    ['webhook delivered true'],
  );

  vendor.answer('/hook', { status: 500 });
  await house.pass({ minutes: 1 });
  await say(id, { impact: 'Nobody can pay by card.', action: 'We look.' });
  vendor.answer('/hook', { status: 410 });
  await house.pass({ seconds: 16 });
  const [, first, second] = vendor.at('/hook');
  assert.equal(first?.headers['webhook-id'], second?.headers['webhook-id'], 'one id at every try');
  const [, webhook, mail] = await of(id, 'Carl Contoso');
  assert.deepEqual(
    [webhook.channel, webhook.state, mail.channel, mail.told],
    ['webhook', 'failed', 'email', true],
  );
  const off = await house.ask('GET', '/contacts/con_c1');
  assert.match(off.channels[0].offWhy, /410/);
  await say(id, { impact: 'Nobody can pay by card.', action: 'We still look.' });
  assert.equal(vendor.at('/hook').length, 3, 'an endpoint that ended is not asked again');
});

test('the organisation hears in Slack, one thread for each incident, and never of a restricted one', async () => {
  const set = await house.ask('PUT', '/settings/channels', {
    channels: [{ kind: 'slack', address: '#incidents', label: 'Everybody in #incidents' }],
  });
  assert.equal(set.channels[0].address, '#incidents');
  const posts = () => vendor.at('/slack-api/chat.postMessage').map((each) => JSON.parse(each.body));
  const id = await incident('checkout-api: in a thread');
  await say(id);
  await say(id, { impact: 'Nobody can pay by card.', action: 'We look.' });
  const [first, second] = posts();
  assert.equal(first.thread_ts, undefined);
  assert.match(second.thread_ts, /^1700000000\./);
  assert.match(first.text, /P1 INC-\d+: checkout-api: in a thread/);
  const before = posts().length;
  const secret = await house.ask('POST', '/incidents', {
    title: 'someone read our mail',
    serviceIds: ['svc_checkout'],
    restricted: true,
  });
  await house.ask('POST', `/incidents/${secret.id}/updates`, {
    kind: 'first',
    impact: 'Mail was read.',
    action: 'We look.',
    audience: { clientIds: [], internal: true },
  });
  await house.settle();
  assert.equal(posts().length, before);
});

test('a test of a channel really sends, and is kept as proof', async () => {
  const sent = await house.ask('POST', '/channels/test', {
    contactId: 'con_n1',
    kind: 'sms',
    address: '+4915112345678',
  });
  assert.equal(sent.sent, true);
  assert.match(vendor.asked.at(-1)?.body ?? '', /This\+is\+a\+test/);
  const contact = await house.ask('GET', '/contacts/con_n1');
  assert.equal(contact.channels[0].testedAt, house.clock.now().toString());
  const mails = house.smtp.mails.length;
  await house.ask('POST', '/channels/test', {
    contactId: 'con_f1',
    kind: 'email',
    address: 'fay@fabrikam.example',
  });
  assert.match(house.smtp.mails[mails]?.subject ?? '', /^Test:/);
});

test('a reader asks for no more mail by one button, which reading alone never presses', async () => {
  await channels('con_n1', []);
  const id = await incident('checkout-api: unsubscribed');
  await say(id);
  const mail = house.smtp.mails.findLast((each) => each.envelope.to.includes('nora@northwind.example'));
  const link = mail?.headers.get('list') as {
    unsubscribe?: { url: string };
    'unsubscribe-post'?: { name: string };
  };
  const url = link.unsubscribe?.url ?? '';
  assert.match(url, /^https:\/\/humdrum\.example\.com\/unsubscribe\/con_n1\./);
  assert.ok(link['unsubscribe-post'], 'RFC 8058');
  const path = new URL(url).pathname;
  const visit = (method: 'GET' | 'POST', at: string) =>
    house.humdrum.app.inject({
      method,
      url: at,
      ...(method === 'POST'
        ? {
            payload: 'List-Unsubscribe=One-Click',
            headers: { 'content-type': 'application/x-www-form-urlencoded' },
          }
        : {}),
    });
  const page = await visit('GET', path);
  assert.equal(page.body.match(/<button/g)?.length, 1);
  assert.equal(
    (await house.ask('GET', '/contacts/con_n1')).channels[0].offAt,
    null,
    'reading changes nothing',
  );
  assert.equal((await visit('POST', path.replace(/\.[0-9a-f]{4}/, '.0000'))).statusCode, 404);
  assert.equal((await visit('POST', path)).statusCode, 200);
  assert.equal((await visit('POST', path)).statusCode, 200, 'twice is as good as once');
  const contact = await house.ask('GET', '/contacts/con_n1');
  assert.deepEqual([contact.channels[0].kind, contact.channels[0].offWhy], ['email', 'Asked for no mail.']);
  const count = house.smtp.mails.length;
  await say(id, { impact: 'Nobody can pay by card.', action: 'We look.' });
  assert.ok(
    !house.smtp.mails.slice(count).some((each) => each.envelope.to.includes('nora@northwind.example')),
  );
  const { clients } = await deliveries(id);
  assert.equal(clients.find((each: Json) => each.id === 'cli_northwind').askedForNoMail, true);
});

test('a mail that comes back has not told anybody, and the next channel is tried', async () => {
  await channels('con_f1', [
    { kind: 'email', address: 'fay@fabrikam.example' },
    { kind: 'sms', address: '+4915100000001' },
  ]);
  const { id } = await house.ask('POST', '/incidents', {
    title: 'blog: down',
    serviceIds: ['svc_blog'],
  });
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'first',
    impact: 'The blog is down.',
    action: 'We look.',
  });
  await house.settle();
  const mail = house.smtp.mails.findLast((each) => each.envelope.to.includes('fay@fabrikam.example'));
  const communicate = house.humdrum.story.rooms.find((room) => room.name === 'communicate') as Json;
  const bounce = { messageId: mail?.messageId ?? '', permanent: true, text: '550 5.1.1 no such\nmailbox' };
  assert.equal(await communicate.noteBounce({ ...bounce, messageId: '<other@example.com>' }), false);
  assert.equal(await communicate.noteBounce(bounce), true);
  await house.settle();
  const both = await of(id, 'Fay Fabrikam');
  const failed = both.find((each) => each.channel === 'email');
  assert.equal(both.find((each) => each.channel === 'sms')?.state, 'sent');
  assert.deepEqual(
    [failed.state, failed.words],
    ['failed', 'Not told: The mail came back: 550 5.1.1 no such mailbox'],
  );
  assert.equal(await communicate.noteBounce(bounce), false, 'the same news twice is no news');
});
