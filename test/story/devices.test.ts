/** A contact turns messages on in a browser of its own: by a link that works once, for nobody else; told beside the list, and never as proof. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { devicePathInMail, devicePathOnPage } from '#src/communicate/device/link.ts';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { pretendBrowser } from '../servers/browser.ts';
import { startVendor, type Vendor } from '../servers/vendor.ts';
import { asReader, linkIn, sessionIn, visitorOf } from '../visitor.ts';

type PretendBrowser = ReturnType<typeof pretendBrowser>;
// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
type Json = any;

let house: Harness;
let vendor: Vendor;
let visitor: ReturnType<typeof visitorOf>;
let incident: string;
let phone: PretendBrowser;
before(async () => {
  vendor = await startVendor();
  vendor.answer('/push', { status: 201, body: '' });
  house = await openHarness();
  await seedAgency(house);
  visitor = visitorOf(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  await house.ask('PUT', '/settings/organisation', { name: 'Hillside', zone: 'UTC', phone: '+49 30 1' });
  await house.ask('PATCH', '/contacts/con_c1', { language: 'de' });
  await house.ask('POST', '/status-pages', {
    slug: 'northwind',
    clientId: 'cli_northwind',
    name: 'Northwind at Hillside',
    readers: ['boss@northwind.example'],
  });
  phone = pretendBrowser(`${vendor.url}/push/phone`);
  incident = (
    await house.ask('POST', '/incidents', { title: 'till-db is slow', serviceIds: ['svc_checkout'] })
  ).id;
  await say('first');
});
after(async () => {
  await house.close();
  await vendor.stop();
});

const SECRET = 'a secret that only tests know, long enough';
const OWN = { 'sec-fetch-site': 'same-origin', 'user-agent': 'Mozilla/5.0 (Linux; Android 16) Chrome/140' };
const post = (path: string, body: object, headers: Record<string, string> = OWN) =>
  house.call('POST', path, body, headers);
const mailsTo = (address: string) => house.smtp.mails.filter((mail) => mail.envelope.to.includes(address));
const mailTo = (address: string) => mailsTo(address).at(-1);
/** The newest link that turns something on. */
const linkTo = (address: string) =>
  linkOf(mailsTo(address).findLast((mail) => /\/device\/con_/.test(mail.text ?? ''))?.text);
const linkOf = (text: string | undefined): string => {
  const [, path] = /https:\/\/humdrum\.example\.com(\/device\/\S+)/.exec(text ?? '') ?? [];
  assert.ok(path, 'the mail has a link');
  return path;
};
const channels = async (contact: string): Promise<Json[]> =>
  (await house.ask('GET', `/contacts/${contact}`)).channels;
const devices = async (contact: string) =>
  (await channels(contact)).filter((each) => each.kind === 'web_push');
const pushes = (browser: PretendBrowser, name: string) =>
  vendor.at(`/push/${name}`).map((asked) => browser.read(asked));

/** No two messages at the same moment. */
async function say(kind = 'next'): Promise<void> {
  await house.pass({ seconds: 20 });
  await house.ask('POST', `/incidents/${incident}/updates`, {
    kind,
    status: 'looking',
    impact: 'Nobody can pay by card.',
    action: 'We are looking at our last change.',
  });
  await house.settle();
}

