/** Status pages in a real browser that runs no scripts: everything can be read and done, on a phone and on a desk, in light and in dark. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type Harness, openHarness, seedAgency } from '../harness.ts';
import { launchChromium } from '../servers/chromium.ts';
import { freePort } from '../servers/program.ts';

const SIZES = [
  { name: 'phone', viewport: { width: 390, height: 844 } },
  { name: 'desk', viewport: { width: 1440, height: 900 } },
];
const SCHEMES = ['light', 'dark'] as const;
/** Set to a folder, the test leaves pictures there for people to look at. */
const PICTURES = process.env.HUMDRUM_TEST_PICTURES;

let house: Harness;
let browser: Browser;
let url: string;

before(async () => {
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  house = await openHarness({ start: '2026-11-23T02:00:00Z', environment: { HUMDRUM_URL: url } });
  await seedAgency(house);
  house.as({ personId: 'ana', name: 'Ana Lima' });
  await house.ask('PUT', '/settings/organisation', {
    name: 'Hillside',
    zone: 'UTC',
    phone: '+49 30 1234567',
  });
  const { id } = await house.ask('POST', '/status-pages', {
    slug: 'northwind',
    clientId: 'cli_northwind',
    name: 'Northwind bei Hillside',
    language: 'de',
    zone: 'Europe/Berlin',
    accent: '#7a1f5c',
  });
  await house.ask('PUT', `/status-pages/${id}/logo`, {
    data: Buffer.from(
      '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><circle cx="16" cy="16" r="15" fill="#7a1f5c"/><path d="M9 22V10l14 12V10" stroke="#fff" stroke-width="3" fill="none"/></svg>',
    ).toString('base64'),
  });
  const incident = await house.ask('POST', '/incidents', { title: 'x', serviceIds: ['svc_checkout'] });
  await house.ask('POST', `/incidents/${incident.id}/updates`, {
    kind: 'first',
    status: 'looking',
    impact: 'Since 01:58 UTC nobody can pay by card. Invoices work.',
    action: 'We are looking at our last change.',
  });
  const start = house.clock.now().add({ hours: 70 });
  await house.ask('POST', '/maintenances', {
    title: 'New payment terminals',
    impact: 'Card payments fail for up to two minutes.',
    startsAt: start.toString(),
    endsAt: start.add({ hours: 2 }).toString(),
    serviceIds: ['svc_checkout'],
    pageIds: ['default', id],
  });
  await house.pass({ seconds: 10 });
  await house.humdrum.app.listen({ port, host: '127.0.0.1' });
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await house.close();
});

async function opened<Result>(
  options: BrowserContextOptions,
  work: (page: Page) => Promise<Result>,
): Promise<Result> {
  const context = await browser.newContext(options);
  try {
    return await work(await context.newPage());
  } finally {
    await context.close();
  }
}

async function picture(page: Page, name: string): Promise<void> {
  if (PICTURES) await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

/** A session, got as a person gets it: by a form, a mail, a link and a button. */
async function signedIn(page: Page): Promise<void> {
  await house.pass({ minutes: 16 });
  const from = house.smtp.mails.length;
  await page.goto(`${url}/status/northwind/`);
  await page.getByRole('textbox').fill('nora@northwind.example');
  await page.getByRole('button').click();
  await page.getByRole('heading', { name: /Look into your mail|Sehen Sie/ }).waitFor();
  await house.settle();
  const link = /http:\S+\/enter\/\S+/.exec(house.smtp.mails[from]?.text ?? '')?.[0] ?? '';
  await page.goto(link);
  await page.getByRole('button').click();
  await page.waitForURL(`${url}/status/northwind/`);
}

test('everything that a page says is read without scripts, on every width and in both colours', async () => {
  for (const { name, viewport } of SIZES)
    for (const colorScheme of SCHEMES)
      await opened({ viewport, colorScheme, javaScriptEnabled: false }, async (page) => {
        await page.goto(`${url}/status/`);
        await page.getByText('There is a problem with card payments. Everything else works.').waitFor();
        await page.getByRole('heading', { name: 'Nobody can pay by card' }).first().waitFor();
        await page.getByRole('heading', { name: 'New payment terminals' }).waitFor();
        const wide = await page.evaluate('document.documentElement.scrollWidth');
        assert.ok(Number(wide) <= viewport.width, `${name}: ${wide} px are wider than the screen`);
        await picture(page, `public-${name}-${colorScheme}`);
        await page.getByRole('link', { name: 'Get updates' }).click();
        await page.getByRole('heading', { name: 'Get updates' }).waitFor();
        await picture(page, `subscribe-${name}-${colorScheme}`);
      });
});

test('a reader signs in, reads in German, and subscribes without scripts', async () => {
  for (const { name, viewport } of SIZES)
    await opened(
      { viewport, javaScriptEnabled: false, colorScheme: name === 'phone' ? 'dark' : 'light' },
      async (page) => {
        await page.goto(`${url}/status/northwind/`);
        await picture(page, `door-${name}`);
        await signedIn(page);
        await page.getByText('Es gibt eine Störung bei: card payments.').waitFor();
        await page.getByText('Geplante Wartung', { exact: true }).waitFor();
        await picture(page, `private-${name}`);
        await page.getByRole('link', { name: 'Meldungen erhalten' }).click();
        await page.getByRole('textbox', { name: 'Ihre E-Mail-Adresse' }).fill('nora@northwind.example');
        await page.getByRole('button', { name: 'Link zum Bestätigen anfordern' }).first().click();
        await page.getByRole('heading', { name: 'Fast fertig' }).waitFor();
        await picture(page, `asked-${name}`);
      },
    );
});

test('the browser refuses nothing of what a page needs, and a tool for accessibility finds nothing to mend', async () => {
  for (const colorScheme of SCHEMES)
    await opened({ viewport: { width: 1440, height: 900 }, colorScheme }, async (page) => {
      const complaints: string[] = [];
      page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
      await signedIn(page);
      for (const path of [
        '/status/',
        '/status/subscribe',
        '/status/northwind/',
        '/status/northwind/subscribe',
      ]) {
        await page.goto(`${url}${path}`);
        const { violations } = await new AxeBuilder({ page }).analyze();
        assert.deepEqual(
          violations.map((each) => `${path} ${colorScheme} ${each.id}: ${each.nodes[0]?.html}`),
          [],
        );
        const logo = page.locator('img.logo');
        if (await logo.count())
          assert.ok(
            Number(
              await logo.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth),
            ) > 0,
          );
      }
      const serious = complaints.filter((text) => !/favicon|401 \(Unauthorized\)/.test(text));
      assert.deepEqual(serious, []);
    });
});
