/** Notifications in a real browser: asked for by a click, pushed by our server, shown by the worker, and never an answer by themselves. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page, Worker } from 'playwright-core';
import { pretendBrowser } from '../servers/browser.ts';
import { deliverPush, type Notice } from '../servers/push.ts';
import { startVendor, type Vendor } from '../servers/vendor.ts';
import { answerCalls, type Installation, install } from './installation.ts';

const PHONE = { width: 390, height: 844 };
let vendor: Vendor;
let house: Installation;
let page: Page;
let browser: ReturnType<typeof pretendBrowser>;
before(async () => {
  vendor = await startVendor();
  vendor.answer('/push', { status: 201, body: '' });
  browser = pretendBrowser(`${vendor.url}/push/here`);
  house = await install({ HUMDRUM_ALLOW_PRIVATE: '127.0.0.1' });
  page = await house.signIn(PHONE);
});
after(async () => {
  await house?.stop();
  await vendor?.stop();
});

/** No push service is to be had here: the browser's part of it is ours, the rest is Chromium's. */
const pretend = () => `{
  let known = null;
  PushManager.prototype.getSubscription = async () => known;
  PushManager.prototype.subscribe = async (options) => {
    known = {
      options: { applicationServerKey: options.applicationServerKey.buffer },
      toJSON: () => (${JSON.stringify(browser.subscription)}),
      unsubscribe: async () => { known = null; return true; },
    };
    return known;
  };
}`;

/** Only a real click may open a window, so that the worker's own is watched instead. */
const CLICK = `async (tag) => {
  const paths = [];
  self.clients.openWindow = async (path) => void paths.push(path);
  const [notification] = await self.registration.getNotifications({ tag });
  const event = new NotificationEvent('notificationclick', { notification });
  const waits = [];
  event.waitUntil = (work) => void waits.push(work);
  self.dispatchEvent(event);
  await Promise.all(waits);
  return paths;
}`;

/** A new document has a new pretended subscription. */
const SUBSCRIBE = `fetch('/api/v1/channels').then((answer) => answer.json()).then(async ({ webPushKey }) => {
  const text = atob(webPushKey.replaceAll('-', '+').replaceAll('_', '/'));
  const applicationServerKey = Uint8Array.from(text, (character) => character.charCodeAt(0));
  const registration = await navigator.serviceWorker.getRegistration('/incidents/');
  await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
})`;

const shown = (words: string | RegExp) => page.getByText(words).first().waitFor();
const pushed = () => {
  const asked = vendor.at('/push/here').at(-1);
  assert.ok(asked);
  return browser.read(asked);
};

const deliver = (message: { title: string } & Record<string, unknown>): Promise<Notice[]> =>
  deliverPush(
    page,
    { origin: house.url, scope: '/incidents/' },
    { data: JSON.stringify(message), title: message.title },
  );

const worker = (): Worker => {
  const [one] = page.context().serviceWorkers();
  assert.ok(one, 'the worker runs');
  return one;
};

test('where the browser blocks them it says so in words, and nothing is asked', async () => {
  await page.addInitScript(
    `if (location.search === '?blocked') Object.defineProperty(Notification, 'permission', { get: () => 'denied' })`,
  );
  await page.goto('/settings/account?blocked');
  await shown(/^Blocked in this browser/);
  assert.equal(await page.getByRole('button', { name: 'Turn on in this browser' }).count(), 0);
});

test('a click turns them on, and this browser stands in the list', async () => {
  await page.context().grantPermissions(['notifications'], { origin: house.url });
  await page.addInitScript(pretend());
  const asked: string[] = [];
  page.on('request', (request) => request.url().endsWith('/me/browsers') && asked.push(request.method()));
  await page.goto('/settings/account');
  await page.getByRole('button', { name: 'Turn on in this browser' }).waitFor();
  assert.deepEqual(asked, [], 'nothing happens before the click');
  await page.getByRole('button', { name: 'Turn on in this browser' }).click();
  await shown('On in this browser.');
  await page.getByRole('list', { name: 'My browsers' }).getByText('this browser').waitFor();
  assert.deepEqual(asked[0], 'POST');
});

test('a test push is shown by the worker', async () => {
  await page.getByRole('button', { name: /^Send a test to/ }).click();
  await shown(/^Sent: the push service took it/);
  const message = pushed();
  const [notification] = await deliver(message);
  assert.deepEqual([notification?.title, notification?.body], [message.title, message.body]);
});

test('a page is shown with the address of its buttons; the click opens it and answers nothing', async () => {
  const me = (await house.ask('GET', '/people')).items[0];
  await house.ask('PATCH', `/people/${me.id}`, { channels: [{ kind: 'app' }] });
  const { id } = await house.ask('POST', '/pages/test', { personId: me.id });
  for (let tries = 0; tries < 100 && !vendor.at('/push/here').some((each) => browser.read(each).tag === id); )
    await page.waitForTimeout(100 + tries++);
  const message = pushed();
  assert.equal(message.tag, id);
  const notification = (await deliver(message)).find(({ tag }) => tag === id);
  assert.match(notification?.path ?? '', /^\/p\/page_/);
  const opened = await worker().evaluate(`(${CLICK})(${JSON.stringify(id)})`);
  assert.deepEqual(opened, [notification?.path]);
  assert.equal((await house.ask('GET', `/pages/${id}`)).state, 'sent', 'nothing has answered it');
});

test('what is no message of ours is shown without words of others, and opens nothing but our own pages', async () => {
  const list = await deliver({
    title: 'Elsewhere',
    body: 'x',
    url: 'https://evil.example/steal?x=1',
    tag: 't',
  });
  assert.equal(list.find(({ tag }) => tag === 't')?.path, '/steal?x=1');
  const script = await worker().evaluate('self.location.pathname');
  assert.equal(script, '/worker.js');
});

test('the same worker still keeps the call list without a network', async () => {
  const { id } = await house.ask('POST', '/incidents', { title: 'Nobody can pay' });
  await page.goto(`/incidents/${id}/call-list`);
  await page.getByRole('heading', { name: 'Call list' }).waitFor();
  await page.waitForFunction(
    `caches.open('humdrum-call-list-1').then((cache) => cache.keys()).then((kept) =>
      kept.some(({ url }) => url.endsWith('/call-list')) && kept.some(({ url }) => url.endsWith('.css')))`,
  );
  await page.context().setOffline(true);
  await page.reload();
  await shown(/As of .* offline/);
  await page.context().setOffline(false);
});

test('signing out leaves no browser behind that could be told', async () => {
  await answerCalls(page);
  await page.goto('/settings/account');
  await page.evaluate(SUBSCRIBE);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  const [me] = (await house.ask('GET', '/people')).items;
  assert.ok(!me.messageChannels.some((each: { kind: string }) => each.kind === 'web_push'));
});
