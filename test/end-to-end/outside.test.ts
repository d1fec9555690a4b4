/** What stands between our people and those outside, in the app: by which ways each client reads a message, a contact's devices, the logo of a page. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { deflateSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { pretendBrowser } from '../servers/browser.ts';
import { startVendor, type Vendor } from '../servers/vendor.ts';
import { answerCalls, compose, type Installation, install } from './installation.ts';
import { isSoundEverywhere, SIZES } from './sound.ts';

let vendor: Vendor;
let house: Installation;
let page: Page;
let incident: string;
let northwind: string;
let nora: string;
let statusPage: { id: string; path: string };
before(async () => {
  vendor = await startVendor();
  vendor.answer('/push', { status: 201, body: '' });
  house = await install({ HUMDRUM_ALLOW_PRIVATE: '127.0.0.1' });
  const { id: service } = await house.ask('POST', '/services', {
    name: 'Shop',
    slug: 'shop',
    publicName: 'Card payments',
  });
  const client = async (name: string) =>
    (await house.ask('POST', '/clients', { name, serviceIds: [service] })).id;
  northwind = await client('Northwind');
  const [contoso, fabrikam] = [await client('Contoso'), await client('Fabrikam')];
  assert.ok(fabrikam);
  nora = (
    await house.ask('POST', '/contacts', {
      clientId: northwind,
      name: 'Nora North',
      email: 'nora@northwind.example',
      channels: [
        { kind: 'mattermost', address: `${vendor.url}/chat` },
        { kind: 'sms', address: '+4915112345678' },
      ],
    })
  ).id;
  await house.ask('POST', '/contacts', { clientId: contoso, name: 'Carl Contoso', phone: '+49 30 1234' });
  statusPage = await house.ask('POST', '/status-pages', { slug: 'shop', name: 'Hillside status' });
  incident = (await house.ask('POST', '/incidents', { title: 'Nobody can pay', serviceIds: [service] })).id;
  page = await house.signIn(SIZES.desk);
  await answerCalls(page);
});
after(async () => {
  await house?.stop();
  await vendor?.stop();
});

test('the composer shows a client by exactly its channels, what comes next apart, and who is reached by none', async () => {
  await page.goto(`/incidents/${incident}`);
  await page.getByRole('heading', { level: 1, name: 'Nobody can pay' }).waitFor();
  await (await compose(page)).fill('Nobody can pay by card since 02:04 UTC.');
  const nobody = page.getByRole('list', { name: 'Not reached by any message' });
  await nobody.getByText(/Contoso/).waitFor();
  assert.match(
    (await nobody.innerText()).replaceAll('\n', ' '),
    /Carl Contoso will be called: see the call list\..*Fabrikam There is no contact at all\./,
  );
  const preview = page.getByRole('region', { name: 'Preview' });
  await page.getByText('SMS, after 5 min').click();
  await preview
    .getByText('Next: after 5 minutes without evidence, or when the first channel fails')
    .waitFor();
  await preview
    .getByText(/^Not sent: no Twilio account is configured\. The next channel is tried at once\.$/)
    .waitFor();
  await page.getByText('Mattermost', { exact: true }).click();
  await preview.getByText('Northwind · Mattermost').waitFor();
  assert.doesNotMatch(await preview.innerText(), /Contoso|Fabrikam|Next: after/);
  await preview.scrollIntoViewIfNeeded();
  await isSoundEverywhere(page, 'preview');
  await page.setViewportSize(SIZES.desk);
  await page.getByRole('button', { name: 'Not now' }).click();
});

test('a contact’s device stands in the directory with when it was turned on, and is taken back there', async () => {
  const phone = pretendBrowser(`${vendor.url}/push/phone`);
  await house.ask('PATCH', `/contacts/${nora}`, {
    channels: [{ kind: 'email', address: 'nora@northwind.example' }],
  });
  await house.ask('POST', `/incidents/${incident}/updates`, {
    kind: 'first',
    status: 'looking',
    impact: 'Nobody can pay by card.',
    action: 'We are looking at our last change.',
  });
  const mail = await house.smtp.waitFor((each) => each.envelope.to.includes('nora@northwind.example'));
  const link = /http:\/\/\S+\/device\/con_\S+/.exec(mail.text ?? '')?.[0] ?? '';
  const answer = await fetch(link, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: house.url, 'user-agent': 'Android Chrome/140' },
    body: JSON.stringify(phone.subscription),
  });
  assert.equal(answer.status, 200, await answer.text());
  await page.goto(`/directory/clients/${northwind}`);
  const row = page.getByRole('listitem').filter({ hasText: 'On a device' }).last();
  await row.getByText(/Chrome on Android · .*turned on by the contact/).waitFor();
  await row.scrollIntoViewIfNeeded();
  await isSoundEverywhere(page, 'device-in-directory');
  await page.setViewportSize(SIZES.desk);
  await row.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('button', { name: 'Show no more messages on Chrome on Android' }).click();
  await row.waitFor({ state: 'detached' });
  const { channels } = await house.ask('GET', `/contacts/${nora}`);
  assert.deepEqual(
    channels.map((each: { kind: string }) => each.kind),
    ['email'],
  );
});

const DRAWING =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 32"><circle cx="16" cy="16" r="15" fill="#7a1f5c"/><path d="M9 22V10l14 12V10" stroke="#fff" stroke-width="3" fill="none"/><rect x="40" y="12" width="54" height="8" fill="#1d1f24"/></svg>';
const file = (name: string, mimeType: string, buffer: Buffer) =>
  page.getByLabel('File of the logo').setInputFiles({ name, mimeType, buffer });

type Picture = { decode(): Promise<void> };

test('a logo is looked at on a light and a dark page before it is put there, as large as readers will see it', async () => {
  await page.goto(`/status-pages/${statusPage.id}`);
  await page.getByText('The page has no logo; its name stands alone.').waitFor();
  await isSoundEverywhere(page, 'logo-none');
  await file('drawing.svg', 'image/svg+xml', Buffer.from(DRAWING));
  await page.getByText(/^drawing\.svg, not on the page yet\./).waitFor();
  assert.equal((await house.ask('GET', `/status-pages/${statusPage.id}`)).logo, null);
  await isSoundEverywhere(page, 'logo-chosen');
  await page.getByRole('button', { name: 'Put it on the page' }).click();
  await page.getByText('This is how the top of the page looks to its readers.').waitFor();
  const size = async (of: Page, name: string) => {
    const picture = of.getByRole('img', { name });
    await picture.evaluate((each) => (each as unknown as Picture).decode());
    const box = await picture.boundingBox();
    return [box?.width, box?.height];
  };
  const light = await size(page, 'The logo on a light page');
  const dark = await size(page, 'The logo on a dark page');
  for (const [colorScheme, shown] of [
    ['light', light],
    ['dark', dark],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    const outside = await page.context().browser()!.newPage();
    await outside.emulateMedia({ colorScheme });
    for (let tries = 0; tries < 40; tries += 1) {
      await outside.goto(`${house.url}${statusPage.path}`);
      if (await outside.locator('img.logo').count()) break;
      await outside.waitForTimeout(250);
    }
    const logo = outside.locator('img.logo');
    // It stands there with its height before it is read; only then has it a width.
    await logo.evaluate((picture) => (picture as unknown as Picture).decode());
    const box = await logo.boundingBox();
    assert.deepEqual(shown, [box?.width, box?.height], colorScheme);
    await outside.close();
  }
  await isSoundEverywhere(page, 'logo');
});

test('what is too large, no picture, or damaged is refused in words, and the page keeps what it has', async () => {
  const { logo } = await house.ask('GET', `/status-pages/${statusPage.id}`);
  const says = (words: RegExp) => page.getByRole('alert').getByText(words).waitFor();
  await file('photo.jpg', 'image/jpeg', Buffer.alloc(300 * 1024, 1));
  await says(
    /^photo\.jpg: The file has 300 KB; at most 100 KB can be shown\. Make it smaller\. Nothing was changed\.$/,
  );
  await file('words.txt', 'text/plain', Buffer.from('hello'));
  await says(/^words\.txt: The file is no PNG, JPEG, WebP, GIF or SVG picture\./);
  await file(
    'torn.png',
    'image/png',
    Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), deflateSync('torn')]),
  );
  await says(/^torn\.png: The picture cannot be read: it is damaged/);
  await isSoundEverywhere(page, 'logo-refused');
  await file('acts.svg', 'image/svg+xml', Buffer.from(DRAWING.replace('<circle', '<script/><circle')));
  await page.getByRole('button', { name: 'Put it on the page' }).click();
  await says(/This picture cannot be shown; nothing was changed\. The drawing contains a script\./);
  await page.getByRole('button', { name: 'Keep the one there is' }).click();
  assert.equal((await house.ask('GET', `/status-pages/${statusPage.id}`)).logo, logo);
});

test('a kept file that no browser can read says so; it is taken off again after asking', async () => {
  await house.ask('PUT', `/status-pages/${statusPage.id}/logo`, {
    data: Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from('torn')]).toString('base64'),
  });
  await page.goto(`/status-pages/${statusPage.id}`);
  await page
    .getByRole('alert')
    .getByText(/^Browsers cannot read the file that is kept/)
    .waitFor();
  await page.getByRole('button', { name: 'Take it off…' }).click();
  await page.getByRole('button', { name: 'Take it off', exact: true }).click();
  await page.getByText('The page has no logo; its name stands alone.').waitFor();
  assert.equal((await house.ask('GET', `/status-pages/${statusPage.id}`)).logo, null);
});
