/** From restored to published with a prepared text, then taken along as a document and found again, as its owner does it in a browser. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { textOfPdf } from '../servers/pdf.ts';
import { temporaryFolder } from '../servers/program.ts';
import { type Installation, install } from './installation.ts';
import { agree, answerNo } from './postmortem.ts';

const SIZES = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
const SERIOUS = new Set(['serious', 'critical']);
const MINUTES_MAX = 10;
// Somebody who reads every word on the screen once, and takes this long for each thing that is filled in or tapped.
const WORDS_A_MINUTE = 200;
const SECONDS_EACH = 6;
const PATIENCE_MILLISECONDS = 60_000;
const PICTURES = process.env.END_TO_END_PICTURES;

const PREPARED: [string, string][] = [
  ['Summary', 'Search answered nothing for 25 minutes; everything else worked.'],
  ['Impact', 'About 300 people could not search, by the access log.'],
  ['Trigger', 'The nightly rebuild of the index.'],
  ['Root cause', 'The rebuild replaces the index before the new one is whole. Nothing compares the two.'],
  ['What limited the harm', 'The shop can be used by its menus.'],
  ['What went well', 'The alert fired within a minute.'],
  ['Open questions', 'Why did the rebuild take twice as long as usual?'],
];

let house: Installation;
let page: Page;
let postmortem: { id: string };

before(async () => {
  house = await install();
  const service = await house.ask('POST', '/services', { name: 'Search', slug: 'search' });
  await house.ask('POST', '/people', { name: 'Bo Falk', email: 'bo@agency.example' });
  const { id } = await house.ask('POST', '/incidents', {
    title: 'Search answers nothing',
    serviceIds: [service.id],
    answers: {
      dataAtRisk: 'no',
      mainTaskImpossible: 'no',
      mainTaskMuchWorse: 'yes',
      workaround: 'yes',
      redundancyGone: 'no',
    },
  });
  await house.ask('POST', `/incidents/${id}/confirmation`, { evidence: 'Every search came back empty' });
  await house.ask('POST', `/incidents/${id}/restoration`, {
    proof: { check: 'searching for "shoes"', shows: '214 results', since: new Date().toISOString() },
  });
  postmortem = await opened();
  page = await house.signIn(SIZES[0]!);
  page.setDefaultTimeout(PATIENCE_MILLISECONDS);
});
after(() => house?.stop());

/** The postmortem opens with the restoring, in the same transaction. */
async function opened(): Promise<{ id: string }> {
  const { items } = await house.ask('GET', '/postmortems');
  assert.equal(items.length, 1, 'a restored P2 has its postmortem');
  assert.equal(items[0].severity, 'P2');
  return items[0];
}

/** At both sizes: nothing is wider than the screen, and axe finds nothing serious. */
async function isSound(name: string): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    const wide = Number(await page.evaluate('document.documentElement.scrollWidth'));
    assert.ok(wide <= size.width, `${name} is ${wide} px wide at ${size.width}`);
    const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
    const serious = violations.filter(({ impact }) => impact && SERIOUS.has(impact));
    assert.deepEqual(
      serious.map(({ id, nodes }) => `${name}: ${id} at ${nodes[0]?.target}`),
      [],
    );
    for (const colorScheme of PICTURES ? (['dark', 'light'] as const) : []) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${PICTURES}/${name}-${size.width}-${colorScheme}.png`, fullPage: true });
    }
  }
  await page.setViewportSize(SIZES[0]!);
}

test('from restored to published takes less than ten minutes of reading and clicking with a prepared text', async () => {
  let acts = 0;
  const began = performance.now();
  await page.goto('/postmortems');
  await page.getByRole('link', { name: 'Search answers nothing' }).click();
  await page.getByRole('heading', { name: 'Root cause' }).first().waitFor();
  const words = (await page.getByRole('main').innerText()).split(/\s+/).length;
  acts += 1;
  for (const [label, text] of PREPARED) {
    await page.getByLabel(label, { exact: true }).fill(text);
    acts += 1;
  }
  for (const factor of ['Slow detection', 'Missing documentation', 'Missing monitoring']) {
    await answerNo(page, factor, 'it was there and it was read.');
    acts += 2;
  }
  await agree(page, {
    text: 'The rebuild keeps the old index until the new one holds as many entries',
    doneWhen: 'A rebuild that is stopped half-way leaves the search as it was',
  });
  acts += 6;
  await page.getByRole('button', { name: 'Publish the postmortem' }).click();
  await page.getByRole('heading', { name: 'Published' }).waitFor();
  acts += 1;
  const machine = (performance.now() - began) / 60_000;
  const person = words / WORDS_A_MINUTE + (acts * SECONDS_EACH) / 60;
  assert.ok(
    machine + person < MINUTES_MAX,
    `${words} words to read, ${acts} things to do: ${person.toFixed(1)} min, and ${machine.toFixed(1)} of waiting`,
  );
  await isSound('postmortem');
});

test('the published postmortem is taken along as PDF, with the prepared text in it', async () => {
  const arrives = page.waitForEvent('download');
  await page.getByRole('link', { name: 'PDF', exact: true }).click();
  const download = await arrives;
  assert.equal(download.suggestedFilename(), 'postmortem-inc-1.pdf');
  const text = textOfPdf(readFileSync(await download.path()));
  assert.match(text, /The rebuild replaces the index before the new one is whole/);
  assert.match(text, /Published \d/);
  assert.match(text, /Bo Falk, by/);
});

test('the HTML opens from a disk with nothing loaded and nothing run', async () => {
  const answer = await page.request.get(`/api/v1/postmortems/${postmortem.id}/export.html`);
  assert.equal(answer.status(), 200);
  const folder = temporaryFolder('library');
  const file = join(folder.path, 'postmortem.html');
  writeFileSync(file, await answer.text());
  const asked: string[] = [];
  const note = (request: { url(): string }) => void asked.push(request.url());
  page.on('request', note);
  await page.goto(pathToFileURL(file).href);
  await page.getByRole('heading', { level: 1, name: 'Search answers nothing' }).waitFor();
  await isSound('html');
  page.off('request', note);
  folder.remove();
  assert.deepEqual(asked, [pathToFileURL(file).href]);
});

test('it is found by a word of its root cause, and a word that nowhere stands says so', async () => {
  await page.goto('/postmortems');
  await page.getByLabel('Search all postmortems').fill('rebuilding');
  const found = page.getByRole('list', { name: 'Found postmortems' });
  await found.getByRole('link', { name: 'Search answers nothing' }).waitFor();
  assert.match(await found.locator('mark').first().innerText(), /rebuild/i);
  await isSound('search');
  await page.getByLabel('Search all postmortems').fill('giraffe');
  await page.getByText('No postmortem holds all of “giraffe”').waitFor();
  await isSound('search-empty');
});

test('the palette leads from any screen to the search', async () => {
  await page.goto('/');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByLabel('Go to or do').last().fill('rebuild');
  await page.getByText('Search all postmortems for “rebuild”').click();
  await page.getByRole('list', { name: 'Found postmortems' }).waitFor();
});

test('what returns is counted across what is published, with a link to each', async () => {
  await page.goto('/postmortems');
  await page.getByRole('link', { name: 'What returns' }).click();
  await page.getByText('1 published postmortem.').waitFor();
  await page.getByText('That is too few to call anything a pattern.').waitFor();
  const services = page.getByRole('list', { name: 'Services' });
  await services.getByText('1 of 1').click();
  await services.getByRole('link', { name: /INC-1 Search answers nothing/ }).waitFor();
  await isSound('what-returns');
});
