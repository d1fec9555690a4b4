/** Providers in the browser, by keyboard: added with its feed tried out, seen to be green, seen to be down from within an incident. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { startVendor, type Vendor } from '../servers/vendor.ts';
import { type Installation, install } from './installation.ts';

const PHONE = { width: 390, height: 844 };

let house: Installation;
let vendor: Vendor;
let page: Page;
before(async () => {
  vendor = await startVendor();
  vendor.answer('/', { body: feed('none', 'operational') });
  house = await install({ HUMDRUM_ALLOW_PRIVATE: '127.0.0.0/8' });
  page = await house.signIn(PHONE);
});
after(async () => {
  await house?.stop();
  await vendor?.stop();
});

function feed(indicator: string, status: string, incidents: object[] = []): object {
  return {
    status: { indicator },
    components: [
      { id: 'c1', name: 'Card payments', status },
      { id: 'c2', name: 'Reports', status: 'operational' },
    ],
    incidents,
  };
}

async function isSound(name: string): Promise<void> {
  const wide = await page.evaluate('document.documentElement.scrollWidth');
  assert.ok(Number(wide) <= PHONE.width, `${name} is ${wide} px wide`);
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  assert.deepEqual(
    violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${name}: ${id} at ${nodes[0]?.target}`),
    [],
  );
}

/** The list has been narrowed to this one, so that the arrow finds it. */
async function onlyOption(name: string): Promise<void> {
  await page.getByRole('option', { name }).waitFor();
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await page.getByRole('option').count()) === 1) return;
    await page.waitForTimeout(50);
  }
  assert.fail(`the list was not narrowed to ${name}`);
}

test('without any provider the page says what they are, and leads to the first one', async () => {
  await page.keyboard.press('g');
  await page.keyboard.press('v');
  await page.getByText('No provider is known yet').waitFor();
  await isSound('no providers');
  await page.getByRole('link', { name: 'Add a provider' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Add a provider' }).waitFor();
});

test('one choice from the catalogue fills in name, page and feed', async () => {
  await page.getByRole('combobox', { name: 'A well-known provider' }).fill('Strip');
  await onlyOption('Stripe');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  assert.equal(await page.getByLabel('Name').inputValue(), 'Stripe');
  assert.equal(await page.getByLabel('Status page').inputValue(), 'https://status.stripe.com/');
  assert.equal(
    await page.getByLabel('Address of the feed').inputValue(),
    'https://www.stripestatus.com/api/v2/summary.json',
  );
});

test('a feed is tried out before it is saved: what is wrong in words, what is right with its components', async () => {
  await page.getByLabel('Address of the feed').fill(`${vendor.url}/summary.json`);
  vendor.answer('/', { body: '<!doctype html>' });
  await page.getByRole('button', { name: 'Try the feed' }).click();
  await page.getByText('a web page (HTML) where JSON was expected').waitFor();
  vendor.answer('/', { body: feed('none', 'operational') });
  await page.getByRole('button', { name: 'Try the feed' }).click();
  await page.getByText('It can be read: green, 2 components to choose from').waitFor();
  const components = page.getByRole('combobox', { name: 'Only these components' });
  await components.fill('Card');
  await onlyOption('Card payments');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  // The list of choices closes when the field is left.
  await page.keyboard.press('Tab');
  await isSound('a new provider');
  await page.getByRole('button', { name: 'Add the provider' }).click();
  await page.getByRole('heading', { name: 'Stripe' }).waitFor();
});

test('it is asked at once, and reads green as of now', async () => {
  await page.goto(`${house.url}/providers`);
  await page.getByRole('link', { name: 'Stripe' }).waitFor();
  await page.getByText('green', { exact: true }).first().waitFor();
  await page.getByText('only Card payments').waitFor();
  await isSound('providers');
  await page.getByRole('link', { name: 'Stripe' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText(/Stripe's feed is green as of \d\d:\d\d UTC\./).waitFor();
  await page.getByText('Nothing that concerns us is open there.').waitFor();
  await isSound('a provider');
});

test('when it goes down the incident shows it beside its other evidence, with a link', async () => {
  const [party] = (await house.ask('GET', '/third-parties')).items;
  const service = await house.ask('POST', '/services', {
    name: 'payments',
    slug: 'payments',
    thirdPartyIds: [party.id],
  });
  const no = { dataAtRisk: 'no', mainTaskImpossible: 'no', mainTaskMuchWorse: 'no', redundancyGone: 'no' };
  const { id } = await house.ask('POST', '/incidents', {
    title: 'Payments are slow',
    serviceIds: [service.id],
    answers: no,
  });
  const started = new Date(Date.now() - 5 * 60_000).toISOString();
  vendor.answer('/', {
    body: feed('critical', 'major_outage', [
      {
        id: 'i1',
        name: 'Cards are refused',
        status: 'investigating',
        impact: 'critical',
        started_at: started,
        shortlink: 'https://status.example/i1',
        components: [{ id: 'c1', name: 'Card payments' }],
      },
    ]),
  });
  // Within ten seconds of the last answer, that one is given.
  for (let tries = 0; tries < 30; tries += 1) {
    const { state } = await house.ask('POST', `/third-parties/${party.id}/check`);
    if (state === 'major') break;
    await page.waitForTimeout(1000);
  }
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${house.url}/incidents/${id}`);
  const side = page.getByRole('complementary', { name: /who is affected/ });
  await side.getByText('down', { exact: true }).waitFor();
  assert.equal(
    await side.getByRole('link', { name: 'their page' }).getAttribute('href'),
    'https://status.example/i1',
  );
  await page.getByRole('tab', { name: /What changed/ }).click();
  await page.getByRole('button', { name: /Stripe: Cards are refused/ }).waitFor();
  await page.getByText(/Stripe reports “Cards are refused” as of \d\d:\d\d UTC/).waitFor();
});
