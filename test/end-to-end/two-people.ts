/** A second person who is invited, and windows of their own for both: each signs in as the sign-in page does it. */
import type { Browser, Page } from 'playwright-core';
import type { Installation } from './installation.ts';

export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1440, height: 900 };
export const BO = { email: 'bo@agency.example', password: 'another calm night for all' };

export async function inviteBo(house: Installation): Promise<void> {
  const offered = await house.ask('POST', '/invitations', { email: BO.email, role: 'responder' });
  const accepted = await fetch(`${house.url}/api/v1/invitations/acceptance`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      token: offered.path.split('/').at(-1),
      name: 'Bo Falk',
      password: BO.password,
      zone: 'UTC',
    }),
  });
  if (!accepted.ok) throw new Error(`The invitation was answered ${accepted.status}.`);
}

type Entering = {
  who: { email: string; password: string };
  viewport: typeof PHONE;
  /** The postmortem that is opened; its writer's screen is there when this is over. */
  path: string;
  waitMilliseconds: number;
};

export async function enter(
  browser: Browser,
  house: Installation,
  { who, viewport, path, waitMilliseconds }: Entering,
): Promise<Page> {
  const context = await browser.newContext({ viewport, baseURL: house.url, timezoneId: 'UTC' });
  const page = await context.newPage();
  page.setDefaultTimeout(waitMilliseconds);
  await page.goto('/sign-in');
  await page.getByLabel('Email').fill(who.email);
  await page.getByLabel('Password', { exact: true }).fill(who.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { level: 1 }).filter({ hasNotText: 'Sign in' }).waitFor();
  await page.goto(path);
  await page.getByText('Everything is saved.').waitFor();
  return page;
}
