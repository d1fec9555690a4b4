/** One incident on one phone, stage by stage, in the order of the process; each ends with what people outside have seen of it. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Mail } from '../servers/smtp.ts';
import type { FailingService } from './failing-service.ts';
import type { Installation } from './installation.ts';
import { type Responder, responderAt } from './responder.ts';

const MAIL_MILLISECONDS = 20_000;
const NORA = 'nora@northwind.example';
const RELEASE = 'shop-api 4.12.0';

export type Incident = { humdrum: Installation; payments: FailingService; ana: Responder };

/** One line of `curl`, as a pipeline runs it. */
export async function deploy({ humdrum }: Pick<Incident, 'humdrum'>): Promise<void> {
  const change = JSON.stringify({ summary: RELEASE, service: 'shop', rollback: 'safe', source: 'pipeline' });
  await promisify(execFile)('curl', [
    ...['--silent', '--show-error', '--fail', '--max-time', '10'],
    ...['--header', `Authorization: Bearer ${humdrum.token}`, '--json', change],
    `${humdrum.url}/api/v1/changes`,
  ]);
}

/** The call finds Ana on *Now*, and her answer leads into the room. */
export async function isCalled({ humdrum, ana }: Pick<Incident, 'humdrum' | 'ana'>): Promise<void> {
  await mailTo(humdrum, 'ana@agency.example', /Card payments fail/);
  await ana.isCalled(/Card payments fail/);
  await ana.answersCall('I have it');
  await ana.page.getByRole('heading', { level: 1, name: /Card payments fail/ }).waitFor();
}

export async function confirmAndClassify({ ana }: Pick<Incident, 'ana'>): Promise<void> {
  await ana.at('Look whether it is real', async () => {
    await ana.fill('What did you see?', 'Three test payments of mine failed');
    await ana.press('Confirm: it is real');
  });
  await ana.at('Answer four questions', async () => {
    await answer('Is there a sign that data is lost', 'No');
    await answer('Can users not do a main task', 'Yes');
    await ana.sees('service down, or data at risk');
    await ana.press('Classify as P1');
  });

  async function answer(question: string, words: string): Promise<void> {
    const choices = ana.card.getByRole('radiogroup', { name: new RegExp(question) });
    await choices.getByText(words, { exact: true }).click();
  }
}

export async function tell({ humdrum, ana }: Pick<Incident, 'humdrum' | 'ana'>): Promise<void> {
  await ana.at('Send the holding message', async () => {
    await ana.sees(/We are aware of an issue affecting Card payments/);
    await ana.press('Send to 4 people and the status page');
  });
  const { text = '' } = await mailTo(humdrum, NORA, /We are aware of an issue affecting Card payments/);
  assert.match(text, /Next update at \d\d:\d\d UTC/);
  assert.deepEqual(
    humdrum.smtp.mails.filter((mail) => mail.envelope.to.includes('carl@contoso.example')),
    [],
    'only clients of the service hear of it',
  );
  // A page is rendered at most every few seconds.
  for (let tries = 0; !(await statusPage(humdrum.url)).includes('Card payments'); tries += 1) {
    assert.ok(tries < 60, 'the status page shows it');
    await pause(250);
  }
  await ana.opens('Tell');
  await ana.page.getByText('Every affected client has been told').waitFor();
  await ana.picture('People told');
  await ana.opens('Next');
}

export async function findTheChange({ ana }: Incident): Promise<void> {
  await ana.at('Look at what changed', async () => {
    await ana.card.getByText(RELEASE).waitFor();
    await ana.press('Suspect it');
    await ana.sees('suspected, worth checking first');
    await ana.press('I roll it back');
    await ana.fill(/What did you find/, 'The deployment fits');
    await ana.press('What changed is reviewed');
  });
}

/** Nobody knows anything new when the promised time comes near: one tap says so. */
export async function sayNothingNew({ humdrum, ana }: Incident): Promise<void> {
  await ana.reaches('Send the promised update');
  const carried = ana.card.getByText(/Nothing new since \d\d:\d\d UTC/);
  const instead = ana.card.getByRole('button', { name: 'Say “nothing new” instead' });
  await carried.or(instead).first().waitFor();
  if (await instead.isVisible()) await instead.click();
  await carried.waitFor();
  await ana.press('Send to 4 people and the status page');
  await mailTo(humdrum, NORA, /Nothing new since \d\d:\d\d UTC/);
}

export async function rollBack({ ana, payments }: Incident): Promise<void> {
  await ana.at('Choose what kind of failure it is', () => ana.press(/^Deployment regression/));
  payments.mend();
  await ana.at('Restore service', async () => {
    await ana.press('It worked');
    await ana.fill(/It worked: what did you see/, 'Back on 4.11.2, payments succeed');
    await ana.card.locator('form').getByRole('button', { name: 'It worked' }).click();
  });
}

/** The next update comes near while she writes her proof: it is said, and nothing that she wrote is lost. */
export async function restore({ humdrum, ana }: Incident): Promise<void> {
  await ana.at('Restore service', async () => {
    await ana.press('It works again: say how you know');
    await ana.fill('Which check?', 'Test payment by card');
  });
  await ana.card.getByText('Meanwhile: Send the promised update').waitFor();
  await ana.picture('Meanwhile');
  assert.equal(await ana.card.getByLabel('Which check?').inputValue(), 'Test payment by card');
  await ana.fill('What does it show?', '20 of 20 succeed');
  await ana.press(/^It works again; watch until/);
  await ana.at('Say that it works again', () => ana.press('Send to 4 people and the status page'));
  await mailTo(humdrum, NORA, /You can use Card payments again/);
}

/** Humdrum watches, resolves and sends what Ana approved; nobody touches anything. */
export async function isResolvedByWatching({ humdrum, ana }: Incident): Promise<void> {
  await ana.reaches('Write the postmortem');
  const { text = '' } = await mailTo(humdrum, NORA, /stayed stable/);
  assert.doesNotMatch(text, /Next update/);
  await ana.sees(/· resolved/);
}

export async function settleAndClose({ ana }: Incident): Promise<void> {
  await ana.at('Give every temporary fix an owner and a date', () => ana.press('It is gone already'));
  await ana.reaches('Nothing is left to do');
  await ana.sees(/· closed/);
  await ana.opens('Timeline');
  await ana.sees(new RegExp(`Roll back ${RELEASE}`));
  await ana.picture('Timeline');
}

export async function startIncident(
  humdrum: Installation,
  payments: FailingService,
  size: { width: number; height: number },
): Promise<Incident> {
  const ana = responderAt(await humdrum.signIn(size));
  await ana.sees('Nothing is wrong');
  return { humdrum, payments, ana };
}

function mailTo({ smtp }: Installation, address: string, words: RegExp): Promise<Mail> {
  return smtp.waitFor(
    (mail) => mail.envelope.to.includes(address) && words.test(`${mail.subject}\n${mail.text}`),
    MAIL_MILLISECONDS,
  );
}

async function statusPage(url: string): Promise<string> {
  return (await fetch(`${url}/status/`)).text();
}
