/** What changed, then restore: a deployment of GitHub is found first, taken back by a workflow, proven, back within the watch, and restored again. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { temporaryFolder } from '../servers/program.ts';
import { deploymentOf, type GitHub, startGitHub } from './github.ts';
import { type Installation, install } from './installation.ts';
import { integrate, type Organisation, setUpOrganisation } from './organisation.ts';
import { type Responder, responderAt } from './responder.ts';
import { confirmAndClassify, isCalled, tell } from './stages.ts';

const PHONE = { width: 390, height: 844 };
const DESKTOP = { width: 1440, height: 900 };
const PICTURES = process.env.END_TO_END_PICTURES;
const WAIT_MILLISECONDS = 60_000;
const SECRET = 'a secret of the webhook 0123456789'.replaceAll(' ', '-');
const BEFORE = 'a1b2c3d4'.repeat(5);
const BROKEN = 'b6f0e9d2'.repeat(5);
const NEWSLETTER = 'c0ffee00'.repeat(5);
const EFFECT = `Roll back shop-api from ${BROKEN.slice(0, 7)} to ${BEFORE.slice(0, 7)} in production`;
const CARD = { alertname: 'Card payments fail', severity: 'critical', service: 'shop', version: BROKEN };

const folder = temporaryFolder('rollback');
let humdrum: Installation;
let organisation: Organisation;
let github: GitHub;
let ana: Responder;
let alertKey: string;
let id: string;

before(async () => {
  humdrum = await install({ HUMDRUM_ALLOW_PRIVATE: '127.0.0.1', HUMDRUM_POLICY: watchingLonger() });
  organisation = await setUpOrganisation(humdrum);
  const { id: integration, key } = await humdrum.ask('POST', '/integrations', {
    name: 'GitHub',
    kind: 'github',
  });
  await humdrum.ask('POST', `/integrations/${integration}/signing-secret`, { secret: SECRET });
  github = await startGitHub({ url: `${humdrum.url}/hooks/github/${key}`, secret: SECRET });
  alertKey = await integrate(humdrum, 'alertmanager_api', organisation.shop);
  await humdrum.ask('POST', '/levers', {
    name: 'Roll the shop back',
    does: 'roll_back',
    category: 'deployment_regression',
    serviceIds: [organisation.shop],
    effect: 'Roll back {service} from {from} to {to} in {environment}',
    inputs: [
      { type: 'version', name: 'from', label: 'From', filledFrom: 'version_after' },
      { type: 'version', name: 'to', label: 'Back to', filledFrom: 'version_before' },
      { type: 'text', name: 'environment', label: 'Where', filledFrom: 'environment' },
    ],
    target: {
      kind: 'github_workflow',
      baseUrl: github.url,
      repository: 'acme/shop',
      token: github.token,
      workflow: 'rollback.yml',
      ref: 'main',
    },
  });
  ana = responderAt(await humdrum.signIn(PHONE));
  await ana.sees('Nothing is wrong');
});

after(async () => {
  await humdrum?.stop();
  await github?.stop();
  folder.remove();
});

/** The policy in seconds, with a watch that is long enough for a person to see it fail, and updates that do not come in between. */
function watchingLonger(): string {
  const file = join(folder.path, 'policy.yaml');
  const policy = readFileSync(join(import.meta.dirname, 'policy.yaml'), 'utf8');
  writeFileSync(
    file,
    policy
      .replace('watch: { P1: PT12S', 'watch: { P1: PT30S')
      .replace('cadence: { P1: PT30S', 'cadence: { P1: PT5M'),
  );
  return file;
}

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

test('only deployments that GitHub has signed are believed', async () => {
  const forged = deploymentOf('acme/shop', { id: 1, sha: BROKEN, began: ago(1) });
  assert.equal(await github.tell('deployment', forged, undefined), 401);
  assert.equal(await github.tell('deployment', forged, 'another-secret-0123456789'), 401);
  assert.deepEqual((await humdrum.ask('GET', '/changes')).items, []);
  await github.deploy('acme/shop', BEFORE, { began: ago(300), live: ago(298) });
  await github.deploy('acme/shop', BROKEN, { began: ago(6), live: ago(4) });
  await github.deploy('acme/newsletter', NEWSLETTER, { began: ago(2), live: ago(1) });
  const { items } = await humdrum.ask('GET', '/changes');
  assert.deepEqual(
    items.map((each: { serviceName: string; state: string }) => [each.serviceName, each.state]),
    [
      ['newsletter', 'done'],
      ['shop-api', 'done'],
      ['shop-api', 'done'],
    ],
  );
});

