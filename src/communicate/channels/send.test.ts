/** Each channel against its vendor's server: what it is asked, what counts as evidence, and what its failures mean. */
import assert from 'node:assert/strict';
import { createECDH, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import type { ToldBy } from '#directory/told-by.ts';
import { movableClock } from '#platform/clock.ts';
import { Failed } from '#platform/errors.ts';
import { createOutbound } from '#platform/http/outbound.ts';
import { createMailer } from '#platform/mail.ts';
import { type Answering, startVendor, type Vendor } from '../../../test/servers/vendor.ts';
import { type Channels, createChannels, type Telling } from './channels.ts';
import { isFromTwilio } from './twilio.ts';
import { makePushKeys } from './web_push/send.ts';
import type { Wording } from './wording.ts';

const clock = movableClock('2026-11-25T02:14:00Z');
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const OLD_SECRET = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3';
const pushKeys = makePushKeys();
const browser = createECDH('prime256v1');
browser.generateKeys();
const auth = randomBytes(16);
let vendor: Vendor;
let channels: Channels;

/** @param timeoutMilliseconds long for everything but what hangs, since a busy machine answers late too */
function channelsThatWait(timeoutMilliseconds: number): Channels {
  return createChannels({
    clock,
    mailer: createMailer({ smtpUrl: undefined, mailFrom: 'humdrum@example.com', url: undefined }, clock),
    outbound: createOutbound({ allowPrivate: ['127.0.0.0/8'], timeoutMilliseconds }),
    config: {
      url: 'https://humdrum.example',
      mailFrom: 'Humdrum <humdrum@example.com>',
      slack: { botToken: 'xoxb-secret', apiUrl: `${vendor.url}/slack-api` },
      twilio: {
        accountSid: 'AC123',
        authToken: 'twilio-secret',
        from: '+15005550006',
        messagingServiceSid: undefined,
        voiceFrom: '+15005550006',
        baseUrl: `${vendor.url}/twilio`,
      },
    },
    pushKeys: async () => pushKeys,
  });
}

beforeEach(async () => {
  vendor = await startVendor();
  channels = channelsThatWait(10_000);
  vendor.answer('/twilio', { status: 201, body: { sid: 'SM1', status: 'queued' } });
  vendor.answer('/slack-api', { body: { ok: true, ts: '1700000000.000100', channel: 'C1' } });
  vendor.answer('/discord', { body: { id: '123456' } });
  vendor.answer('/teams', { status: 202, body: '' });
  vendor.answer('/push', { status: 201, body: '' });
});
afterEach(() => vendor.stop());

const wording: Wording = {
  language: 'en',
  subject: 'Nobody can pay · We know the cause',
  lines: [{ label: 'Impact', words: 'Nobody can pay by card.' }],
  footer: ['Hillside. Written 02:14 UTC.'],
  link: 'https://humdrum.example/status/',
  brief: {
    from: 'Hillside',
    impact: 'Nobody can pay by card.',
    action: 'We look.',
    next: 'Next update at 02:44 UTC.',
    reference: 'Ref 7M3K-Q0V9',
  },
  event: { type: 'incident.update.sent', at: clock.now().epochMilliseconds, data: { kind: 'next' } },
};

function telling(kind: ToldBy | 'slack_bot', more: Partial<Telling> = {}): Telling {
  const url = `${vendor.url}/${kind === 'web_push' ? 'push' : kind}/T0/token`;
  const secrets: Record<string, Telling['to']['secret']> = {
    sms: {},
    voice: {},
    slack_bot: {},
    webhook: { url, secrets: [{ secret: SECRET, until: null }] },
    web_push: {
      url,
      keys: { p256dh: browser.getPublicKey('base64url'), auth: auth.toString('base64url') },
    },
  };
  const address = kind === 'sms' || kind === 'voice' ? '+4915112345678' : '#incidents';
  return {
    deliveryId: 'dlv_1',
    wording,
    reference: '7M3K-Q0V9',
    to: { name: 'Nora', address, secret: secrets[kind] ?? { url } },
    urgent: true,
    thread: undefined,
    unsubscribe: undefined,
    ...more,
  };
}

const KINDS = [
  'sms',
  'voice',
  'slack',
  'slack_bot',
  'teams',
  'discord',
  'mattermost',
  'web_push',
  'webhook',
] as const;
type Each = (typeof KINDS)[number];

const send = (kind: Each, more: Partial<Telling> = {}) =>
  channels[kind === 'slack_bot' ? 'slack' : kind].send(telling(kind, more));

async function failure(kind: Each, how: Answering): Promise<Failed> {
  vendor.answer('/', how);
  try {
    await send(kind);
  } catch (error) {
    assert.ok(error instanceof Failed, String(error));
    return error;
  }
  throw new Error(`${kind} was sent, but ${JSON.stringify(how)} is no success`);
}

for (const kind of KINDS) {
  test(`${kind}: too many requests are tried again, not before the vendor's time`, async () => {
    const failed = await failure(kind, { status: 429, headers: { 'retry-after': '120' }, body: 'slow down' });
    assert.deepEqual([failed.permanent, failed.retryAfterSeconds], [false, 120]);
    const dated = await failure(kind, {
      status: 429,
      headers: { 'retry-after': 'Wed, 25 Nov 2026 02:15:30 GMT' },
    });
    assert.equal(dated.retryAfterSeconds, 90);
  });

  test(`${kind}: a vendor that is broken or silent is tried again`, async () => {
    assert.equal((await failure(kind, { status: 500, body: '<html>oops</html>' })).permanent, false);
    assert.equal((await failure(kind, { status: 503 })).permanent, false);
    channels = channelsThatWait(150);
    assert.equal((await failure(kind, { hangs: true })).permanent, false);
    await vendor.stop();
    await assert.rejects(send(kind), (error) => error instanceof Failed && !error.permanent);
  });

  test(`${kind}: what the vendor refuses is not tried again, and its token is never told`, async () => {
    const failed = await failure(kind, {
      status: 400,
      body: { message: 'no such number', error: 'invalid' },
    });
    assert.equal(failed.permanent, true);
    assert.doesNotMatch(failed.message, /token|secret/);
  });

  test(`${kind}: a redirect is not followed`, async () => {
    await failure(kind, { status: 307, headers: { location: `${vendor.url}/elsewhere` } });
    assert.equal(vendor.at('/elsewhere').length, 0);
  });
}

test('an SMS asks Twilio for one message and for news of it', async () => {
  const evidence = await send('sms');
  const [asked] = vendor.at('/twilio/2010-04-01/Accounts/AC123/Messages.json');
  const form = new URLSearchParams(asked?.body);
  assert.equal(form.get('To'), '+4915112345678');
  assert.equal(form.get('From'), '+15005550006');
  assert.match(form.get('Body') ?? '', /Nobody can pay by card\. We look\. Next update at 02:44 UTC\./);
  assert.equal(form.get('StatusCallback'), 'https://humdrum.example/hooks/twilio/status?delivery=dlv_1');
  assert.equal(
    asked?.headers.authorization,
    `Basic ${Buffer.from('AC123:twilio-secret').toString('base64')}`,
  );
  assert.deepEqual([evidence.id, evidence.delivered], ['SM1', false], 'being queued proves nothing');
});

test('a wrong Twilio token is for the operator to mend, and tried again', async () => {
  assert.equal((await failure('sms', { status: 401, body: { message: 'Authenticate' } })).permanent, false);
});

test('a 201 from Twilio that names no message proves nothing', async () => {
  assert.equal((await failure('sms', { status: 201, body: '{}' })).permanent, false);
});

test("Twilio's callbacks are known by their signature", () => {
  // Made by another program than this one.
  const asked = {
    url: 'https://inc.example.test/hooks/twilio?i=42',
    params: { Digits: '1', CallSid: 'CA42' },
    signature: 'SIMJQA0loSbmbYEFP3VXeA63Ios=',
  };
  assert.equal(isFromTwilio('relay-token', asked), true);
  assert.equal(isFromTwilio('relay-token', { ...asked, params: { ...asked.params, Digits: '2' } }), false);
  assert.equal(isFromTwilio('other-token', asked), false);
  assert.equal(isFromTwilio('relay-token', { ...asked, signature: '' }), false);
  // The example that Twilio itself publishes.
  const published = {
    url: 'https://mycompany.com/myapp.php?foo=1&bar=2',
    params: {
      CallSid: 'CA1234567890ABCDE',
      Caller: '+12349013030',
      Digits: '1234',
      From: '+12349013030',
      To: '+18005551212',
    },
    signature: '0/KCTR6DLpKmkAf8muzZqo1nDgQ=',
  };
  assert.equal(isFromTwilio('12345', published), true);
  assert.equal(isFromTwilio('12346', published), false);
});

test('the bot keeps an incident in one thread, and Slack says no with 200', async () => {
  const first = await send('slack_bot');
  assert.deepEqual([first.delivered, first.thread], [true, '1700000000.000100']);
  const second = await send('slack_bot', { thread: first.thread });
  assert.equal(second.thread, first.thread);
  const [, asked] = vendor.at('/slack-api/chat.postMessage').map((each) => JSON.parse(each.body));
  assert.equal(asked.thread_ts, '1700000000.000100');
  assert.equal(
    (await failure('slack_bot', { body: { ok: false, error: 'channel_not_found' } })).permanent,
    true,
  );
  assert.equal((await failure('slack_bot', { body: { ok: false, error: 'ratelimited' } })).permanent, false);
  assert.equal((await failure('slack_bot', { body: 'not json' })).permanent, false);
});

test('what Teams has taken is sent, not delivered; what Discord names is delivered', async () => {
  assert.equal((await send('teams')).delivered, false);
  const discord = await send('discord');
  assert.deepEqual([discord.delivered, discord.id], [true, '123456']);
  assert.match(vendor.at('/discord')[0]?.path ?? '', /\?wait=true$/);
  vendor.answer('/discord', { status: 200, body: '' });
  assert.equal((await send('discord')).delivered, false, 'a 200 that names nothing proves nothing');
});

test('an address that has ended is told from one that failed', async () => {
  for (const [kind, status] of [
    ['webhook', 410],
    ['web_push', 404],
    ['web_push', 410],
    ['discord', 404],
    ['slack', 404],
  ] as const)
    assert.equal((await failure(kind, { status })).name, 'Gone', `${kind} ${status}`);
  assert.equal((await failure('webhook', { status: 404 })).name, 'Failed');
});

test('a webhook is verified by the library of the standard, with the old secret too while both are in force', async () => {
  const both = {
    url: `${vendor.url}/webhook/1`,
    secrets: [
      { secret: SECRET, until: null },
      { secret: OLD_SECRET, until: '2026-11-25T03:00:00Z' },
    ],
  };
  const sendBoth = () => send('webhook', { to: { name: 'x', address: 'x', secret: both } });
  await sendBoth();
  clock.advance({ hours: 1 });
  await sendBoth();
  const [during, later] = vendor.at('/webhook');
  assert.ok(during && later);
  const verify = (asked: typeof during, secret: string) =>
    new Webhook(secret).verify(asked.body, asked.headers as Record<string, string>);
  mock.timers.enable({
    apis: ['Date'],
    now: Temporal.Instant.from('2026-11-25T02:15:00Z').epochMilliseconds,
  });
  assert.equal((verify(during, SECRET) as { type: string }).type, 'incident.update.sent');
  verify(during, OLD_SECRET);
  assert.throws(() => verify({ ...during, body: `${during.body} ` }, SECRET));
  mock.timers.reset();
  mock.timers.enable({ apis: ['Date'], now: clock.now().epochMilliseconds });
  verify(later, SECRET);
  assert.throws(() => verify(later, OLD_SECRET), 'its time is over');
  mock.timers.reset();
  clock.set(Temporal.Instant.from('2026-11-25T02:14:00Z'));
  assert.equal(during.headers['webhook-id'], later.headers['webhook-id'], 'one id at every try');
});

test('a browser notification is decrypted by an independent library', async () => {
  await send('web_push');
  const [asked] = vendor.at('/push');
  assert.ok(asked);
  const decipher = createRequire(import.meta.url)('http_ece') as {
    decrypt(bytes: Buffer, options: object): Buffer;
  };
  const plain = decipher.decrypt(asked.bytes, {
    version: 'aes128gcm',
    privateKey: browser,
    authSecret: auth.toString('base64url'),
  });
  const message = JSON.parse(plain.toString('utf8'));
  assert.equal(message.title, wording.subject);
  assert.match(message.body, /Next update at 02:44 UTC\.$/);
  assert.equal(asked.headers['content-encoding'], 'aes128gcm');
  assert.equal(asked.headers.urgency, 'high');
  assert.match(String(asked.headers.authorization), new RegExp(`k=${pushKeys.publicKey}`));
});
