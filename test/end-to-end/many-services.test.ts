/** Forty services: what needs somebody stands first and open, nothing that is wrong is hidden, and the rest is found by its name. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { answerCalls, type Installation, install } from './installation.ts';
import { isSoundEverywhere, SIZES } from './sound.ts';

const SERVICES = 40;

let house: Installation;
let page: Page;
const nameOf = (at: number) => `service ${String(at).padStart(2, '0')}`;
before(async () => {
  house = await install();
  const [me] = (await house.ask('GET', '/people')).items;
  const bo = await house.ask('POST', '/people', {
    name: 'Bo Falk',
    email: 'bo@agency.example',
    channels: [{ kind: 'email', address: 'bo@agency.example' }],
  });
  // Of each ten one has nobody, three have one person, six have two; two are told of.
  for (let at = 1; at <= SERVICES; at += 1) {
    await house.ask('POST', '/services', {
      name: nameOf(at),
      slug: `service-${at}`,
      primaryId: at % 10 === 0 ? null : me.id,
      backupId: at % 10 < 4 ? null : bo.id,
    });
    if (at % 10 === 5 || at % 10 === 6)
      await house.ask('POST', '/changes', {
        summary: `Deployed ${at}`,
        kind: 'deploy',
        service: `service-${at}`,
        source: 'ci',
      });
  }
  page = await house.signIn(SIZES.desk);
  await answerCalls(page);
});
after(() => house?.stop());

/** @returns how many screens of this size the page is long */
async function screens(size: keyof typeof SIZES): Promise<number> {
  await page.setViewportSize(SIZES[size]);
  await page.waitForTimeout(150);
  return Number(await page.evaluate('document.documentElement.scrollHeight')) / SIZES[size].height;
}

test('who would be reached: those without anybody are open, those with one person are named, the others are folded and found', async () => {
  await page.goto('/on-call');
  await page.getByText('Nobody is called first for 4 services').waitFor();
  for (const at of [10, 20, 30, 40])
    await page.getByRole('row', { name: new RegExp(`^${nameOf(at)} nobody`) }).waitFor();
  const alone = page.getByText('One person and nobody after: 12 services').locator('..');
  const named = await alone.innerText();
  for (const at of [1, 2, 3, 11, 33])
    assert.ok(named.includes(nameOf(at)), 'its name is seen before anything is opened');
  await page.getByText('Somebody, and somebody after: 24 services').waitFor();
  assert.equal(await page.getByRole('row', { name: new RegExp(`^${nameOf(4)} `) }).count(), 0, 'folded');
  await isSoundEverywhere(page, 'forty-on-call');
  assert.ok((await screens('desk')) < 3, `${await screens('desk')} screens`);
  assert.ok((await screens('phone')) < 4.5, `${await screens('phone')} screens`);
  await page.getByText('Somebody, and somebody after: 24 services').click();
  await page.getByRole('row', { name: new RegExp(`^${nameOf(4)} `) }).waitFor();
  await page.getByLabel('Find a service').fill('04');
  await page.getByRole('row', { name: new RegExp(`^${nameOf(4)} `) }).waitFor();
  await page.getByText('Nobody is called first for 4 services').waitFor({ state: 'detached' });
  await page.getByLabel('Find a service').fill('nothing like it');
  await page.getByText('No service of that name.').waitFor();
});

test('what we would hear of: every service that nobody tells of is named, opened where it stands, and said to have none', async () => {
  await page.setViewportSize(SIZES.phone);
  await page.goto('/changes/coverage');
  const untold = page.getByRole('region', { name: /^Nobody tells of any change/ });
  await untold.getByText(nameOf(1)).waitFor();
  const told = page.getByRole('region', { name: /^Told of/ });
  const names = `${await untold.innerText()} ${await told.innerText()}`;
  for (let at = 1; at <= SERVICES; at += 1) assert.ok(names.includes(nameOf(at)), nameOf(at));
  await isSoundEverywhere(page, 'forty-coverage');
  assert.ok((await screens('phone')) < 3, `${await screens('phone')} screens`);
  assert.ok((await screens('desk')) < 2, `${await screens('desk')} screens`);
  await untold.getByText(nameOf(2), { exact: true }).click();
  await untold.getByRole('button', { name: `It has none: migration, ${nameOf(2)}` }).click();
  await untold.getByRole('button', { name: `It may have some: migration, ${nameOf(2)}` }).waitFor();
  await page.getByLabel('Find a service').fill('35');
  await page.getByRole('heading', { name: nameOf(35) }).waitFor();
  await page
    .getByRole('list', { name: `Kinds of change to ${nameOf(35)}` })
    .getByText('told of')
    .first()
    .waitFor();
});