test('an alert fires, and the deployment is first in the lane with its reasons', async () => {
  await cardAlert('fires');
  await isCalled({ humdrum, ana });
  id = (await humdrum.ask('GET', '/incidents?state=open')).items[0].id;
  await confirmAndClassify({ ana });
  await tell({ humdrum, ana });
  await ana.opens('Changes');
  const first = ana.page.locator('.suspect').first();
  await first.getByText(`Deploy acme/shop ${BROKEN.slice(0, 7)} to production`).waitFor();
  const reasons = await first.locator('.reasons').innerText();
  assert.match(reasons, /\+3\s+Went live \d min before the impact began/, 'when');
  assert.match(reasons, /\+3\s+It changed the affected service itself/, 'where');
  assert.match(reasons, /\+2\s+The alerts come from the new version b6f0e9d/, 'exposure');
  assert.ok(await ana.page.getByRole('heading', { name: 'Worth checking first' }).isVisible());
  await takePictures('lane');
  await first.getByRole('button', { name: 'Suspect it' }).click();
  await first.getByText('suspected, worth checking first').waitFor();
});

test('its category is a deployment regression, and a lever takes it back once its effect is confirmed', async () => {
  await ana.opens('Next');
  await ana.at('Look at what changed', async () => {
    await ana.fill(/What did you find/, 'The deployment fits');
    await ana.press('What changed is reviewed');
  });
  await ana.at('Choose what kind of failure it is', () => ana.press(/^Deployment regression/));
  await ana.at('Restore service', () => ana.press('Look and pull…'));
  const sheet = ana.page.getByRole('dialog', { name: 'Roll the shop back' });
  const pull = sheet.getByRole('button', { name: EFFECT });
  await pull.waitFor();
  assert.ok(await pull.isDisabled(), 'GitHub does not say whether it is safe: a reason is asked for');
  await sheet.getByLabel('Why roll back all the same?').fill('It changes no data');
  await ana.picture('Rollback sheet');
  assert.deepEqual(github.dispatched, [], 'nothing is asked before it is confirmed');
  await pull.click();
  await sheet.waitFor({ state: 'hidden' });
  const [asked] = await eventually(async () => (github.dispatched.length ? github.dispatched : undefined));
  assert.deepEqual(
    { ref: asked?.ref, inputs: asked?.inputs },
    { ref: 'main', inputs: { from: BROKEN, to: BEFORE, environment: 'production' } },
  );
  assert.match((await draft('next')).action, /We have been trying one way to repair it since/);
  await ana.reaches('Restore service');
  await ana.card.locator('.run-state').getByText('Carried out').waitFor({ timeout: WAIT_MILLISECONDS });
  assert.match(
    (await draft('next')).action,
    /One way to repair it was carried out at \d\d:\d\d UTC, and we are checking whether it helps/,
  );
});

test('GitHub tells of the commit that came back, and what it replaced counts as rolled back', async () => {
  const broken = await eventually(async () => {
    const { items } = await humdrum.ask('GET', '/changes');
    return items.find(
      (each: { versionAfter: string; state: string }) =>
        each.versionAfter === BROKEN && each.state === 'rolled_back',
    );
  });
  assert.equal(broken.versionBefore, BEFORE);
  assert.equal(github.dispatched.length, 1, 'the workflow was asked once');
});

test('restored asks for proof, and an alert that still fires is none', async () => {
  await ana.at('Restore service', async () => {
    await ana.card.getByRole('button', { name: 'It worked', exact: true }).first().click();
    await ana.fill(/It worked: what did you see/, 'Payments succeed');
    await ana.card.locator('form').getByRole('button', { name: 'It worked' }).click();
  });
  const words = /One step of ours worked, and we are checking the repair/;
  await eventually(async () => words.test((await draft('next')).action) || undefined);
  await ana.at('Restore service', async () => {
    await ana.press('It works again: say how you know');
    await ana.card.getByText('This still fires, so it is no proof: the alert "Card payments fail"').waitFor();
    await cardAlert('is quiet');
    await ana.card.getByLabel('An alert that went quiet').click();
    await ana.page.getByRole('option', { name: 'Card payments fail' }).click();
  });
  await ana.picture('Restored form');
  await ana.press(/^It works again; watch until/);
  await ana.at('Say that it works again', () => ana.press('Send to 4 people and the status page'));
});

