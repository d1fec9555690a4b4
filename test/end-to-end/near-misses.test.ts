/** A near miss on a phone: told in under a minute by somebody who is signed in, and the browser says nothing of who it is. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page, Request } from 'playwright-core';
import { type Installation, install } from './installation.ts';

const PHONE = { width: 390, height: 844 };
const SERIOUS = new Set(['serious', 'critical']);
const SECONDS_MAX = 60;
// As fast as somebody types with two thumbs: 50 words a minute are some 240 ms a character, a suggestion saves most of them.
const KEY_MILLISECONDS = 90;

let house: Installation;
let page: Page;
const asked: Request[] = [];
before(async () => {
  house = await install();
  page = await house.signIn(PHONE);
  page.on('request', (request) => asked.push(request));
});
after(() => house?.stop());

async function isSound(name: string): Promise<void> {
  const wide = await page.evaluate('document.documentElement.scrollWidth');
  assert.ok(Number(wide) <= PHONE.width, `${name} is ${wide} px wide`);
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  const serious = violations.filter(({ impact }) => impact && SERIOUS.has(impact));
  assert.deepEqual(
    serious.map(({ id, nodes }) => `${name}: ${id} at ${nodes[0]?.target}`),
    [],
  );
}

test('a near miss is told in under a minute, looked at before it is sent, and has a receipt', async (t) => {
  await page.goto(`${house.url}/near-misses`);
  await page.getByText('None has been reported yet').waitFor();
  await isSound('the empty list');
  const stored = await page.evaluate('JSON.stringify(Object.entries(localStorage))');
  asked.length = 0;
  const start = performance.now();
  await page.getByRole('main').getByRole('link', { name: 'Report a near miss' }).first().click();
  await page
    .getByLabel('What nearly happened?')
    .pressSequentially('Ana Lima nearly dropped live orders on db-prod-03: the filter was empty.', {
      delay: KEY_MILLISECONDS,
    });
  await page.getByText('Others read:').waitFor();
  await page
    .getByLabel('What stopped it?')
    .pressSequentially('A dry run, by chance', { delay: KEY_MILLISECONDS });
  await page.getByRole('button', { name: 'See what is kept' }).click();
  await page.getByText('Before you send it').waitFor();
  const kept = await page.locator('.kept').innerText();
  assert.match(kept, /^\[name\] nearly dropped live orders on \[host\]: the filter was empty\./);
  await page.getByRole('button', { name: 'Send it without my name' }).click();
  const receipt = await page.locator('[data-receipt]').innerText();
  const seconds = (performance.now() - start) / 1000;
  t.diagnostic(`${seconds.toFixed(1)} s`);
  assert.ok(seconds < SECONDS_MAX, `${seconds} s`);
  assert.match(receipt, /^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$/);
  await isSound('the receipt');

  const door = asked.filter((each) => each.url().includes('/near-miss/door/'));
  assert.deepEqual(
    door.map((each) => each.url().split('/door/')[1]),
    ['state', 'preview', 'report'],
  );
  for (const each of door) {
    const headers = await each.allHeaders();
    assert.deepEqual(
      [headers.cookie, headers.referer, headers.authorization],
      [undefined, undefined, undefined],
    );
  }
  assert.equal(
    await page.evaluate('JSON.stringify(Object.entries(localStorage))'),
    stored,
    'nothing is left in the browser',
  );
  assert.ok(!page.url().includes(receipt));
});

test('every step of telling is sound on a phone, by keyboard alone', async () => {
  await page.goto('about:blank');
  asked.length = 0;
  await page.goto(`${house.url}/near-miss`);
  await page.getByLabel('What nearly happened?').waitFor();
  await isSound('the form');
  // The cursor stands in the first field.
  await page.keyboard.type('<script>window.broken = true</script> A backup could not have been read.');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Nobody needed it');
  await page.keyboard.press('Tab');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('It could happen again this week.').waitFor();
  await isSound('what is kept');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  const receipt = await page.locator('[data-receipt]').innerText();
  assert.equal(await page.evaluate('window.broken'), undefined);
  const paths = asked.map((each) => new URL(each.url()).pathname);
  assert.ok(paths.includes('/near-miss/door/report'));
  const elsewhere = paths.filter((path) => path.startsWith('/api/'));
  assert.deepEqual(elsewhere, [], 'nothing is asked in the name of whoever is signed in');
  const mail = await house.smtp.waitFor(
    (each) => /could happen again this week/.test(each.subject ?? ''),
    20_000,
  );
  assert.match(mail.text ?? '', /A backup could not have been read/);

  await page.goto(`${house.url}/near-miss/receipt`);
  await page.getByLabel('Receipt').fill(receipt.toLowerCase());
  await page.getByRole('button', { name: 'Open it' }).click();
  await page.getByText('Nobody has read it yet').waitFor();
  await page.getByLabel('Add something').fill('Its key is missing');
  await page.getByRole('button', { name: 'See what is kept' }).click();
  await page.getByRole('button', { name: 'Add it without my name' }).click();
  await page.getByText('Added on').waitFor();
  assert.match(await page.locator('.kept').first().innerText(), /Its key is missing/);
  await isSound('the receipt that was opened');
});

test('a wrong receipt and a closed page say what to do', async () => {
  await page.goto(`${house.url}/near-miss/receipt`);
  await page.getByLabel('Receipt').fill('AAAA-BBBB-CCCC-DDDD');
  await page.getByRole('button', { name: 'Open it' }).click();
  await page.getByText('No report has this receipt.').waitFor();
  await house.ask('PUT', '/settings/near-misses', { open: false, learningOwnerId: null });
  await page.goto(`${house.url}/near-miss`);
  await page.getByText('Near misses are not taken here').waitFor();
  await isSound('the closed page');
});
