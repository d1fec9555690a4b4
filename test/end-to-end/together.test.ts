/** Two browsers write one postmortem at once, one of them without a network for a while: nothing is lost. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../servers/chromium.ts';
import { type Installation, install } from './installation.ts';
import { isSound } from './sound.ts';
import { BO, DESK, enter, inviteBo, PHONE } from './two-people.ts';

const SCRIPT = '<img src=x onerror="document.title=1"> <script>document.title=2</script>';
const WAIT_MILLISECONDS = 60_000;

let house: Installation;
let browser: Browser;
let ana: Page;
let bo: Page;
let path: string;
let id: string;

before(async () => {
  house = await install();
  const service = await house.ask('POST', '/services', { name: 'Shop', slug: 'shop' });
  const incident = await house.ask('POST', '/incidents', {
    title: 'Nobody can pay',
    serviceIds: [service.id],
  });
  await house.ask('POST', `/incidents/${incident.id}/confirmation`, { evidence: 'a test payment failed' });
  await house.ask('POST', `/incidents/${incident.id}/restoration`, {
    proof: { check: 'probe', shows: 'payments pass', since: new Date().toISOString() },
  });
  ({ id } = (await house.ask('GET', '/postmortems')).items[0]);
  path = `/postmortems/${id}`;
  await inviteBo(house);
  browser = await launchChromium();
  const window = { path, waitMilliseconds: WAIT_MILLISECONDS };
  ana = await enter(browser, house, { who: house.administrator, viewport: DESK, ...window });
  bo = await enter(browser, house, { who: BO, viewport: PHONE, ...window });
});
after(async () => {
  await browser?.close();
  await house?.stop();
});

const cause = (page: Page) => page.getByLabel('Root cause', { exact: true });
const causeOn = (page: Page) => cause(page).inputValue();
const savedCause = async (): Promise<string> =>
  (await house.ask('GET', `/postmortems/${id}`)).sections.rootCause;
const saved = (page: Page) => page.getByText('Everything is saved.').waitFor();

/** Waits until a page shows these words in the root cause. */
async function shows(page: Page, words: string): Promise<void> {
  const until = Date.now() + WAIT_MILLISECONDS;
  while (!(await causeOn(page)).includes(words)) {
    if (Date.now() > until) throw new Error(`"${words}" is not in "${await causeOn(page)}"`);
    await page.waitForTimeout(50);
  }
}

/** Waits until both show the same root cause. */
async function same(): Promise<void> {
  const until = Date.now() + WAIT_MILLISECONDS;
  while ((await causeOn(ana)) !== (await causeOn(bo))) {
    if (Date.now() > until) throw new Error(`"${await causeOn(ana)}" is not "${await causeOn(bo)}"`);
    await ana.waitForTimeout(50);
  }
}

test('what one types the other sees, with the name of who writes there, and the caret stays where it was', async () => {
  await cause(ana).fill('The pipeline ships to everybody at once.');
  await shows(bo, 'to everybody at once.');
  await cause(bo).click();
  await bo.keyboard.press('ControlOrMeta+End');
  await ana.getByText('Bo Falk is writing here').waitFor();
  await ana.getByText('Bo Falk is writing too.').waitFor();
  await cause(ana).press('ControlOrMeta+Home');
  await ana.keyboard.type('Since May: ');
  await shows(bo, 'Since May: ');
  await bo.keyboard.type(' Nobody had asked for more.');
  await shows(ana, 'asked for more.');
  const whole = 'Since May: The pipeline ships to everybody at once. Nobody had asked for more.';
  assert.deepEqual([await causeOn(ana), await causeOn(bo)], [whole, whole]);
  // Ana's caret stayed behind her words, though Bo's came after.
  await ana.keyboard.type('(see the log) ');
  await shows(bo, 'Since May: (see the log) The pipeline');
});

test('undo takes back only what one wrote oneself', async () => {
  await ana.keyboard.type('SLIP');
  await shows(bo, 'SLIP');
  await bo.keyboard.type(' And more.');
  await shows(ana, ' And more.');
  await ana.waitForTimeout(600);
  await ana.keyboard.type('XX');
  await ana.keyboard.press('ControlOrMeta+z');
  await ana.keyboard.press('ControlOrMeta+z');
  await saved(ana);
  const text = await causeOn(ana);
  assert.ok(!text.includes('XX') && text.endsWith('And more.'), text);
  await same();
});

