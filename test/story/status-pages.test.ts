/** Many status pages: each reads what is meant for it and nothing else; who may read a private one; who is told, and only after saying yes. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { freePort } from '../servers/program.ts';
import { asReader, headerOf, linkIn, sessionIn, visitorOf } from '../visitor.ts';

let house: Harness;
let visitor: ReturnType<typeof visitorOf>;
let incident: string;
let northwind: { id: string; path: string };
let contoso: { id: string; path: string };
let session = '';
let TWILIO_PORT = 0;

before(async () => {
  TWILIO_PORT = await freePort();
  house = await openHarness({
    start: '2026-11-23T02:00:00Z',
    environment: {
      TWILIO_ACCOUNT_SID: 'AC1',
      TWILIO_AUTH_TOKEN: 'token',
      TWILIO_FROM: '+4930123456',
      TWILIO_BASE_URL: `http://127.0.0.1:${TWILIO_PORT}`,
    },
  });
  await seedAgency(house);
  visitor = visitorOf(house);
  admin();
  await house.ask('PUT', '/settings/organisation', { name: 'Hillside', zone: 'UTC', phone: null });
});
after(() => house.close());

const admin = () => house.as({ personId: 'ana', name: 'Ana Lima' });
test('a page has its name, its place, its language; its colours must be readable', async () => {
  const body = {
    slug: 'northwind',
    clientId: 'cli_northwind',
    name: 'Northwind bei Hillside',
    zone: 'Europe/Berlin',
    language: 'de',
    accent: '#7a1f5c',
    readers: ['boss@northwind.example', 'partner.example'],
  };
  const pale = await house.call('POST', '/status-pages', { ...body, accent: '#ffcc00' });
  assert.equal(pale.status, 400);
  assert.match(
    pale.body.fields[0].message,
    /#ffcc00 has a contrast of 1\.\d to 1 .* #[0-9a-f]{6} would do\./,
  );
  const taken = await house.call('POST', '/status-pages', { ...body, slug: 'incidents' });
  assert.match(taken.body.fields[0].message, /address of the first page/);
  const everybody = await house.call('POST', '/status-pages', { ...body, readers: ['gmail.com'] });
  assert.match(JSON.stringify(everybody.body.fields), /everybody can have an address/);
  northwind = await house.ask('POST', '/status-pages', body);
  assert.equal(northwind.path, '/status/northwind/');
  contoso = await house.ask('POST', '/status-pages', {
    slug: 'contoso',
    clientId: 'cli_contoso',
    name: 'Contoso at Hillside',
  });
  const again = await house.call('POST', '/status-pages', { ...body, slug: 'other' });
  assert.match(again.body.fields[0].message, /has a page already/);
});

test('only administrators make pages, and a page shows no service that does not serve its client', async () => {
  house.as({ personId: 'bo', name: 'Bo Falk', role: 'responder' });
  assert.equal((await house.call('POST', '/status-pages', { slug: 'x', name: 'X' })).status, 403);
  admin();
  const wrong = await house.call('PUT', `/status-pages/${northwind.id}`, {
    name: 'Northwind',
    serviceIds: ['svc_checkout', 'svc_orders'],
  });
  assert.match(wrong.body.fields[0].message, /orders-db does not serve this client/);
});

test('a preview shows how a page would look and changes nothing', async () => {
  const { html } = await house.ask('POST', '/status-pages/preview', {
    id: northwind.id,
    name: 'A quite different name',
    language: 'en',
  });
  assert.match(html, /<h1>A quite different name<\/h1>/);
  assert.match(html, /Everything works\./);
  assert.equal((await house.ask('GET', `/status-pages/${northwind.id}`)).name, 'Northwind bei Hillside');
});

test('a private page is a door, and so is every page that does not exist', async () => {
  const door = await visitor.read(northwind.path);
  const nothing = await visitor.read('/status/no-such-client/');
  assert.equal(door.status, 401);
  assert.equal(nothing.status, 401);
  assert.equal(door.text.replaceAll('northwind', 'X'), nothing.text.replaceAll('no-such-client', 'X'));
  assert.doesNotMatch(door.text, /Northwind/);
  assert.equal(door.headers['cache-control'], 'no-store');
  assert.match(String(door.headers['x-robots-tag']), /noindex/);
  for (const path of ['api/v2/summary.json', 'history.atom', 'history.rss', 'calendar.ics', 'documents.json'])
    for (const base of [northwind.path, '/status/no-such-client/'])
      assert.equal((await visitor.read(`${base}${path}`)).status, 401, base + path);
});

test('whether an address is listed cannot be told from the answer', async () => {
  const before = house.smtp.mails.length;
  const answers = [];
  for (const [path, address] of [
    [northwind.path, 'boss@northwind.example'],
    [northwind.path, 'stranger@nowhere.example'],
    ['/status/no-such-client/', 'boss@northwind.example'],
  ])
    answers.push(await visitor.post(`${path}access`, { address: address ?? '' }));
  assert.equal(new Set(answers.map((each) => `${each.status} ${each.text}`)).size, 1);
  assert.match(answers[0]?.text ?? '', /If this address is listed for this page, a link is on its way/);
  await house.settle();
  const sent = house.smtp.mails.slice(before);
  assert.deepEqual(
    sent.map((mail) => mail.envelope.to),
    [['boss@northwind.example']],
  );
});

test('a link opens the page once, by its button; a mail scanner that follows it changes nothing', async () => {
  const link = linkIn(visitor.mailsTo('boss@northwind.example').at(-1), 'enter');
  for (let visit = 0; visit < 3; visit += 1) {
    const page = await visitor.read(link);
    assert.equal(page.status, 200);
    assert.equal(page.headers['set-cookie'], undefined);
  }
  assert.equal((await visitor.read(link.replace(/.$/, '0'))).status, 200, 'a wrong link looks the same');
  assert.equal(
    (await visitor.post(link.replace('/northwind/', '/contoso/'))).status,
    410,
    'bound to its page',
  );
  const entered = await visitor.post(link);
  assert.equal(entered.status, 303);
  assert.match(String(entered.headers['set-cookie']), /HttpOnly; SameSite=Lax; Max-Age=1209600; Secure$/);
  session = sessionIn(entered.headers['set-cookie']);
  assert.equal((await visitor.post(link)).status, 410, 'single use');
  const page = await visitor.read(northwind.path, asReader(session));
  assert.equal(page.status, 200);
  assert.match(page.text, /<html lang="de">/);
  assert.match(page.text, /Alles funktioniert\./);
  assert.match(page.text, /card payments/);
  assert.equal(page.headers['cache-control'], 'private, no-cache');
  assert.equal((await visitor.read(contoso.path, asReader(session))).status, 401, 'no other page');
});

test('a link that nobody opened in half an hour is worthless', async () => {
  const from = house.smtp.mails.length;
  await house.pass({ minutes: 16 });
  await visitor.post(`${northwind.path}access`, { address: 'ana@partner.example' });
  await house.settle();
  const link = linkIn(visitor.mailsTo('ana@partner.example', from)[0], 'enter');
  assert.match(link, /enter/);
  await house.pass({ minutes: 31 });
  assert.equal((await visitor.post(link)).status, 410);
});

test('each client reads on its page the words that were meant for it, and nobody else does', async () => {
  const declared = await house.ask('POST', '/incidents', {
    title: 'checkout-api: 5xx on /pay',
    serviceIds: ['svc_checkout'],
  });
  incident = declared.id;
  await house.ask('POST', `/incidents/${incident}/confirmation`, { evidence: 'three failed test payments' });
  await house.ask('POST', `/incidents/${incident}/updates`, {
    kind: 'first',
    status: 'looking',
    impact: 'Words for every client.',
    action: 'Looking.',
    wordings: [
      { audience: 'internal', impact: 'Words for us alone.', action: 'Looking.' },
      { audience: 'public', impact: 'Words for the public.', action: 'Looking.' },
      { audience: 'client:cli_northwind', impact: 'Words for the first client alone.', action: 'Looking.' },
    ],
  });
  await house.settle();
  await house.pass({ seconds: 6 });
  const carl = await visitor.signIn(contoso.path, 'carl@contoso.example');
  const seen = {
    northwind: await everythingOn(northwind.path, asReader(session)),
    contoso: await everythingOn(contoso.path, asReader(carl)),
    public: await everythingOn('/status/', {}),
  };
  assert.match(seen.northwind, /Words for the first client alone/);
  assert.match(seen.contoso, /Words for every client/);
  assert.match(seen.public, /Words for the public/);
  assert.doesNotMatch(seen.northwind, /every client|the public|us alone|checkout-api|5xx|Contoso/);
  assert.doesNotMatch(seen.contoso, /first client|the public|us alone|checkout-api|5xx|Northwind/);
  assert.doesNotMatch(seen.public, /first client|every client|us alone|checkout-api|5xx|Northwind|Contoso/);
});

async function everythingOn(base: string, headers: Record<string, string>): Promise<string> {
  const list = JSON.parse((await visitor.read(`${base}documents.json`, headers)).text);
  const texts = [];
  for (const { path } of list.documents as { path: string }[]) {
    if (path === '404') continue;
    const got = await visitor.read(`${base}${path}`, headers);
    assert.equal(got.status, 200, base + path);
    texts.push(got.text);
  }
  assert.ok(texts.length > 12);
  return texts.join('\n');
}

test('a message to one client alone is on that page and on no other, nor is its time', async () => {
  await house.pass({ minutes: 1 });
  await house.ask('POST', `/incidents/${incident}/updates`, {
    kind: 'next',
    status: 'cause_known',
    impact: 'Only your terminals fail.',
    action: 'We replace them.',
    nextAt: house.clock.now().add({ minutes: 11 }).toString(),
    audience: { clientIds: ['cli_northwind'], internal: true, publicPage: false },
  });
  await house.settle();
  await house.pass({ seconds: 6 });
  const own = await visitor.read(northwind.path, asReader(session));
  assert.match(own.text, /Only your terminals fail/);
  const first = await visitor.read('/status/');
  assert.doesNotMatch(first.text, /terminals/);
  const promised = /next update <time datetime="([^"]+)"/.exec(first.text)?.[1] ?? '';
  assert.ok(promised > house.clock.now().add({ minutes: 12 }).toString(), promised);
});

test('a restricted incident leaves every page at once, and so do its messages', async () => {
  const { id } = await house.ask('POST', '/incidents', {
    title: 'Somebody reads what is not theirs',
    serviceIds: ['svc_checkout'],
    restricted: true,
    viewers: ['ana'],
  });
  await house.ask('POST', `/incidents/${id}/updates`, {
    kind: 'first',
    status: 'looking',
    impact: 'Somebody may have read your orders.',
    action: 'We look into it.',
    audience: { clientIds: ['cli_northwind'], internal: false, publicPage: false },
  });
  await house.settle();
  await house.pass({ seconds: 6 });
  assert.doesNotMatch(await everythingOn(northwind.path, asReader(session)), /may have read/);
  assert.doesNotMatch(await everythingOn('/status/', {}), /may have read/);
});

test("a reader's own key opens feeds, calendar and JSON of that page and nothing else", async () => {
  const page = await visitor.read(`${northwind.path}subscribe`, asReader(session));
  const key = /history\.atom\?key=([^"]+)"/.exec(page.text)?.[1] ?? '';
  assert.match(key, /^rdr_/);
  assert.equal((await visitor.read(`${northwind.path}history.atom?key=${key}`)).status, 200);
  assert.equal((await visitor.read(`${northwind.path}api/v2/summary.json?key=${key}`)).status, 200);
  assert.equal((await visitor.read(`${northwind.path}?key=${key}`)).status, 401, 'not the page');
  assert.equal((await visitor.read(`${contoso.path}history.atom?key=${key}`)).status, 401);
  assert.equal(
    (await visitor.read(`${northwind.path}history.atom?key=${key.replace(/.$/, 'x')}`)).status,
    401,
  );
});

test('a session ends with the listing of its address, by signing out, and by time', async () => {
  const other = await visitor.signIn(northwind.path, 'nils@northwind.example');
  assert.equal((await visitor.read(northwind.path, asReader(other))).status, 200);
  await house.db
    .updateTable('contact')
    .set({ archived_at: house.clock.now() })
    .where('id', '=', 'con_n2')
    .execute();
  assert.equal((await visitor.read(northwind.path, asReader(other))).status, 401);
  const nora = await visitor.signIn(northwind.path, 'nora@northwind.example');
  await visitor.post(`${northwind.path}leave`, {}, asReader(nora));
  assert.equal((await visitor.read(northwind.path, asReader(nora))).status, 401);
});

test('a form that another site sends, and a forged link, change nothing', async () => {
  const foreign = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' };
  const before = house.smtp.mails.length;
  for (const [path, fields] of [
    [`${northwind.path}access`, { address: 'boss@northwind.example' }],
    ['/status/subscribe', { kind: 'email', address: 'victim@else.example' }],
    [`${northwind.path}leave`, {}],
  ] as const)
    assert.equal((await visitor.post(path, fields, { ...foreign, ...asReader(session) })).status, 403, path);
  await house.settle();
  assert.equal(house.smtp.mails.length, before);
  assert.equal((await visitor.read(northwind.path, asReader(session))).status, 200);
  const forged = `sub_0123456789abcdef.${'0'.repeat(32)}`;
  for (const kind of ['confirm', 'subscription', 'unsubscribe'])
    assert.equal((await visitor.post(`/status/${kind}/${forged}`)).status, 410, kind);
  assert.equal((await visitor.post(`${northwind.path}enter/${'0'.repeat(32)}`)).status, 410);
  for (const kind of ['confirm', 'subscription', 'unsubscribe'])
    for (const ask of [visitor.read, visitor.post]) {
      const real = await ask(`${northwind.path}${kind}/${forged}`);
      const none = await ask(`/status/no-such-client/${kind}/${forged}`);
      assert.equal(real.status, none.status, kind);
      assert.equal(real.text.replaceAll('northwind', 'X'), none.text.replaceAll('no-such-client', 'X'));
    }
});

test('links cannot be asked for without end', async () => {
  await house.pass({ minutes: 20 });
  const answers = [];
  for (let index = 0; index < 7; index += 1)
    answers.push((await visitor.post(`${northwind.path}access`, { address: 'many@nowhere.example' })).status);
  assert.deepEqual(answers, [200, 200, 200, 200, 200, 429, 429]);
  await house.pass({ minutes: 20 });
});

test('nobody is told before he has said yes, and one click ends it', async () => {
  let from = house.smtp.mails.length;
  const asked = await visitor.post('/status/subscribe', {
    kind: 'email',
    address: 'Reader@else.example',
    service: [],
  });
  assert.equal(asked.status, 200);
  await house.settle();
  const [mail] = visitor.mailsTo('reader@else.example', from);
  assert.match(mail?.subject ?? '', /Confirm that you want updates of Hillside status/);
  const link = linkIn(mail, 'confirm');
  await visitor.read(link);
  await say('Nobody can pay by card at all.');
  assert.deepEqual(visitor.mailsTo('reader@else.example', from).length, 1, 'a GET confirmed nothing');
  assert.match((await visitor.post(link)).text, /You get updates from now on/);
  assert.equal((await visitor.post(link)).status, 410);
  from = house.smtp.mails.length;
  await say('Still nobody can pay by card.');
  const [told] = visitor.mailsTo('reader@else.example', from);
  assert.match(told?.subject ?? '', /Still nobody can pay by card · We know the cause/);
  assert.match(told?.text ?? '', /Next update at/);
  assert.equal(headerOf(told, 'list-unsubscribe-post'), 'List-Unsubscribe=One-Click');
  const unsubscribe =
    /<https:\/\/humdrum\.example\.com(\/[^>]+)>/.exec(headerOf(told, 'list-unsubscribe'))?.[1] ?? '';
  assert.equal((await visitor.read(unsubscribe)).status, 200);
  await say('And still nobody can.');
  assert.equal(visitor.mailsTo('reader@else.example', from).length, 2, 'a GET ended nothing');
  const ended = await visitor.post(unsubscribe, { 'List-Unsubscribe': 'One-Click' });
  assert.equal(ended.status, 200);
  await say('Once more nobody can.');
  assert.equal(visitor.mailsTo('reader@else.example', from).length, 2);
});

async function say(impact: string): Promise<void> {
  await house.pass({ minutes: 1 });
  await house.ask('POST', `/incidents/${incident}/updates`, {
    kind: 'next',
    status: 'cause_known',
    impact,
    action: 'We are undoing our last change.',
  });
  await house.settle();
}

test('subscribing says the same whatever the address is', async () => {
  await house.pass({ minutes: 20 });
  const one = await visitor.post('/status/subscribe', { kind: 'email', address: 'reader@else.example' });
  const two = await visitor.post('/status/subscribe', { kind: 'email', address: 'new@else.example' });
  assert.equal(one.text, two.text);
  await house.settle();
  const from = house.smtp.mails.length;
  await house.pass({ minutes: 1 });
  await visitor.post('/status/subscribe', { kind: 'email', address: 'new@else.example' });
  await house.settle();
  assert.equal(visitor.mailsTo('new@else.example', from).length, 0, 'at most one question in ten minutes');
});

test('who chose services hears of those alone', async () => {
  assert.equal(await visitor.subscribe('orders@else.example', ['svc_orders']), 200);
  const from = house.smtp.mails.length;
  await say('Nobody can pay by card yet.');
  assert.equal(visitor.mailsTo('orders@else.example', from).length, 0);
});

test('a program repeats a challenge, and then gets what is signed; 410 ends it', async (t) => {
  const got: { headers: Record<string, string>; body: string }[] = [];
  let status = 200;
  const hook = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      got.push({ headers: request.headers as Record<string, string>, body });
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ challenge: JSON.parse(body).challenge }));
    });
  });
  hook.listen(0, '127.0.0.1');
  await once(hook, 'listening');
  const refused = await visitor.post('/status/subscribe', { kind: 'webhook', address: 'http://127.0.0.1/x' });
  assert.equal(refused.status, 400, 'only https');
  const { port } = hook.address() as AddressInfo;
  // The counterpart speaks http: what is asked over https is taken as asked.
  const { secret } = await webhookAt(`http://127.0.0.1:${port}/status`);
  await house.settle();
  assert.equal(got.length, 1);
  assert.equal(JSON.parse(got[0]?.body ?? '').type, 'subscription.challenge');
  await say('Nobody can pay by card, as before.');
  // The library asks the machine what time it is; ours is moved.
  t.mock.timers.enable({ apis: ['Date'], now: house.clock.now().epochMilliseconds });
  const payload = new Webhook(secret).verify(got[1]?.body ?? '', got[1]?.headers ?? {}) as {
    type: string;
    update: { impact: string; body: string };
  };
  assert.throws(() => new Webhook(secret).verify(`${got[1]?.body} `, got[1]?.headers ?? {}), /signature/i);
  t.mock.timers.reset();
  assert.equal(payload.type, 'incident.updated');
  assert.equal(payload.update.impact, 'Nobody can pay by card, as before.');
  status = 410;
  await say('Nobody can pay by card, still.');
  await say('Nobody can pay by card, even now.');
  assert.equal(got.length, 3);
  const { items } = await house.ask('GET', '/status-pages/default/subscribers?search=127.0.0.1');
  assert.equal(items[0].state, 'ended');
  assert.match(items[0].endedBecause, /410/);
  hook.close();
});

async function webhookAt(
  address: string,
  kind: 'webhook' | 'slack' | 'sms' = 'webhook',
): Promise<{ secret: string }> {
  const { askToSubscribe } = await import('../../src/communicate/subscribe/subscribe.ts');
  const secret = await askToSubscribe(
    house.db,
    { pageId: 'default', kind, address, serviceIds: [], reader: null },
    house.clock.now(),
  );
  return { secret };
}

test('Slack and a telephone are asked first, too, and then told in their own way', async () => {
  const got: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      got.push(`${request.url} ${body}`);
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(request.url?.startsWith('/2010') ? '{"sid":"SM1","status":"queued"}' : 'ok');
    });
  });
  server.listen(TWILIO_PORT, '127.0.0.1');
  await once(server, 'listening');
  assert.equal(
    (await visitor.post('/status/subscribe', { kind: 'slack', address: 'https://evil.example/services/x' }))
      .status,
    400,
  );
  await webhookAt(`http://127.0.0.1:${TWILIO_PORT}/services/T1`, 'slack');
  assert.equal(
    (await visitor.post('/status/subscribe', { kind: 'sms', address: '+49 170 1234567' })).status,
    200,
  );
  await house.settle();
  assert.equal(got.length, 2);
  const texts = got.map((each) => decodeURIComponent(each.replaceAll('+', ' ')));
  assert.ok(texts.some((each) => /^\/services\/T1 .*Confirm that you want updates/s.test(each)));
  assert.ok(texts.some((each) => /To= 491701234567|To=\+491701234567/.test(each)));
  for (const each of texts) {
    const link = /https:\/\/humdrum\.example\.com(\/status\/confirm\/[a-z0-9_.]+)/.exec(each)?.[1] ?? '';
    assert.equal((await visitor.post(link)).status, 200);
  }
  await say('Cards <fail> & so on.');
  assert.equal(got.length, 4);
  assert.ok(got.some((each) => /Cards &lt;fail&gt; &amp; so on/.test(each)));
  assert.ok(got.some((each) => /Body=Hillside\+status%3A\+Cards/.test(each)));
  await new Promise((resolve) => server.close(resolve));
});

test('a subscriber of a private page hears what his client reads, until he may not read it any more', async () => {
  assert.equal(await visitor.subscribe('boss@northwind.example', [], northwind.path, asReader(session)), 200);
  let from = house.smtp.mails.length;
  await house.pass({ minutes: 1 });
  await house.ask('POST', `/incidents/${incident}/updates`, {
    kind: 'next',
    status: 'checking_repair',
    impact: 'For clients.',
    action: 'We check.',
    wordings: [
      { audience: 'public', impact: 'For all the world.', action: 'We check.' },
      { audience: 'client:cli_northwind', impact: 'For you alone.', action: 'We check.' },
    ],
  });
  await house.settle();
  const [mail] = visitor.mailsTo('boss@northwind.example', from);
  assert.match(mail?.subject ?? '', /For you alone · Wir prüfen die Reparatur/);
  assert.match(mail?.text ?? '', /Nächste Meldung um/);
  assert.doesNotMatch(mail?.text ?? '', /clients|world/);
  await house.ask('PUT', `/status-pages/${northwind.id}`, {
    name: 'Northwind bei Hillside',
    language: 'de',
    readers: [],
  });
  from = house.smtp.mails.length;
  await say('Nobody can pay, again.');
  assert.equal(visitor.mailsTo('boss@northwind.example', from).length, 0);
});

test('a logo is a small picture; a drawing that acts is none', async () => {
  const put = (text: string | Buffer) =>
    house.call('PUT', `/status-pages/${contoso.id}/logo`, { data: Buffer.from(text).toString('base64') });
  admin();
  for (const bad of [
    '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="https://x.example/a.png"/></svg>',
    '<!DOCTYPE svg [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg"/>',
    '<html><svg></svg></html>',
    Buffer.alloc(101 * 1024, 0xff),
  ]) {
    const answer = await put(bad);
    assert.equal(answer.status, 400, String(bad).slice(0, 60));
  }
  const good =
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#123"/></svg>';
  assert.equal((await put(good)).status, 200);
  const shown = await house.call('GET', `/status-pages/${contoso.id}/logo`);
  assert.deepEqual([shown.text, shown.headers['content-type']], [good, 'image/svg+xml']);
  assert.match(String(shown.headers['content-security-policy']), /^default-src 'none'.*sandbox$/);
  assert.equal((await house.call('GET', `/status-pages/${northwind.id}/logo`)).status, 404);
  await house.pass({ seconds: 6 });
  const carl = await visitor.signIn(contoso.path, 'carl@contoso.example');
  const page = await visitor.read(contoso.path, asReader(carl));
  const source = /<img class="logo" src="([^"]+)"/.exec(page.text)?.[1] ?? '';
  const logo = await visitor.read(source, asReader(carl));
  assert.equal(logo.text, good);
  assert.match(String(logo.headers['content-security-policy']), /sandbox/);
  assert.equal((await visitor.read(source)).status, 401);
});

test('a page that is taken away is a door again, and tells nobody anything', async () => {
  await house.ask('DELETE', `/status-pages/${contoso.id}`);
  await house.pass({ seconds: 6 });
  assert.equal((await visitor.read(contoso.path)).status, 401);
  assert.equal((await house.call('DELETE', '/status-pages/default')).status, 409);
});
