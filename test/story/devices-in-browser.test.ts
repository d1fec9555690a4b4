/** The page of a contact's device in a real browser: with the button, without JavaScript, where it cannot be; by keyboard, on a phone and on a desk. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { devicePathOnPage } from '#src/communicate/device/link.ts';
import { isSound, picture, SCHEMES, SIZES } from '../end-to-end/sound.ts';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { pretendBrowser } from '../servers/browser.ts';
import { launchChromium } from '../servers/chromium.ts';
import { freePort } from '../servers/program.ts';
import { deliverPush } from '../servers/push.ts';
import { startVendor, type Vendor } from '../servers/vendor.ts';

const SECRET = 'a secret that only tests know, long enough';
let house: Harness;
let vendor: Vendor;
let browser: Browser;
let url: string;
before(async () => {
  vendor = await startVendor();
  vendor.answer('/push', { status: 201, body: '' });
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  house = await openHarness({ environment: { HUMDRUM_URL: url } });
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  await house.ask('PUT', '/settings/organisation', {
    name: 'Hillside',
    zone: 'UTC',
    phone: '+49 30 1234567',
  });
  await house.ask('PATCH', '/contacts/con_c1', { language: 'de' });
  await house.humdrum.app.listen({ port, host: '127.0.0.1' });
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await house.close();
  await vendor.stop();
});

const ADDRESSES = { con_n1: 'nora@northwind.example', con_c1: 'carl@contoso.example' };
const linkFor = (contactId: keyof typeof ADDRESSES) =>
  `${url}${devicePathOnPage(SECRET, { contactId, address: ADDRESSES[contactId] }, house.clock.now())}`;
const devices = async (contact: string) =>
  (await house.ask('GET', `/contacts/${contact}`)).channels.filter(
    (each: { kind: string }) => each.kind === 'web_push',
  );

/** No push service is to be had here: the browser's part of it is ours, the rest is Chromium's. It outlives a reload as the real one does. */
const pretend = (pretended: ReturnType<typeof pretendBrowser>) => `{
  const KEPT = 'pretended';
  const made = (key) => ({
    endpoint: ${JSON.stringify(pretended.subscription.endpoint)},
    options: { applicationServerKey: Uint8Array.from(JSON.parse(key)).buffer },
    toJSON: () => (${JSON.stringify(pretended.subscription)}),
    unsubscribe: async () => { localStorage.removeItem(KEPT); return true; },
  });
  PushManager.prototype.getSubscription = async () => {
    const key = localStorage.getItem(KEPT);
    return key ? made(key) : null;
  };
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    const key = JSON.stringify([...new Uint8Array(applicationServerKey)]);
    localStorage.setItem(KEPT, key);
    return made(key);
  };
}`;

async function opened(options: BrowserContextOptions, work: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ timezoneId: 'UTC', ...options });
  try {
    const page = await context.newPage();
    const wrong: string[] = [];
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('console', (said) => said.type() === 'error' && wrong.push(said.text()));
    await work(page);
    assert.deepEqual(wrong, [], 'nothing was refused by the policy, and nothing failed');
  } finally {
    await context.close();
  }
}

async function everywhere(name: string, work: (page: Page) => Promise<void>) {
  for (const [size, viewport] of Object.entries(SIZES))
    for (const colorScheme of SCHEMES)
      await opened({ viewport, colorScheme }, async (page) => {
        await work(page);
        await isSound(page, `${name}-${size}-${colorScheme}`);
        await picture(page, `${name}-${size}-${colorScheme}`);
      });
}

test('without JavaScript it says so plainly, and names the other ways', async () => {
  const plain = async (page: Page) => {
    await page.goto(linkFor('con_n1'));
    await page.getByText(/^Turning it on needs JavaScript/).waitFor();
    await page.getByText('By email.').waitFor();
    await page.getByText('Urgent? Call +49 30 1234567').waitFor();
    assert.equal(await page.getByRole('button').count(), 0);
  };
  await opened({ javaScriptEnabled: false, viewport: SIZES.phone }, async (page) => {
    await plain(page);
    await picture(page, 'device-without-javascript-phone-light');
  });
  // Our script did not load: the same page, which a checker that needs scripts can read.
  await everywhere('device-plain', async (page) => {
    await page.route('**/device.js', (route) => route.fulfill({ contentType: 'text/javascript', body: '' }));
    await plain(page);
  });
});

test('a browser without notifications, and an iPhone outside its home screen, are told what to do', async () => {
  const without = `delete globalThis.PushManager`;
  await opened({}, async (page) => {
    await page.addInitScript(without);
    await page.goto(linkFor('con_n1'));
    await page.getByText(/^This browser cannot show notifications/).waitFor();
  });
  await opened({ userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Safari/604.1' }, async (page) => {
    await page.addInitScript(without);
    await page.goto(linkFor('con_c1'));
    await page.getByText(/^Legen Sie diese Seite auf einem iPhone/).waitFor();
    assert.equal(await page.getByRole('button').count(), 0);
  });
});