test('one without a network writes on, the other too: afterwards both texts are whole on both sides and on the server', async () => {
  const before = await causeOn(bo);
  // The network is what is moved: it is gone for as long as this takes, not for a minute by the clock.
  await bo.context().setOffline(true);
  await cause(bo).press('ControlOrMeta+End');
  await bo.keyboard.type(' Written on the train.');
  await bo.getByText('No connection: what you write is kept in this browser').waitFor();
  await bo.getByRole('radiogroup', { name: 'Slow detection' }).getByText('No, because…').click();
  await bo.getByLabel('Slow detection: why not').fill('an alert fired within a minute.');
  await cause(ana).press('ControlOrMeta+Home');
  await ana.keyboard.type('Written at the desk. ');
  await ana.getByRole('button', { name: 'Add a line' }).click();
  await ana.getByLabel('What happened').fill(`The graph looked normal ${SCRIPT}`);
  await ana.getByRole('button', { name: 'Done' }).click();
  await saved(ana);
  assert.ok((await savedCause()).startsWith('Written at the desk. '));
  assert.ok(!(await savedCause()).includes('on the train'));
  await bo.context().setOffline(false);
  await shows(ana, 'Written on the train.');
  await shows(bo, 'Written at the desk.');
  await saved(bo);
  const whole = `Written at the desk. ${before} Written on the train.`;
  assert.deepEqual([await causeOn(ana), await causeOn(bo), await savedCause()], [whole, whole, whole]);
  const { sections } = await house.ask('GET', `/postmortems/${id}`);
  assert.deepEqual(sections.contributingFactors.slowDetection, {
    answer: 'no',
    text: 'an alert fired within a minute.',
  });
  await bo.getByText('The graph looked normal <img src=x').waitFor();
  await ana.getByLabel('Slow detection: why not').waitFor();
  for (const page of [ana, bo]) assert.doesNotMatch(await page.title(), /^[12]$/, 'script stays text');
});

test('a window that is closed without a network leaves its words in the browser, and the next one saves them', async () => {
  const context = bo.context();
  const closed = await context.newPage();
  closed.setDefaultTimeout(WAIT_MILLISECONDS);
  await closed.goto(path);
  await saved(closed);
  // Only this window's requests fail; the browser itself is not told, as when a server is away.
  await closed.route('**/edits', (route) => route.abort());
  await cause(closed).press('ControlOrMeta+End');
  await closed.keyboard.type(' Nearly lost.');
  await closed.getByText('No connection: what you write is kept').waitFor();
  await closed.close();
  assert.ok(!(await savedCause()).includes('Nearly lost.'));
  await bo.reload();
  await shows(bo, 'Nearly lost.');
  await shows(ana, 'Nearly lost.');
  await saved(bo);
  assert.equal((await savedCause()).split('Nearly lost.').length, 2);
  const left = await bo.evaluate(
    "Object.keys(localStorage).filter((key) => key.startsWith('humdrum-unsent'))",
  );
  assert.deepEqual(left, [], 'nothing stays in the browser once it is saved');
});

test('a line of the record is hidden, one of their own taken out, both by keyboard and back, and the screen is sound on a phone', async () => {
  const by = async (page: Page, name: RegExp) => {
    await page.getByRole('button', { name }).focus();
    await page.keyboard.press('Enter');
  };
  // On a phone a long timeline is read first; a button brings those of its lines.
  await by(bo, /^Hide, join or note lines/);
  await by(bo, /^Hide: Incident declared/);
  await by(ana, /^Show: Incident declared/);
  await by(bo, /^Take out: The graph looked normal/);
  const gone = ana.getByText('1 line is taken out');
  await gone.waitFor();
  await gone.click();
  await by(ana, /^Put back: The graph looked normal/);
  await bo.getByRole('button', { name: /^Take out: The graph looked normal/ }).waitFor();
  await bo.getByRole('button', { name: /^Hide: Incident declared/ }).waitFor();
  await isSound(bo, 'a postmortem that two write');
});