test('every mail to a contact offers it by a link of its own, in their language; mail to our own people does not', () => {
  const [nora, nils] = [mailTo('nora@northwind.example'), mailTo('nils@northwind.example')];
  assert.match(
    nora?.text ?? '',
    /Get these messages on this device as well:\nhttps:\/\/\S+\/device\/con_n1\./,
  );
  assert.ok(String(nora?.html).includes(linkOf(nora?.text)));
  assert.notEqual(linkOf(nora?.text), linkOf(nils?.text));
  assert.match(mailTo('carl@contoso.example')?.text ?? '', /Diese Meldungen auch auf diesem Gerät erhalten:/);
  assert.doesNotMatch(mailTo('bo@example.com')?.text ?? '', /\/device\//);
});

test('opening it changes nothing, however often; it is complete without JavaScript and runs no script but ours', async () => {
  const link = linkTo('nora@northwind.example');
  for (let visit = 0; visit < 3; visit += 1) {
    const page = await house.call('GET', link);
    assert.equal(page.status, 200);
    assert.match(
      page.text,
      /<h1>Get these messages on this device<\/h1><p class="quiet">Nora North, Northwind</,
    );
    assert.match(page.text, /<section data-when="plain"><p>Turning it on needs JavaScript/);
    assert.match(page.text, /By email\.<\/li>.*href="tel:\+49301">Urgent\? Call \+49 30 1</);
    assert.deepEqual(page.text.match(/<script[^>]*>/g), ['<script src="/device.js" defer>']);
    const policy = String(page.headers['content-security-policy']);
    assert.match(policy, /default-src 'none'.*script-src 'self'; connect-src 'self'; worker-src 'self'$/);
    assert.doesNotMatch(policy, /unsafe/);
    assert.equal(page.headers['cache-control'], 'no-store');
    assert.equal(page.headers['referrer-policy'], 'no-referrer');
  }
  assert.deepEqual(await devices('con_n1'), []);
});

test('a forged link, a link for somebody else, and a request from another site subscribe nobody', async () => {
  const link = linkTo('nora@northwind.example');
  const nils = linkTo('nils@northwind.example');
  const [contact, ...rest] = link.split('.');
  const forged = [
    link.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
    [contact?.replace('con_n1', 'con_n2'), ...rest].join('.'),
    [contact, 'zzzzzz', ...rest.slice(1)].join('.'),
    `${link.slice(0, link.lastIndexOf('.'))}.${nils.slice(nils.lastIndexOf('.') + 1)}`,
    '/device/con_n1',
  ];
  for (const path of forged) {
    assert.equal((await house.call('GET', path)).status, 404, path);
    assert.equal((await post(path, phone.subscription)).status, 404, path);
  }
  for (const headers of [{}, { 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
    const answer = await post(link, phone.subscription, headers as Record<string, string>);
    assert.equal(answer.status, 403);
  }
  const form = await house.call('POST', link, 'endpoint=x', {
    ...OWN,
    'content-type': 'application/x-www-form-urlencoded',
  });
  assert.equal(form.status, 415);
  const nothing = await post(link, { endpoint: 'https://push.example/1', keys: { p256dh: 'x', auth: 'y' } });
  assert.equal(nothing.status, 400);
  for (const id of ['con_n1', 'con_n2']) assert.deepEqual(await devices(id), []);
  assert.equal(vendor.at('/push').length, 0);
});

test('its button turns it on: the device stands in the directory, a first notification proves it, and the contact hears of it by mail', async () => {
  const link = linkTo('nora@northwind.example');
  assert.equal((await post(`${link}/state`, { endpoint: phone.subscription.endpoint })).body.on, false);
  const answer = await post(link, phone.subscription);
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body, {
    on: true,
    since: house.clock.now().toString(),
    stopped: false,
    other: false,
    first: true,
  });
  const [device, ...others] = await devices('con_n1');
  assert.deepEqual(others, []);
  assert.deepEqual(
    [device.label, device.beside, device.addedAt, device.testedAt],
    ['Chrome on Android', true, house.clock.now().toString(), house.clock.now().toString()],
  );
  assert.doesNotMatch(JSON.stringify(device), /push\/phone|p256dh/, 'its address is a secret');
  assert.deepEqual(
    (await channels('con_n1')).map((each) => each.kind),
    ['email', 'web_push'],
  );
  const [first] = pushes(phone, 'phone');
  assert.equal(first?.title, 'Messages from Hillside come here');
  assert.ok(first?.url?.endsWith(link), 'it leads to where it is turned off');
  await house.settle();
  const notice = mailTo('nora@northwind.example');
  assert.equal(notice?.subject, 'Our messages now also show on a device: Chrome on Android');
  assert.match(notice?.text ?? '', /\/device\/off\/chn_/);
});

test('a link works once: a replay on another device subscribes nobody, the same device is told that it is on', async () => {
  const mail = mailsTo('nora@northwind.example').find((each) => /\/device\/con_n1/.test(each.text ?? ''));
  const link = linkOf(mail?.text);
  const thief = pretendBrowser(`${vendor.url}/push/thief`);
  const stolen = await post(link, thief.subscription);
  assert.deepEqual(
    [stolen.status, stolen.body.title],
    [410, 'This link has turned a device on already, and works once.'],
  );
  const again = await post(link, phone.subscription);
  assert.deepEqual([again.status, again.body.on, again.body.first], [200, true, false]);
  assert.equal((await devices('con_n1')).length, 1);
  assert.match((await house.call('GET', link)).text, /data-link="used"/);
  assert.equal(vendor.at('/push/thief').length, 0);
});

test('of two devices with one link at the same moment one wins', async () => {
  const link = linkTo('nils@northwind.example');
  const two = ['left', 'right'].map((name) => pretendBrowser(`${vendor.url}/push/${name}`));
  const answers = await Promise.all(two.map((each) => post(link, each.subscription)));
  assert.deepEqual(answers.map((each) => each.status).toSorted(), [200, 410]);
  assert.equal((await devices('con_n2')).length, 1);
  await house.ask('PATCH', '/contacts/con_n2', { channels: [] });
});

test('a message comes on the device at the same moment as the mail, and nobody counts as two people', async () => {
  const { people } = (await house.ask('GET', `/incidents/${incident}/updates/draft?kind=next`)).audience;
  const [mails, shown] = [mailsTo('nora@northwind.example').length, pushes(phone, 'phone').length];
  await say();
  assert.equal(mailsTo('nora@northwind.example').length, mails + 1);
  const message = pushes(phone, 'phone').slice(shown);
  assert.equal(message.length, 1);
  assert.match(message[0]?.body ?? '', /Nobody can pay by card\..*Next update/s);
  assert.doesNotMatch(JSON.stringify(message), /till-db|INC-/, 'no name of ours');
  const [update] = (await house.ask('GET', `/incidents/${incident}/updates?limit=1`)).items;
  assert.equal(update.deliveries.total, people);
  const preview = await house.ask('POST', `/incidents/${incident}/updates/preview`, {
    kind: 'next',
    status: 'looking',
    impact: 'Nobody can pay by card.',
    action: 'We are looking.',
  });
  const own = preview.reads.filter((each: Json) => each.audience === 'client:cli_northwind');
  assert.deepEqual(
    own.map((each: Json) => `${each.turn} ${each.channel}`),
    ['first email', 'first web_push'],
  );
});

test('a device proves nothing: while the mail does not leave, the client is not told, and the next channel is tried in time', async () => {
  await house.ask('PATCH', '/contacts/con_n1', {
    channels: [
      { kind: 'discord', address: `${vendor.url}/discord` },
      { kind: 'mattermost', address: `${vendor.url}/chat` },
      ...(await devices('con_n1')).map(({ kind, address }) => ({ kind, address })),
    ],
  });
  await house.ask('PATCH', '/contacts/con_n2', {
    channels: [{ kind: 'discord', address: `${vendor.url}/discord` }],
  });
  vendor.answer('/discord', { status: 500 });
  const board = async () =>
    (await house.ask('GET', `/incidents/${incident}/told`)).items.find(
      (each: Json) => each.id === 'cli_northwind',
    );
  const shown = pushes(phone, 'phone').length;
  await say();
  assert.equal(pushes(phone, 'phone').length, shown + 1, 'the device has it');
  assert.equal((await board()).state, 'half', 'and yet there is no evidence of the latest');
  assert.equal(vendor.at('/chat').length, 0);
  await house.pass({ minutes: 6 });
  assert.equal(vendor.at('/chat').length, 1, 'the next one of the list');
  assert.equal((await board()).state, 'told');
  assert.equal(pushes(phone, 'phone').length, shown + 1, 'the device is not told twice');
  for (const id of ['con_n1', 'con_n2'])
    await house.ask('PATCH', `/contacts/${id}`, {
      channels: [
        { kind: 'email', address: id === 'con_n1' ? 'nora@northwind.example' : 'nils@northwind.example' },
        ...(await devices(id)).map(({ kind, address }) => ({ kind, address })),
      ],
    });
  await say();
});

test('a device that has ended is forgotten; nothing turns red and no other channel is tried for it', async () => {
  const tablet = pretendBrowser(`${vendor.url}/push/tablet`);
  assert.equal((await post(linkTo('nora@northwind.example'), tablet.subscription)).status, 200);
  assert.equal((await devices('con_n1')).length, 2);
  vendor.answer('/push/tablet', { status: 410 });
  const chats = vendor.at('/chat').length;
  await say();
  await house.pass({ minutes: 6 });
  assert.deepEqual((await devices('con_n1')).length, 1);
  assert.equal(vendor.at('/chat').length, chats);
  const { items } = await house.ask('GET', `/incidents/${incident}/deliveries?limit=200`);
  assert.deepEqual(
    items.filter((each: Json) => each.notTold && each.channel === 'web_push'),
    [],
  );
});

test('a device that its service does not know at once is not kept, and the link stays good', async () => {
  const link = linkTo('nora@northwind.example');
  vendor.answer('/push/stale', { status: 410 });
  const stale = pretendBrowser(`${vendor.url}/push/stale`);
  const answer = await post(link, stale.subscription);
  assert.deepEqual(
    [answer.status, answer.body.title],
    [409, 'The service for notifications does not know this device.'],
  );
  assert.equal((await devices('con_n1')).length, 1);
  assert.match((await house.call('GET', link)).text, /data-link="alive"/);
});

test('it is turned off on the same page, also when the link is old; a link that is old turns nothing on', async () => {
  const link = devicePathInMail(SECRET, {
    contactId: 'con_n1',
    address: 'nora@northwind.example',
    deliveryId: 'dlv_0123456789abcdef0123',
    writtenAt: house.clock.now().subtract({ hours: 24 * 7 }),
  });
  assert.match((await house.call('GET', link)).text, /data-link="expired"/);
  const late = await post(link, pretendBrowser(`${vendor.url}/push/late`).subscription);
  assert.deepEqual([late.status, late.body.title], [410, 'This link is too old to turn a device on.']);
  const off = await post(`${link}/off`, { endpoint: phone.subscription.endpoint });
  assert.deepEqual([off.status, off.body.on], [200, false]);
  assert.deepEqual(await devices('con_n1'), []);
});

test('our own people take it back: turned off in the directory it stays off, removed it is gone and no old link brings it back', async () => {
  await say();
  const link = linkTo('nora@northwind.example');
  await post(link, phone.subscription);
  const mail = { kind: 'email', address: 'nora@northwind.example' };
  const [{ kind, address }] = await devices('con_n1');
  await house.ask('PATCH', '/contacts/con_n1', { channels: [mail, { kind, address, off: true }] });
  const shown = pushes(phone, 'phone').length;
  await say();
  assert.equal(pushes(phone, 'phone').length, shown);
  const fresh = linkTo('nora@northwind.example');
  assert.equal((await post(`${fresh}/state`, { endpoint: phone.subscription.endpoint })).body.stopped, true);
  const refused = await post(fresh, phone.subscription);
  assert.deepEqual(
    [refused.status, refused.body.title],
    [403, 'Messages on this device were turned off by us.'],
  );
  await house.ask('PATCH', '/contacts/con_n1', { channels: [mail] });
  assert.equal((await post(link, phone.subscription)).status, 410, 'the used link');
  assert.deepEqual(await devices('con_n1'), []);
});

test('the notice by mail turns the device off from anywhere: by a button, not by opening it', async () => {
  await say();
  await post(linkTo('nora@northwind.example'), phone.subscription);
  await house.settle();
  const off = linkOf(mailTo('nora@northwind.example')?.text);
  assert.match(off, /^\/device\/off\//);
  const page = await house.call('GET', off);
  assert.match(page.text, /<h1>Turn this device off\?<\/h1>/);
  assert.equal((await devices('con_n1')).length, 1);
  assert.equal((await house.call('GET', off.replace(/.{4}$/, '0000'))).status, 404);
  const done = await house.call('POST', off, '', { 'content-type': 'application/x-www-form-urlencoded' });
  assert.match(done.text, /<h1>The device is off<\/h1>/);
  assert.deepEqual(await devices('con_n1'), []);
  const over = await house.call('GET', off, undefined, { 'accept-language': 'de,en;q=0.8' });
  assert.deepEqual([over.status, /<h1>Das Gerät ist aus</.test(over.text)], [410, true]);
});

test('a device shows the messages of whoever turned it on last, and of one reader for all their clients', async () => {
  await say();
  await post(linkTo('nora@northwind.example'), phone.subscription);
  const carl = linkTo('carl@contoso.example');
  const seen = await post(`${carl}/state`, { endpoint: phone.subscription.endpoint });
  assert.deepEqual([seen.body.on, seen.body.other], [false, true]);
  await post(carl, phone.subscription);
  assert.deepEqual([(await devices('con_n1')).length, (await devices('con_c1')).length], [0, 1]);
  assert.match(pushes(phone, 'phone').at(-1)?.title ?? '', /^Meldungen von Hillside kommen hierher$/);
  await house.ask('PATCH', '/contacts/con_n1', { email: 'carl@contoso.example' });
  await say();
  await post(await statusPageLink('carl@contoso.example'), phone.subscription);
  assert.deepEqual([(await devices('con_n1')).length, (await devices('con_c1')).length], [1, 1]);
  await house.ask('PATCH', '/contacts/con_n1', { email: 'nora@northwind.example' });
});

/** By the client's own status page. @returns the path to which it leads */
async function statusPageLink(address: string): Promise<string> {
  const from = house.smtp.mails.length;
  await visitor.post('/status/northwind/access', { address });
  await house.settle();
  const entered = await visitor.post(linkIn(visitor.mailsTo(address, from)[0], 'enter'));
  const session = sessionIn(entered.headers['set-cookie']);
  const page = await visitor.read('/status/northwind/', asReader(session));
  assert.match(page.text, /href="\/status\/northwind\/device">Get these messages on this device</);
  assert.doesNotMatch(page.text, /<script/);
  const led = await visitor.read('/status/northwind/device', asReader(session));
  return led.status === 303 ? String(led.headers.location) : `${led.status} ${led.text}`;
}

test('the client’s own status page leads there too: only whoever has entered, and only a contact', async () => {
  assert.equal((await visitor.read('/status/northwind/device')).status, 401);
  assert.match(await statusPageLink('boss@northwind.example'), /^404 .*You are not in our list of contacts/s);
  const path = await statusPageLink('nora@northwind.example');
  assert.match(path, /^\/device\/con_n1\./);
  assert.match((await house.call('GET', path)).text, /href="\/status\/northwind\/"/);
  const laptop = pretendBrowser(`${vendor.url}/push/laptop`);
  assert.equal((await post(path, laptop.subscription)).body.on, true);
  const reader = { contactId: 'con_n1', address: 'nora@northwind.example' };
  const old = devicePathOnPage(SECRET, reader, house.clock.now().subtract({ minutes: 30 }));
  const late = pretendBrowser(`${vendor.url}/push/late`);
  assert.equal((await post(old, late.subscription)).status, 410, 'half an hour old');
});

test('whoever is no contact any more, or has another address, turns nothing on by an old link', async () => {
  const link = await statusPageLink('nora@northwind.example');
  await house.ask('PATCH', '/contacts/con_n1', { email: 'nora.new@northwind.example', channels: [] });
  assert.equal((await post(link, phone.subscription)).status, 404);
  await house.ask('PATCH', '/contacts/con_n1', { email: 'nora@northwind.example' });
  assert.equal((await house.call('GET', link)).status, 200);
  await house.ask('POST', '/contacts/con_n1/archival', {});
  assert.equal((await post(link, phone.subscription)).status, 404);
  assert.equal((await house.call('GET', link)).status, 404);
});
