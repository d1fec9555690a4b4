/** "Nothing new" from a telephone and from Slack: one tap, one open nudge, never a guess between two, and always an answer where it was said. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, before, test } from 'node:test';
import { twilioSignature } from '#src/communicate/channels/twilio.ts';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { startVendor, type Vendor } from '../servers/vendor.ts';

const TOKEN = 'a token that only Twilio and we know';
const SIGNING = 'a signing secret of tests';
const MOBILE = '+4915112345678';
let house: Harness;
let vendor: Vendor;
let posts = 0;
before(async () => {
  vendor = await startVendor();
  vendor.answer('/2010', { status: 201, body: { sid: 'SM1', status: 'queued' } });
  vendor.answer('/slack-api/chat.postMessage', () => ({
    body: { ok: true, channel: 'D0ANA', ts: `1700000000.${100000 + posts++}` },
  }));
  vendor.answer('/slack-api/chat.update', { body: { ok: true, channel: 'D0ANA', ts: '1' } });
  house = await openHarness({
    start: '2026-11-23T02:00:00Z',
    environment: {
      TWILIO_ACCOUNT_SID: 'AC123',
      TWILIO_AUTH_TOKEN: TOKEN,
      TWILIO_FROM: '+15005550006',
      TWILIO_BASE_URL: vendor.url,
      SLACK_BOT_TOKEN: 'xoxb-secret',
      SLACK_API_URL: `${vendor.url}/slack-api`,
      SLACK_SIGNING_SECRET: SIGNING,
    },
  });
  await seedAgency(house);
  ana();
  await house.ask('PUT', '/me/channels', {
    channels: [{ kind: 'app' }],
    messageChannels: [
      { kind: 'email', address: 'ana@example.com' },
      { kind: 'sms', address: MOBILE },
      { kind: 'slack', address: 'U012AB3CD' },
      { kind: 'slack', address: '#incidents' },
    ],
  });
});
after(async () => {
  await house?.close();
  await vendor.stop();
});

const ana = () => house.as({ personId: 'ana', name: 'Ana Lima', role: 'administrator' });

async function incident(title: string): Promise<string> {
  const { id } = await house.ask('POST', '/incidents', { title, serviceIds: ['svc_checkout'] });
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'three failed payments' });
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'first',
    impact: `${title}: nobody can pay by card.`,
    action: 'We are investigating.',
  });
  await house.settle();
  return id;
}

const said = async (id: string) => (await house.ask('GET', `/incidents/${id}/updates`)).items;
const sms = () =>
  vendor
    .at('/2010')
    .map((each) => new URLSearchParams(each.body))
    .filter((form) => /^Update due/.test(form.get('Body') ?? ''));
const slack = (method: string) => vendor.at(`/slack-api/chat.${method}`).map((each) => JSON.parse(each.body));
const nudged = () => slack('postMessage').filter((each) => each.channel === 'U012AB3CD');
const codeIn = (text: string) => /SAME ([A-Z0-9]{4})/.exec(text)?.[1] ?? '';

/** Twilio brings an SMS. @returns what its sender is answered */
async function reply(text: string, from = MOBILE, token = TOKEN): Promise<string | number> {
  house.as(undefined);
  const params = { From: from, To: '+15005550006', Body: text, MessageSid: 'SM77' };
  const path = '/hooks/twilio/sms';
  const signature = twilioSignature(token, `https://humdrum.example.com${path}`, params);
  const answer = await house.call('POST', path, new URLSearchParams(params).toString(), {
    'content-type': 'application/x-www-form-urlencoded',
    'x-twilio-signature': signature,
  });
  await house.settle();
  ana();
  if (answer.status !== 200) return answer.status;
  return /<Message>(.*)<\/Message>/.exec(answer.text)?.[1] ?? '';
}

type Press = { user?: string; channel?: string; ts: string; value: string };

