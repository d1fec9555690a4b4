/** Screens for telling people, on a phone: nothing hides at the edge, and nothing stands in the way of whoever cannot see or point. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { type Installation, install } from './installation.ts';

const PHONE = { width: 390, height: 844 };
const SERIOUS = new Set(['serious', 'critical']);

let house: Installation;
let page: Page;
let room: string;
before(async () => {
  house = await install();
  const service = await house.ask('POST', '/services', {
    name: 'payments',
    slug: 'payments',
    publicName: 'Card payments',
  });
  for (const name of ['Northwind', 'Contoso'])
    await house.ask('POST', '/clients', { name, serviceIds: [service.id] });
  await house.ask('POST', '/message-templates', {
    name: 'It does not work',
    kind: 'first',
    audience: 'clients',
    impact: 'Since {{since}} {{services}} cannot be used.',
    action: 'We are looking.',
  });
  // A P3 calls nobody, so that no call lies over the screens.
  const no = { dataAtRisk: 'no', mainTaskImpossible: 'no', mainTaskMuchWorse: 'no', redundancyGone: 'no' };
  const { id } = await house.ask('POST', '/incidents', {
    title: 'Old logo on the payment page',
    serviceIds: [service.id],
    answers: no,
  });
  room = `/incidents/${id}`;
  page = await house.signIn(PHONE);
});
after(() => house?.stop());

/** Fails when the screen is wider than the phone, or when axe finds something serious. */
async function isSound(name: string): Promise<void> {
  const wide = await page.evaluate('document.documentElement.scrollWidth');
  assert.ok(Number(wide) <= PHONE.width, `${name} is ${wide} px wide`);
  // The page belongs to a browser without a second context, in which axe would put its results together.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  const serious = violations.filter(({ impact }) => impact && SERIOUS.has(impact));
  assert.deepEqual(
    serious.map(({ id, nodes }) => `${name}: ${id} at ${nodes[0]?.target}`),
    [],
  );
}

test('the part of settings that is shown is in sight, however many stand before it', async () => {
  await page.goto(`${house.url}/settings/duties`);
  const shown = page.getByRole('navigation', { name: 'Parts of settings' }).locator('[aria-current="page"]');
  await shown.waitFor();
  await page.waitForFunction('document.querySelector(".places").scrollLeft > 0');
  const box = await shown.boundingBox();
  assert.ok(box && box.x >= 0 && box.x + box.width <= PHONE.width, JSON.stringify(box));
  await isSound('duties to notify');
});

test('templates are listed first, and one is written where it was asked for', async () => {
  await page.goto(`${house.url}/settings/templates`);
  await page.getByRole('heading', { name: 'It does not work' }).waitFor();
  await isSound('templates');
  await page.getByRole('button', { name: 'Write a template' }).click();
  await page.locator('input:focus').and(page.getByLabel('Name')).waitFor();
  await isSound('a new template');
});

test('questions of an incident begin with a heading of their own', async () => {
  await page.goto(`${house.url}${room}`);
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByText('Questions').last().click();
  await page.getByText('Nobody waits for an answer').waitFor();
  assert.equal(await page.getByRole('heading', { name: 'Questions', level: 2 }).count(), 1);
  await isSound('questions');
});

test('the menu of an incident has items alone, and the first has the focus', async () => {
  await page.goto(`${house.url}${room}`);
  await page.getByRole('button', { name: 'More…' }).click();
  await page.locator('[role="menuitem"]:focus').and(page.getByRole('menuitem').first()).waitFor();
  await isSound('the menu');
});

test('a text is asked about one doubtful thing at a time, and sent only when each was confirmed', async () => {
  await page.goto(`${house.url}${room}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('u');
  await page
    .getByLabel('Impact')
    .fill('Northwind cannot pay since 02:02 UTC. password: hunter2-Zx81kkq, key AKIAIOSFODNN7EXAMPLE.');
  const asked = page.locator('.ask-twice');
  await asked.getByText('Then').waitFor();
  await isSound('the composer with questions');
  const send = page.locator('.composer-foot > button').first();
  let taps = 0;
  for (; await asked.count(); taps += 1) {
    assert.equal(await asked.count(), 1);
    assert.ok(await send.isDisabled());
    const question = (await asked.locator('p').first().textContent()) ?? '';
    await asked.getByRole('button').click();
    await asked.getByText(question, { exact: true }).waitFor({ state: 'detached' });
  }
  assert.equal(taps, 2, 'the name of a client and the secrets are confirmed apart');
  await page.getByRole('button', { name: 'Not now' }).click();
});

test('a call that arrives is not answered by the key that was about to be pressed', async () => {
  await page.goto(`${house.url}/settings/account`);
  await page.getByRole('button', { name: 'Test it: ring at me now' }).click();
  const call = page.getByRole('dialog', { name: 'A test call' });
  await call.locator('.called-about:focus').waitFor();
  await page.keyboard.press('Space');
  await page.keyboard.press('Enter');
  assert.ok(await call.isVisible());
  await call.getByRole('button', { name: 'It rings' }).click();
  await call.waitFor({ state: 'hidden' });
});
