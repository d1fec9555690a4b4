/** The postmortem as its owner writes it: from the room to its page, four sections, published, and back. */
import type { Page } from 'playwright-core';
import type { Responder } from './responder.ts';

const A_YEAR_DAYS = 365;

export async function writePostmortem({ page, card, picture }: Responder): Promise<void> {
  await card.getByRole('link', { name: 'Write the postmortem' }).click();
  await page.getByText('Everything is saved.').waitFor();
  await picture('Postmortem');
  // Its timeline is drafted from the record.
  await page
    .getByText(/Roll back shop-api 4\.12\.0/)
    .first()
    .waitFor();
  const publish = page.getByRole('button', { name: 'Publish the postmortem' });
  await page.getByText('The root cause is not written.').waitFor();

  await page
    .getByLabel('Root cause', { exact: true })
    .fill('The pipeline lets a release reach every user at once.');
  await answerNo(page, 'Slow detection', 'The rule fired within a second.');
  await answerNo(page, 'Missing documentation', 'The way back stood in the playbook.');
  await answerNo(page, 'Missing monitoring', 'The failing metric was watched.');
  await agree(page, {
    text: 'A release reaches one in a hundred users first',
    doneWhen: 'The pipeline refuses a full release without it',
  });
  await picture('Postmortem written');
  await publish.click();
  await page.getByRole('heading', { name: 'Published' }).waitFor();
  await page.getByRole('link', { name: /^INC-1$/ }).click();
}

export async function answerNo(page: Page, factor: string, because: string): Promise<void> {
  await page.getByRole('radiogroup', { name: factor }).getByText('No, because…').click();
  await page.getByLabel(`${factor}: why not`).fill(because);
}

/** Bo Falk has a year for it. */
export async function agree(page: Page, item: { text: string; doneWhen: string }): Promise<void> {
  await page.getByRole('button', { name: 'Agree on an action' }).click();
  await page.getByLabel('What will exist that does not exist now?').fill(item.text);
  await page.getByRole('combobox', { name: 'One owner' }).fill('Bo');
  await page.getByRole('option', { name: 'Bo Falk' }).click();
  const day = new Date(Date.now() + A_YEAR_DAYS * 86_400_000).toISOString().slice(0, 10);
  await page.getByLabel('By', { exact: true }).fill(day);
  await page.getByLabel('Done when').fill(item.doneWhen);
  await page.getByRole('button', { name: 'Agree on it' }).click();
  await page.getByRole('button', { name: 'Agree on an action' }).waitFor();
}