test('where the browser was told to show none it says how to allow them', async () => {
  await opened({}, async (page) => {
    await page.addInitScript(`Object.defineProperty(Notification, 'permission', { get: () => 'denied' })`);
    await page.goto(linkFor('con_n1'));
    await page.getByText(/^This browser was told to show no notifications/).waitFor();
  });
});

test('nothing is asked and nothing is sent before the button is pressed', async () => {
  await everywhere('device-off', async (page) => {
    const posts: string[] = [];
    page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
    await page.addInitScript(pretend(pretendBrowser(`${vendor.url}/push/nobody`)));
    await page.goto(linkFor('con_n1'));
    await page.getByRole('button', { name: 'Show messages on this device' }).waitFor();
    assert.deepEqual(posts, []);
  });
  assert.deepEqual(await devices('con_n1'), []);
});

test('by keyboard it is turned on, stays on, and is turned off again on the same page', async () => {
  const phone = pretendBrowser(`${vendor.url}/push/phone`);
  await opened({ viewport: SIZES.phone }, async (page) => {
    await page.context().grantPermissions(['notifications'], { origin: url });
    await page.addInitScript(pretend(phone));
    const link = linkFor('con_n1');
    await page.goto(link);
    await page.getByRole('button', { name: 'Show messages on this device' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('✓ Messages are shown on this device.').waitFor();
    await page.getByText('A first notification is on its way to this device.').waitFor();
    const [device, ...others] = await devices('con_n1');
    assert.deepEqual([device.beside, others.length], [true, 0]);
    assert.match(device.label, /Chrome on/);
    const [pushed] = vendor.at('/push/phone');
    assert.ok(pushed);
    assert.equal(phone.read(pushed).title, 'Messages from Hillside come here');
    const scope = String(
      await page.evaluate(
        `navigator.serviceWorker.getRegistration('/device/').then(({ scope }) => new URL(scope).pathname)`,
      ),
    );
    assert.equal(scope, '/device/');
    const at = { origin: url, scope };
    const message = phone.read(pushed);
    const shown = await deliverPush(page, at, { data: JSON.stringify(message), title: message.title });
    const [first] = shown.filter(({ title }) => title === message.title);
    assert.deepEqual([first?.body, first?.path], [message.body, new URL(link).pathname]);
    // What cannot be read opens the page of devices, and not the app, which a contact cannot enter.
    const torn = await deliverPush(page, at, { data: 'torn', title: 'Humdrum' });
    assert.equal(torn.find(({ title }) => title === 'Humdrum')?.path, '/device/');
    await page.reload();
    await page.getByText('✓ Messages are shown on this device.').waitFor();
    await isSound(page, 'a device that is on');
    await picture(page, 'device-on-phone-light');
    await page.getByRole('button', { name: 'Turn off on this device' }).click();
    await page.getByText(/^Turned off\./).waitFor();
    assert.deepEqual(await devices('con_n1'), []);
    await page.goto(link);
    await page.getByText(/^This link has turned a device on already/).waitFor();
    assert.equal(await page.getByRole('button', { name: /./ }).count(), 0);
  });
});

test('what was turned off by us says so on the device, and offers no button', async () => {
  const tablet = pretendBrowser(`${vendor.url}/push/tablet`);
  await opened({}, async (page) => {
    await page.context().grantPermissions(['notifications'], { origin: url });
    await page.addInitScript(pretend(tablet));
    await page.goto(linkFor('con_c1'));
    await page.getByRole('button', { name: 'Meldungen auf diesem Gerät zeigen' }).click();
    await page.getByText('✓ Meldungen werden auf diesem Gerät gezeigt.').waitFor();
    const [{ kind, address }] = await devices('con_c1');
    await house.ask('PATCH', '/contacts/con_c1', {
      channels: [
        { kind: 'email', address: 'carl@contoso.example' },
        { kind, address, off: true },
      ],
    });
    await page.goto(linkFor('con_c1'));
    await page.getByText(/^Meldungen auf diesem Gerät wurden von uns ausgeschaltet/).waitFor();
    assert.equal(await page.getByRole('button').count(), 0);
  });
});

test('without a network nothing is changed, and the page says so', async () => {
  await opened({}, async (page) => {
    await page.context().grantPermissions(['notifications'], { origin: url });
    await page.addInitScript(pretend(pretendBrowser(`${vendor.url}/push/away`)));
    await page.goto(linkFor('con_n1'));
    const button = page.getByRole('button', { name: 'Show messages on this device' });
    await button.waitFor();
    await page.route('**/device/**', (route) =>
      route.request().method() === 'POST' ? route.abort() : route.continue(),
    );
    await button.click();
    await page.getByText(/^We could not be reached\. Nothing was changed/).waitFor();
    await button.waitFor();
  }).catch((error: Error) => {
    // The browser itself notes the request that never arrived.
    if (!/ERR_FAILED/.test(error.message)) throw error;
  });
  assert.deepEqual(await devices('con_n1'), []);
});
