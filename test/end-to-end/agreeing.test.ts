/** From asked for a review to signed off, published, and told to clients: two people in two browsers, and a reader in a third. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../servers/chromium.ts';
import { type Installation, install } from './installation.ts';
import { isSound } from './sound.ts';
import { BO, DESK, enter, inviteBo, PHONE } from './two-people.ts';

const WAIT_MILLISECONDS = 30_000;
const READER = 'carl@contoso.example';
const FIRST = 'The pipeline ships to everybody at once.';
const MENDED = 'The pipeline ships to everybody at once, because the share is set nowhere.';
const LEARNED = 'A change of ours reached every shop at once. Changes now go to one shop first.';

let house: Installation;
let browser: Browser;
let ana: Page;
let bo: Page;

before(async () => {
  house = await install();
  const id = await restored();
  await inviteBo(house);
  browser = await launchChromium();
  const window = { path: `/postmortems/${id}`, waitMilliseconds: WAIT_MILLISECONDS };
  ana = await enter(browser, house, { who: house.administrator, viewport: DESK, ...window });
  bo = await enter(browser, house, { who: BO, viewport: PHONE, ...window });
});
after(async () => {
  await browser?.close();
  await house?.stop();
});

/** An incident of which Contoso has heard, restored, with a postmortem that lacks nothing. @returns the postmortem's id */
async function restored(): Promise<string> {
  const { ask, administrator } = house;
  const { items: people } = await ask('GET', '/people');
  const me = people.find((each: { email: string }) => each.email === administrator.email);
  await ask('PATCH', `/people/${me.id}`, { name: 'Ana Lima' });
  const service = await ask('POST', '/services', {
    name: 'shop-api',
    slug: 'shop',
    publicName: 'Card payments',
  });
  const client = await ask('POST', '/clients', { name: 'Contoso', serviceIds: [service.id] });
  await ask('POST', '/contacts', { clientId: client.id, name: 'Carl Contoso', email: READER });
  await ask('POST', '/status-pages', { slug: 'contoso', clientId: client.id, name: 'Contoso' });
  const { id } = await ask('POST', '/incidents', { title: 'Nobody can pay', serviceIds: [service.id] });
  await ask('POST', `/incidents/${id}/confirmation`, { evidence: 'a test payment failed' });
  await ask('POST', `/incidents/${id}/updates`, {
    kind: 'first',
    impact: 'Nobody can pay by card.',
    action: 'We are undoing our last change.',
  });
  await ask('POST', `/incidents/${id}/restoration`, {
    proof: { check: 'test payment', shows: 'it passes', since: new Date().toISOString() },
  });
  const postmortem = (await ask('GET', '/postmortems')).items[0].id;
  const { version, sections } = await ask('GET', `/postmortems/${postmortem}`);
  const no = (text: string) => ({ answer: 'no', text });
  await ask('PUT', `/postmortems/${postmortem}`, {
    version,
    sections: {
      ...sections,
      rootCause: FIRST,
      contributingFactors: {
        slowDetection: no('The alert fired within a minute.'),
        missingDocumentation: no('The way back is written down.'),
        missingMonitoring: no('Failed payments are counted.'),
        others: '',
      },
      noActionBecause: 'The pipeline is replaced next week.',
    },
  });
  return postmortem;
}

test('Ana asks Bo, Bo asks for changes, Ana mends it, Bo signs off, and each sees what the other did without loading again', async () => {
  await ana.getByRole('combobox', { name: 'Ask somebody to review it' }).fill('Bo');
  await ana.getByRole('option', { name: 'Bo Falk' }).click();
  await ana.getByRole('button', { name: 'Ask 1 person' }).click();
  await ana.getByText('asked, no answer yet').waitFor();

  const cause = bo.locator('#root_cause');
  await cause.getByRole('button', { name: 'Comment on this section' }).click();
  await cause.getByLabel('Comment', { exact: true }).fill('Why can it ship to everybody at all?');
  await cause.getByRole('button', { name: 'Comment', exact: true }).click();
  await bo.getByLabel('You are asked to review this').fill('The cause stops one step too early.');
  await bo.getByRole('button', { name: 'Ask for changes' }).click();

  await ana.getByText('asks for changes').waitFor();
  await ana.getByText('The cause stops one step too early.').waitFor();
  await ana.getByLabel('Root cause', { exact: true }).fill(MENDED);
  const thread = ana.getByRole('article', { name: 'Thread of Bo Falk' });
  await thread.getByRole('button', { name: 'Answer Bo Falk' }).click();
  await thread.getByLabel('Answer', { exact: true }).fill('The share is set nowhere. Added.');
  await thread.getByRole('button', { name: 'Answer', exact: true }).click();

  await bo.getByText('The share is set nowhere. Added.').waitFor();
  await bo.getByText('1 part changed since: Root cause').waitFor();
  await isSound(bo, 'a review and a thread');
  await bo.getByRole('button', { name: /^Resolve: Why can it/ }).click();
  await bo.getByRole('button', { name: /^Sign off version/ }).click();

  await ana.getByText('signed off', { exact: true }).waitFor();
  await ana.getByRole('button', { name: 'Show 1 resolved thread' }).waitFor();
});

test('Ana publishes it, and a text for clients, which stands on the page of the client and says nothing else', async () => {
  // Nobody is waited for, so nothing is asked once more.
  await ana.getByRole('button', { name: 'Publish the postmortem' }).click();
  await ana.getByRole('heading', { name: 'Published' }).waitFor();
  await ana.getByText('It is published as it stands here').waitFor();
  await ana.getByText('On the pages of Contoso.').waitFor();
  await ana.getByLabel('Text', { exact: true }).fill(LEARNED);
  await ana.getByRole('button', { name: 'Publish it outside' }).click();
  await ana.getByText(/^Published by Ana Lima/).waitFor();

  const reader = await (await browser.newContext({ baseURL: house.url, timezoneId: 'UTC' })).newPage();
  reader.setDefaultTimeout(WAIT_MILLISECONDS);
  await reader.goto('/status/contoso/');
  await reader.locator('input[name="address"]').fill(READER);
  await reader.getByRole('button').first().click();
  const mail = await house.smtp.waitFor(
    ({ envelope, text }) => envelope.to.includes(READER) && /\/enter\//.test(text ?? ''),
    WAIT_MILLISECONDS,
  );
  await reader.goto(/https?:\/\/\S+\/enter\/\S+/.exec(mail.text ?? '')?.[0] ?? '');
  await reader.getByRole('button').first().click();
  // Restored and not yet over, it stands on top; what was learned stands on a page of its own.
  await reader.locator('a[href*="/incidents/"]').first().click();
  await reader.waitForURL('**/incidents/*');
  const learned = reader.getByRole('heading', { name: 'What we learned' });
  // Pages are rendered when something has changed, a few seconds at most after it has.
  const until = performance.now() + WAIT_MILLISECONDS;
  while (!(await learned.isVisible())) {
    assert.ok(performance.now() < until, await reader.locator('body').innerText());
    await reader.waitForTimeout(500);
    await reader.reload();
  }
  await reader.getByText(LEARNED).first().waitFor();
  const read = await reader.locator('body').innerText();
  assert.doesNotMatch(read, /pipeline|Bo Falk|Ana Lima|share is set/, 'nothing of the postmortem itself');
});
