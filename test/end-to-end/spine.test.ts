/** From a rule of Prometheus to a closed incident, in real time, with nothing of ours in the middle. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { startAlertmanager } from '../servers/alertmanager.ts';
import { type Running, startPrometheus } from '../servers/prometheus.ts';
import { type FailingService, startService } from './failing-service.ts';
import { type Installation, install } from './installation.ts';
import { integrate, type Organisation, setUpOrganisation } from './organisation.ts';
import { writePostmortem } from './postmortem.ts';
import { responderAt } from './responder.ts';

const PHONE = { width: 390, height: 844 };
const MAIL_MILLISECONDS = 20_000;
const RULE = {
  alert: 'Card payments fail',
  expr: 'payments_failing > 0',
  labels: { severity: 'critical', service: 'shop' },
  annotations: { summary: 'Card payments fail' },
};

let humdrum: Installation;
let organisation: Organisation;
let payments: FailingService;
const others: Running[] = [];

before(async () => {
  [humdrum, payments] = await Promise.all([install(), startService('payments_failing')]);
  organisation = await setUpOrganisation(humdrum);
  const key = await integrate(humdrum, 'alertmanager', organisation.shop);
  const alertmanager = await startAlertmanager({
    webhooks: [{ url: `${humdrum.url}/hooks/alertmanager/${key}` }],
  });
  others.push(alertmanager);
  others.push(
    await startPrometheus({
      rules: [RULE],
      scrape: [payments.address],
      alertTargets: [{ url: alertmanager.url }],
    }),
  );
});

after(async () => {
  await Promise.all(others.map((each) => each.stop()));
  payments?.stop();
  await humdrum?.stop();
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
    MAIL_MILLISECONDS,
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

  const { items } = await humdrum.ask('GET', '/incidents');
  const incident = await humdrum.ask('GET', `/incidents/${items[0].id}`);
  assert.deepEqual(
    incident.alerts.map((each: { firing: boolean }) => each.firing),
    [false],
  );
  assert.deepEqual(
    incident.actions.map((each: { what: string; ownerName: string; outcome: string }) => [
      each.what,
      each.ownerName,
      each.outcome,
    ]),
    [['Roll back shop-api 4.12.0', 'Ana Lima', 'worked']],
  );

  await writePostmortem(humdrum, ana, organisation);
  await ana.reaches('Give every temporary fix an owner and a date');
  await ana.press(/gone/i);
  await ana.reaches('Nothing is left to do');
  await page
    .getByText(/Closed/)
    .first()
    .waitFor();

  async function answer(question: string, words: string): Promise<void> {
    await ana.card
      .getByRole('radiogroup', { name: new RegExp(question) })
      .getByText(words, { exact: true })
      .click();
  }
});
