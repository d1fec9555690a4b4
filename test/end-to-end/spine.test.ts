/** From a rule of Prometheus to a closed incident, in real time, with nothing of ours in the middle. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { startAlertmanager } from '../servers/alertmanager.ts';
import { type Running, startPrometheus } from '../servers/prometheus.ts';
import { type FailingService, startService } from './failing-service.ts';
import { type Installation, install } from './installation.ts';
import { integrate, type Organisation, setUpOrganisation } from './organisation.ts';
import { writePostmortem } from './postmortem.ts';
import { responderAt } from './responder.ts';
import { openSecureDoor } from './secure-door.ts';

const PHONE = { width: 390, height: 844 };
const WAIT_MILLISECONDS = 20_000;
const RULE = {
  alert: 'Card payments fail',
  expr: 'failing > 0',
  labels: { severity: 'critical', service: 'shop' },
  annotations: { summary: 'Card payments fail' },
};

let humdrum: Installation;
let organisation: Organisation;
let payments: FailingService;
let prometheus: Running;
const stopping: { stop(): Promise<void> | void }[] = [];

before(async () => {
  [humdrum, payments] = await Promise.all([install(), startService('failing')]);
  stopping.push(humdrum, payments);
  organisation = await setUpOrganisation(humdrum);
  const key = await integrate(humdrum, 'alertmanager', organisation.shop);
  const alertmanager = await startAlertmanager({
    webhooks: [{ url: `${humdrum.url}/hooks/alertmanager/${key}` }],
  });
  stopping.unshift(alertmanager);
  prometheus = await startPrometheus({
    rules: [RULE],
    scrape: [payments.address],
    alertTargets: [{ url: alertmanager.url }],
  });
  stopping.unshift(prometheus);
});

after(async () => {
  for (const each of stopping) await each.stop();
});

/** One line of `curl`, as a pipeline runs it. */
async function deploy(summary: string): Promise<void> {
  const change = JSON.stringify({ summary, service: 'shop', rollback: 'safe', source: 'pipeline' });
  await promisify(execFile)('curl', [
    ...['--silent', '--show-error', '--fail', '--max-time', '10'],
    ...['--header', `Authorization: Bearer ${humdrum.token}`, '--json', change],
    `${humdrum.url}/api/v1/changes`,
  ]);
}

const mailTo = (address: string, words: RegExp) =>
  humdrum.smtp.waitFor(
    (mail) => mail.envelope.to.includes(address) && words.test(`${mail.subject}\n${mail.text}`),
    WAIT_MILLISECONDS,
  );

test('an alert becomes an incident, people are told, it is mended, and it closes when it is learned from', async () => {
  const page = await humdrum.signIn(PHONE);
  const ana = responderAt(page);
  await ana.sees('Nothing is wrong');

  await deploy('shop-api 4.12.0');
  payments.break();
  await mailTo('ana@agency.example', /Card payments fail/);
  await ana.isCalled(/Card payments fail/);
  await ana.answersCall('I have it');
  await page.getByRole('heading', { level: 1, name: /Card payments fail/ }).waitFor();
  await ana.reaches('Look whether it is real');
  await ana.fill('What did you see?', 'Three test payments of mine failed');
  await ana.press('Confirm: it is real');

  await ana.reaches('Answer four questions');
  await answer('Is there a sign that data is lost', 'No');
  await answer('Can users not do a main task', 'Yes');
  await ana.sees('service down, or data at risk');
  await ana.press('Classify as P1');

  await ana.reaches('Send the holding message');
  await ana.sees(/We are aware of an issue affecting Card payments/i);
  await ana.press(/^Send to .* and the status page/);
  const holding = await mailTo('nora@northwind.example', /We are aware of an issue/i);
  assert.match(holding.text ?? '', /Card payments/);
  assert.match(holding.text ?? '', /Next update at \d\d:\d\d UTC/);
  assert.ok(
    !humdrum.smtp.mails.some((mail) => mail.envelope.to.includes('carl@contoso.example')),
    'only clients of the service hear of it',
  );
  assert.match(await (await fetch(`${humdrum.url}/status/`)).text(), /Card payments/);

  await ana.reaches('Look at what changed');
  await ana.sees('shop-api 4.12.0');
  await ana.press('Mark as suspect');
  await ana.sees('Suspect: worth checking first.');
  await ana.press('I roll it back');
  await ana.fill(/What did you find/, 'The deployment fits');
  await ana.press('What changed is reviewed');

  await ana.reaches('Send the promised update');
  await ana.sees(/Nothing new/i);
  await ana.press(/^Send to/);
  await mailTo('nora@northwind.example', /nothing new/i);

  await ana.reaches('Choose what kind of failure it is');
  await ana.press(/^Deployment regression/i);
  await ana.reaches('Restore service');
  payments.mend();
  await ana.press('It worked');
  await ana.fill(/It worked: what did you see/, 'Back on 4.11.2, payments succeed');
  await ana.card.locator('form').getByRole('button', { name: 'It worked' }).click();

  await ana.reaches('Restore service');
  await ana.press('It works again: say how you know');
  await ana.fill('Which check?', 'Test payment by card');
  await ana.fill('What does it show?', '20 of 20 succeed');
  await ana.press(/^It works again; watch until/);

  await ana.reaches('Say that it works again');
  await ana.press(/^Send to/);
  await mailTo('nora@northwind.example', /works again/i);
  await ana.reaches('Write the postmortem');
  const final = await mailTo('nora@northwind.example', /stayed stable|final/i);
  assert.doesNotMatch(final.text ?? '', /Next update/);

  const incident = await incidentCalled('Card payments fail');
  assert.deepEqual(firing(incident), [false]);
  assert.deepEqual(
    incident?.actions.map((each) => [each.what, each.ownerName, each.outcome]),
    [['Roll back shop-api 4.12.0', 'Ana Lima', 'worked']],
  );

  await writePostmortem(ana);
  await ana.reaches('Give every temporary fix an owner and a date');
  await ana.press(/gone/i);
  await ana.reaches('Nothing is left to do');
  await ana.sees(/· closed/);

  async function answer(question: string, words: string): Promise<void> {
    await ana.card
      .getByRole('radiogroup', { name: new RegExp(question) })
      .getByText(words, { exact: true })
      .click();
  }
});