/** Slack brings a pressed button, signed as its documentation says. */
async function press(
  { user = 'U012AB3CD', channel = 'D0ANA', ts, value }: Press,
  signed: { secret?: string; ageSeconds?: number } = {},
): Promise<number> {
  house.as(undefined);
  const payload = {
    type: 'block_actions',
    user: { id: user },
    api_app_id: 'A1',
    container: { type: 'message', message_ts: ts, channel_id: channel },
    actions: [{ action_id: 'nothing_new', block_id: 'b1', type: 'button', value, action_ts: '1.2' }],
  };
  const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
  const now = Math.floor(house.clock.now().epochMilliseconds / 1000);
  const timestamp = String(now - (signed.ageSeconds ?? 0));
  const signature = createHmac('sha256', signed.secret ?? SIGNING)
    .update(`v0:${timestamp}:${body}`)
    .digest('hex');
  const { status } = await house.call('POST', '/hooks/slack/actions', body, {
    'content-type': 'application/x-www-form-urlencoded',
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${signature}`,
  });
  await house.settle();
  ana();
  return status;
}

let first: string;
let code: string;

test('two minutes before the time the draft is in the mailbox, on the telephone and in Slack, and in no room', async () => {
  first = await incident('checkout-api: 5xx');
  await house.until('2026-11-23T02:28:00Z');
  assert.equal(house.smtp.mails.filter((mail) => /^Update due/.test(mail.subject ?? '')).length, 1);
  const [form, ...others] = sms();
  assert.deepEqual(others, []);
  assert.equal(form?.get('To'), MOBILE);
  assert.match(
    form?.get('Body') ?? '',
    /^Update due 02:30 UTC: P1 INC-1 checkout-api: 5xx\. Nothing new\? Reply SAME [A-Z0-9]{4}, and everyone who was told hears so\.$/,
  );
  code = codeIn(form?.get('Body') ?? '');
  const [post, ...more] = nudged();
  assert.deepEqual(more, []);
  assert.match(post.blocks[1].text.text, /nobody can pay by card/);
  assert.equal(post.blocks[2].elements[0].text.text, 'Send “nothing new”');
  assert.ok(
    !slack('postMessage').some((each) => each.channel === '#incidents' && /not sent yet/.test(each.text)),
  );
});

test('an SMS that Twilio did not sign, one of a stranger, and one that says something else send nothing', async () => {
  assert.equal(await reply(`SAME ${code}`, MOBILE, 'forged'), 403);
  assert.equal(await reply(`SAME ${code}`, '+4915100000000'), '', 'a stranger is not even answered');
  assert.match(String(await reply('on my way')), /^Not understood, nothing was sent\. Reply SAME/);
  assert.match(String(await reply('SAME ZZZZ')), /^ZZZZ fits no update that you owe, nothing was sent\./);
  assert.equal((await said(first)).length, 1);
});

test('the word alone is enough while one update is due; it is sent in the name of its person and confirmed', async () => {
  assert.equal(
    await reply('same'),
    'INC-1: &#34;Nothing new&#34; is on its way. The next update is due at 02:55 UTC.',
  );
  const [latest, ...others] = await said(first);
  assert.deepEqual([latest.nothingNew, others.length], [true, 1]);
  const facts = (await house.ask('GET', `/incidents/${first}/timeline`)).items;
  const line = facts.find((each: { source?: string }) => each.source === 'SMS reply');
  assert.equal(line?.actor.name, 'Ana Lima');
});

test('the same SMS once more sends nothing and says so', async () => {
  assert.equal(await reply('same'), '&#34;Nothing new&#34; was sent already. You need do nothing.');
  assert.equal(await reply(`SAME ${code}`), '&#34;Nothing new&#34; was sent already. You need do nothing.');
  assert.equal((await said(first)).length, 2);
});

test('with two updates due it never guesses: it asks back, and the code decides', async () => {
  const second = await incident('orders-db: slow <b>');
  await house.until('2026-11-23T02:56:00Z');
  const answer = String(await reply('SAME'));
  assert.match(
    answer,
    /^2 updates are due, nothing was sent\. Reply SAME [A-Z0-9]{4} for P1 INC-1 checkout-api: 5xx, SAME [A-Z0-9]{4} for P1 INC-2 orders-db: slow &#60;b&#62;\.$/,
  );
  assert.deepEqual([(await said(first)).length, (await said(second)).length], [2, 1]);
  const forSecond = /SAME ([A-Z0-9]{4}) for P1 INC-2/.exec(answer)?.[1] ?? '';
  assert.match(String(await reply(forSecond.toLowerCase())), /^INC-2: .*on its way/);
  assert.deepEqual([(await said(first)).length, (await said(second)).length], [2, 2]);
});

test('a button that Slack did not sign, an old one, and one pressed by somebody else or elsewhere send nothing', async () => {
  const post = nudged().at(-1);
  const at = { ts: `1700000000.${100000 + posts - 1}`, value: post.blocks[2].elements[0].value };
  assert.equal(await press(at, { secret: 'another' }), 401);
  assert.equal(await press(at, { ageSeconds: 301 }), 401);
  assert.equal(await press({ ...at, user: 'U0EVE' }), 200);
  assert.equal(await press({ ...at, channel: 'C0OTHER' }), 200);
  assert.equal(
    await press({ ...at, value: at.value.replace(/.$/, (last: string) => (last === '0' ? '1' : '0')) }),
    200,
  );
  assert.equal((await said(first)).length, 2);
  assert.deepEqual(slack('update'), []);
});

test('the button sends it once, and the words stand in its place in Slack, also when Slack stumbles', async () => {
  const open = nudged().findLast((each) => each.text.includes('INC-1'));
  const { posted } = await house.db
    .selectFrom('nudge')
    .select('posted')
    .where('incident_id', '=', first)
    .where('channel', '=', 'slack')
    .where('state', '=', 'sent')
    .executeTakeFirstOrThrow();
  const at = { ts: (posted as { ts: string }).ts, value: open.blocks[2].elements[0].value };
  vendor.answer('/slack-api/chat.update', { status: 503 });
  assert.equal(await press(at), 200);
  assert.equal((await said(first)).length, 3);
  vendor.answer('/slack-api/chat.update', { body: { ok: true, channel: 'D0ANA', ts: at.ts } });
  await house.pass({ seconds: 25 });
  const [stumbled, update, ...others] = slack('update');
  assert.deepEqual(others, []);
  assert.deepEqual([stumbled.ts, update.ts, update.channel], [at.ts, at.ts, 'D0ANA']);
  assert.match(
    update.blocks[0].text.text,
    /^INC-1: “Nothing new” is on its way\. The next update is due at \d\d:\d\d UTC\.$/,
  );
  assert.equal(update.blocks.length, 1, 'the button is gone');
  await press(at);
  assert.equal((await said(first)).length, 3);
  assert.match(slack('update').at(-1)?.text, /was sent already/);
});

test('a telephone that is answered by one channel owes nothing on the others', async () => {
  const states = await house.db.selectFrom('nudge').select(['channel', 'state']).execute();
  assert.deepEqual(new Set(states.map((each) => each.state)), new Set(['answered']));
  assert.match(String(await reply('same')), /sent already/);
});
