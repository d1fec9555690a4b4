/** Somebody writes to clients and is called to another incident: what they wrote waits for them, and is neither sent nor lost. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { answerCalls, compose, type Installation, install } from './installation.ts';

const WIDE = { width: 1440, height: 900 };
const WORDS = 'Nobody can pay by card since 02:04 UTC; bank transfer works.';

let house: Installation;
let page: Page;
let first: string;
let second: string;
before(async () => {
  house = await install();
  const { id: service } = await house.ask('POST', '/services', {
    name: 'Shop',
    slug: 'shop',
    publicName: 'Card payments',
  });
  const declare = async (title: string) =>
    (await house.ask('POST', '/incidents', { title, serviceIds: [service] })).id;
  first = await declare('Nobody can pay');
  second = await declare('Pictures are gone');
  page = await house.signIn(WIDE);
  await answerCalls(page);
});
after(() => house?.stop());

const impact = () => page.getByRole('textbox', { name: 'Impact' });
const goes = (id: string) => page.locator(`a[href="/incidents/${id}"]`).first().click();
const inRoom = (title: string) => page.getByRole('heading', { level: 1, name: title }).waitFor();

test('what was being written is there again in its own room, and says meanwhile where it is', async () => {
  await page.goto('/incidents');
  await goes(first);
  await inRoom('Nobody can pay');
  await compose(page);
  await impact().fill(WORDS);
  await page.goBack();
  await page.getByText(/is kept, not sent\. It opens when you go back there\./).waitFor();
  await goes(second);
  await inRoom('Pictures are gone');
  assert.equal(await impact().count(), 0);
  await page.goBack();
  await goes(first);
  await inRoom('Nobody can pay');
  assert.equal(await impact().inputValue(), WORDS);
  assert.deepEqual((await house.ask('GET', `/incidents/${first}/updates`)).items, []);
});

test('"Not now" gives it up: the next message begins with what is prepared', async () => {
  await page.getByRole('button', { name: 'Not now' }).click();
  await impact().waitFor({ state: 'detached' });
  await compose(page);
  assert.notEqual(await impact().inputValue(), WORDS);
});

test('whoever signs in next in the same window reads nothing of it', async () => {
  await impact().fill(WORDS);
  await page.goBack();
  await page
    .getByText(/is kept, not sent/)
    .first()
    .waitFor();
  await page.getByRole('link', { name: 'Settings' }).first().click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  // The account behind has buttons that speak of email, too.
  await page.getByRole('textbox', { name: 'Email', exact: true }).fill(house.administrator.email);
  await page.getByLabel('Password', { exact: true }).fill(house.administrator.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'Incidents', exact: true }).first().click();
  await goes(first);
  await inRoom('Nobody can pay');
  await page.getByRole('heading', { level: 1 }).click();
  assert.equal(await impact().count(), 0);
  await compose(page);
  assert.notEqual(await impact().inputValue(), WORDS);
});
