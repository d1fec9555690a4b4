/** The ledger in a browser: lanes and incidents over time, by keyboard and on a phone, sound to whoever cannot see. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Installation, install } from './installation.ts';
import { isSound } from './sound.ts';

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1440, height: 900 };

let house: Installation;
let service: string;
before(async () => {
  house = await install();
  const made = await house.ask('POST', '/services', {
    name: 'payments',
    slug: 'payments',
    publicName: 'Card payments',
  });
  service = made.id;
});
after(() => house?.stop());

const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

test('an empty ledger says how to connect a feed with one line', async () => {
  const page = await house.signIn(PHONE);
  await page.goto(`${house.url}/changes`);
  await page.getByText('That is silence, not calm').waitFor();
  await page.getByText('curl -X POST').waitFor();
  await isSound(page, 'an empty ledger');
});

test('changes stand in lanes with the incidents over them, and the keyboard walks from one to its card and back', async () => {
  const change = (summary: string, minutes: number, more: object = {}) =>
    house.ask('POST', '/changes', {
      summary,
      service: 'payments',
      source: 'ci',
      happenedAt: minutesAgo(minutes),
      ...more,
    });
  await change('payments 7.4.1', 200, {
    versionBefore: '7.4.0',
    versionAfter: '7.4.1',
    rollback: 'safe',
    rollbackHow: 'rollback payments',
    ramp: [{ at: minutesAgo(200), percent: 10 }],
    details: { author: 'somebody' },
  });
  await change('flag express', 90, { kind: 'flag' });
  await change('Move the database', -60, {
    kind: 'infra',
    state: 'planned',
    happenedAt: minutesAgo(-60),
    endsAt: minutesAgo(-90),
  });
  await house.ask('POST', '/incidents', {
    title: 'Old logo on the payment page',
    serviceIds: [service],
    answers: { dataAtRisk: 'no', mainTaskImpossible: 'no', mainTaskMuchWorse: 'no', redundancyGone: 'no' },
  });
  const page = await house.signIn(DESKTOP);
  await page.goto(`${house.url}/changes`);
  await page.locator('.lane-name', { hasText: 'payments' }).waitFor();
  await page.getByRole('link', { name: /^P3 INC-\d+: Old logo/ }).waitFor();
  await page.getByRole('heading', { name: 'Planned within 14 days' }).waitFor();
  const first = page.getByRole('button', { name: /^deployment, done: payments 7\.4\.1/ });
  await first.focus();
  await page.keyboard.press('ArrowRight');
  assert.match(
    (await page.locator('.mark:focus').getAttribute('aria-label')) ?? '',
    /^feature flag, done: flag express/,
  );
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Enter');
  const card = page.getByRole('region', { name: 'The change' });
  await card.getByRole('heading', { name: 'payments 7.4.1' }).waitFor();
  await card.getByText('7.4.0 → 7.4.1').waitFor();
  await card.getByText('Safe to roll back.').waitFor();
  await card.getByText('No team owns payments', { exact: false }).waitFor();
  await isSound(page, 'the card of a change');
  await card.getByRole('button', { name: 'Back to the list' }).click();
  await page.waitForFunction('document.activeElement?.classList.contains("mark")');
  await page.getByText('By kind').click();
  await page.locator('.lane-name', { hasText: 'feature flag' }).waitFor();
  await isSound(page, 'lanes by kind');
});

test('on a phone the list opens the same card, and what we would hear of is told apart from silence', async () => {
  const page = await house.signIn(PHONE);
  await page.goto(`${house.url}/changes`);
  await page
    .getByRole('button', { name: /payments 7\.4\.1/ })
    .last()
    .click();
  await page.getByRole('dialog', { name: 'The change' }).getByText('Safe to roll back.').waitFor();
  await isSound(page, 'the card on a phone');
  await page.keyboard.press('Escape');
  // An hour that stands at the very edge of the lanes does not widen the page.
  const sixHours = 6 * 60 * 60_000;
  await page.clock.setFixedTime(Math.ceil(Date.now() / sixHours) * sixHours + 1000);
  await page.reload();
  await page
    .getByRole('button', { name: /payments 7\.4\.1/ })
    .first()
    .waitFor();
  await isSound(page, 'an hour at the edge');
  await page.getByRole('link', { name: 'What we would hear of' }).click();
  const kinds = page.getByRole('list', { name: 'Kinds of change to payments' });
  await kinds.getByText('told of').first().waitFor();
  // Kinds of which nobody tells are one line on a phone, until somebody opens it.
  const folded = page.locator('.coverage-row').filter({ has: kinds }).locator('.folded');
  const hasNone = folded.getByRole('button', { name: 'It has none: scheduled job, payments' });
  assert.ok(await hasNone.isHidden());
  await folded.getByText(/^No feed: .*scheduled job/).click();
  await hasNone.click();
  await folded.getByRole('button', { name: 'It may have some: scheduled job, payments' }).waitFor();
  await folded.getByText('Has none: scheduled job.').waitFor();
  await isSound(page, 'what we would hear of');
});

test('a calendar is pasted, and its maintenance is planned in the ledger', async () => {
  const page = await house.signIn(PHONE);
  await page.goto(`${house.url}/changes/calendars`);
  await page.getByRole('button', { name: 'Add a calendar' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Data centre');
  await page.getByText('From a file').click();
  const day = minutesAgo(-3 * 24 * 60)
    .slice(0, 10)
    .replaceAll('-', '');
  await page
    .getByLabel('Text of the file')
    .fill(
      `BEGIN:VCALENDAR\nVERSION:2.0\nBEGIN:VEVENT\nUID:a\nDTSTAMP:${day}T000000Z\nDTSTART:${day}T010000Z\nDTEND:${day}T030000Z\nSUMMARY:payments firewall\nEND:VEVENT\nEND:VCALENDAR`,
    );
  await page.getByRole('button', { name: 'Add it' }).click();
  await page.getByText('1 entry, read').waitFor();
  await isSound(page, 'calendars');
  const { items } = await house.ask('GET', '/changes?kind=infra&limit=1');
  assert.deepEqual(
    [items[0].summary, items[0].state, items[0].serviceName],
    ['payments firewall', 'planned', 'payments'],
  );
});