test('the alert returns within the watch, and the incident opens by itself and says so', async () => {
  const watched = await humdrum.ask('GET', `/incidents/${id}`);
  assert.equal(watched.state, 'restored');
  await cardAlert('fires');
  await ana.reaches('Say that it is back');
  await ana.card.getByText(/The issue affecting Card payments is back since \d\d:\d\d UTC/).waitFor();
  const { state } = await humdrum.ask('GET', `/incidents/${id}`);
  assert.equal(state, 'confirmed');
  const lines = await timeline();
  assert.ok(lines.includes('Reopened: the proof failed: “Card payments fail” fires again'), lines.join('\n'));
  assert.ok(lines.some((line) => line.startsWith('The watch ended early: the proof failed')));
  await ana.press('Edit wording');
  const composer = ana.page.getByRole('dialog');
  await composer
    .getByText(/is back since \d\d:\d\d UTC/)
    .first()
    .waitFor();
  await ana.picture('Composer');
  await ana.page.keyboard.press('Escape');
  await ana.at('Say that it is back', () => ana.press('Send to 4 people and the status page'));
  const next = await draft('next');
  assert.doesNotMatch(`${next.impact} ${next.action}`, /worked|works again/);
});

test('it is restored again, watched, and resolved', async () => {
  await cardAlert('is quiet');
  await ana.at('Restore service', async () => {
    await ana.press('It works again: say how you know');
    await ana.fill('Which check?', 'Test payment by card');
    await ana.fill('What does it show?', '20 of 20 succeed');
    await ana.press(/^It works again; watch until/);
  });
  await ana.at('Say that it works again', () => ana.press('Send to 4 people and the status page'));
  await ana.reaches('Write the postmortem');
  const { state } = await humdrum.ask('GET', `/incidents/${id}`);
  assert.equal(state, 'resolved');
  const lines = await timeline();
  assert.equal(lines.filter((line) => line.includes('pulled the lever')).length, 1);
});

/** As Prometheus sends it. */
async function cardAlert(how: 'fires' | 'is quiet'): Promise<void> {
  const end = how === 'fires' ? 10 * 60_000 : -1000;
  const alert = {
    labels: CARD,
    annotations: { summary: CARD.alertname },
    startsAt: new Date(Date.now() - 2000).toISOString(),
    endsAt: new Date(Date.now() + end).toISOString(),
  };
  const answer = await fetch(`${humdrum.url}/in/${alertKey}/api/v2/alerts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([alert]),
  });
  assert.equal(answer.status, 200, await answer.text());
}

async function draft(kind: string): Promise<{ impact: string; action: string }> {
  return humdrum.ask('GET', `/incidents/${id}/updates/draft?kind=${kind}`);
}

async function timeline(): Promise<string[]> {
  const { items } = await humdrum.ask('GET', `/incidents/${id}/timeline?limit=200`);
  return items.map((line: { text: string }) => line.text);
}

/** For people who look at the screens: both sizes, light and dark. */
async function takePictures(name: string): Promise<void> {
  if (!PICTURES) return;
  for (const size of [PHONE, DESKTOP])
    for (const colorScheme of ['light', 'dark'] as const) {
      await ana.page.setViewportSize(size);
      await ana.page.emulateMedia({ colorScheme });
      await pause(800);
      await ana.page.screenshot({
        path: join(PICTURES, `${name} ${size.width} ${colorScheme}.png`),
        fullPage: true,
      });
    }
  await ana.page.setViewportSize(PHONE);
  await ana.page.emulateMedia({ colorScheme: 'light' });
}

/** The first answer that is not undefined. */
// biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
async function eventually(ask: () => Promise<any>): Promise<any> {
  const end = performance.now() + WAIT_MILLISECONDS;
  while (performance.now() < end) {
    const value = await ask();
    if (value !== undefined) return value;
    await pause(200);
  }
  throw new Error(`It did not happen within ${WAIT_MILLISECONDS} ms.`);
}
