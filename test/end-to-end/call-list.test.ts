/** The call list on a phone whose network is gone: it opens again, says as of when it is, and keeps nothing after signing out. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { answerCalls, type Installation, install } from './installation.ts';

/** True in the browser once the worker has the page and its files. */
const KEPT = `caches.open('humdrum-call-list-1').then((cache) => cache.keys()).then((kept) =>
  kept.some(({ url }) => url.endsWith('/call-list')) && kept.some(({ url }) => url.endsWith('.css')))`;
const FONTS_READY = 'document.fonts.ready.then(() => undefined)';
const SHADES =
  "[...document.querySelectorAll('.call-list p, .call-list p span, .call-list h1')].filter((one) => one.textContent && one.offsetParent).map((one) => getComputedStyle(one).color)";
const FONTS = '[...document.fonts].map(({ family, status }) => ({ family, status }))';
const PHONE = { width: 390, height: 844 };

let house: Installation;
let page: Page;
let address: string;
before(async () => {
  house = await install();
  const service = await house.ask('POST', '/services', {
    name: 'Shop',
    slug: 'shop',
    publicName: 'Card payments',
  });
  const client = await house.ask('POST', '/clients', { name: 'Northwind', serviceIds: [service.id] });
  await house.ask('POST', '/contacts', {
    clientId: client.id,
    name: 'Nora Berg',
    role: 'technical',
    phone: '+49 30 5550 1120',
  });
  const { id } = await house.ask('POST', '/incidents', { title: 'Nobody can pay', serviceIds: [service.id] });
  address = `${house.url}/incidents/${id}/call-list`;
  page = await house.signIn(PHONE);
  await answerCalls(page);
});
after(() => house?.stop());

const shown = (words: string | RegExp) => page.getByText(words).first().waitFor();

test('with a network it names who knows nothing, with a number to tap', async () => {
  await page.goto(address);
  await shown('not told: nothing has been sent');
  const number = page.getByRole('link', { name: '+49 30 5550 1120' });
  assert.equal(await number.getAttribute('href'), 'tel:+493055501120');
});

test('a call is logged with one tap, and the client is told', async () => {
  await page.getByRole('button', { name: 'Log the call' }).click();
  await page.getByRole('button', { name: 'Log it: Nora Berg was told' }).click();
  await shown(/^Called/);
  await page.locator('.call-row .green', { hasText: 'told' }).first().waitFor();
});

test('without a network it opens again and says as of when it is', async () => {
  await page.waitForFunction(KEPT);
  // What the browser holds by chance does not count.
  await (await page.context().newCDPSession(page)).send('Network.clearBrowserCache');
  await page.context().setOffline(true);
  await page.reload();
  // At once, before the server has been asked again and again.
  await page.getByText(/As of .* offline/).waitFor({ timeout: 1500 });
  assert.equal(await page.getByRole('link', { name: '+49 30 5550 1120' }).count(), 1);
  assert.equal(await page.getByRole('button', { name: 'Log the call' }).count(), 0);
  await page.evaluate(FONTS_READY);
  const fonts = (await page.evaluate(FONTS)) as { family: string; status: string }[];
  assert.deepEqual(
    fonts.filter(({ status }) => status === 'error'),
    [],
    'no fallback font',
  );
  for (const name of ['Inter', 'IBM Plex Mono'])
    assert.ok(
      fonts.some(({ family, status }) => family.includes(name) && status === 'loaded'),
      name,
    );
});

test('on paper it is black on white, also from a screen in the dark', async () => {
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const shades = (await page.evaluate(SHADES)) as string[];
  assert.ok(shades.length > 0);
  for (const shade of shades) {
    const [red = 255, green = 255, blue = 255] = shade.match(/\d+/g)?.map(Number) ?? [];
    assert.ok(0.2126 * red + 0.7152 * green + 0.0722 * blue < 90, `${shade} on white`);
  }
  await page.emulateMedia({ media: null, colorScheme: null });
});

test('the worker answers for no other page', async () => {
  await assert.rejects(page.goto(address.replace('/call-list', '')), /ERR_INTERNET_DISCONNECTED/);
});

test('whoever signs out leaves no number on the device', async () => {
  await page.context().setOffline(false);
  await page.goto(`${house.url}/settings`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  const held = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  assert.doesNotMatch(held, /5550/);
});