test('Prometheus points straight at Humdrum, and an alert that it no longer sends ends by itself', async () => {
  const bookings = await startService('failing');
  const key = await integrate(humdrum, 'alertmanager_api', organisation.bookings);
  const direct = await startPrometheus({
    rules: [{ ...RULE, alert: 'Bookings fail', annotations: { summary: 'Bookings fail' } }],
    scrape: [bookings.address],
    alertTargets: [{ url: `${humdrum.url}/in/${key}` }],
  });
  try {
    bookings.break();
    const incident = await eventually(() => incidentCalled('Bookings fail'));
    assert.equal(incident.severity, 'P1');
    assert.deepEqual(firing(incident), [true]);
  } finally {
    bookings.stop();
    await direct.stop();
  }
  await eventually(async () =>
    firing(await incidentCalled('Bookings fail')).includes(true) ? undefined : true,
  );
});

test('the PagerDuty client from npm opens an incident and ends its alert', async () => {
  const key = await integrate(humdrum, 'pagerduty', organisation.newsletter);
  const door = await openSecureDoor(humdrum.url);
  const client = async (action: string) => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(import.meta.dirname, 'pagerduty-client.ts'), door.address, key, action],
      { env: { ...process.env, NODE_EXTRA_CA_CERTS: door.certificate }, timeout: 30_000 },
    );
    return JSON.parse(stdout);
  };
  try {
    assert.deepEqual(await client('trigger'), {
      status: 202,
      body: { status: 'success', message: 'Event processed', dedup_key: 'newsletter/double' },
    });
    assert.deepEqual(firing(await eventually(() => incidentCalled('Newsletters go out twice'))), [true]);
    assert.equal((await client('resolve')).status, 202);
    await eventually(async () =>
      firing(await incidentCalled('Newsletters go out twice')).includes(true) ? undefined : true,
    );
  } finally {
    door.stop();
  }
});

type Shown = {
  id: string;
  title: string;
  severity: string;
  alerts: { firing: boolean }[];
  actions: { what: string; ownerName: string; outcome: string }[];
};

async function incidentCalled(title: string): Promise<Shown | undefined> {
  const { items } = await humdrum.ask('GET', '/incidents');
  const found = items.find((each: Shown) => each.title === title);
  return found && humdrum.ask('GET', `/incidents/${found.id}`);
}

const firing = (incident: Shown | undefined): boolean[] =>
  incident?.alerts.map((alert) => alert.firing) ?? [];

/** The first answer that is not undefined. */
async function eventually<Value>(ask: () => Promise<Value | undefined>): Promise<Value> {
  const end = performance.now() + WAIT_MILLISECONDS;
  while (performance.now() < end) {
    const value = await ask();
    if (value !== undefined) return value;
    await pause(200);
  }
  throw new Error(`It did not happen within ${WAIT_MILLISECONDS} ms.`);
}
