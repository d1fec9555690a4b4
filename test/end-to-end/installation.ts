/** Humdrum as somebody installs it: its own process, environment variables, and nothing else. */
import { join } from 'node:path';
import { type Browser, errors, type Locator, type Page } from 'playwright-core';
import type { Database } from '#platform/db/database.ts';
import { launchChromium } from '../servers/chromium.ts';
import {
  answers,
  COMPILED,
  freePort,
  type Program,
  startProgram,
  temporaryFolder,
} from '../servers/program.ts';
import { type Smtp, startSmtp } from '../servers/smtp.ts';
import { createTestDatabase } from '../test-database.ts';

const ROOT = join(import.meta.dirname, '../..');
/** A policy whose durations are seconds, for what is lived through in real time. */
export const SECONDS = { HUMDRUM_POLICY: join(import.meta.dirname, 'policy.yaml') };
const START_SECONDS_MAX = 240;
const ADMINISTRATOR = { email: 'ana@agency.example', password: 'a calm night for everybody' };
const TOKEN = 'token-of-the-installation-0123456789';

export type Installation = {
  url: string;
  token: string;
  administrator: typeof ADMINISTRATOR;
  smtp: Smtp;
  /** What the process has printed. */
  readonly output: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  ask(method: string, path: string, body?: object): Promise<any>;
  /** A browser window with the administrator signed in, as the sign-in page does it. */
  signIn(size: { width: number; height: number }): Promise<Page>;
  stop(): Promise<void>;
};

/** @param engine embedded: from an empty folder, as `npm start` does it the first time */
export async function install(
  environment: Record<string, string> = {},
  engine: Database['engine'] = 'postgres',
): Promise<Installation> {
  const folder = temporaryFolder('installation');
  const database = engine === 'postgres' ? await createTestDatabase() : undefined;
  const smtp = await startSmtp();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const program: Program = await startProgram({
    path: join(ROOT, 'node_modules/.bin/node'),
    args: [join(ROOT, 'src/main.ts')],
    env: {
      PATH: process.env.PATH ?? '',
      ...COMPILED,
      HUMDRUM_PORT: String(port),
      HUMDRUM_URL: url,
      HUMDRUM_DATA: folder.path,
      HUMDRUM_ADMIN_EMAIL: ADMINISTRATOR.email,
      HUMDRUM_ADMIN_PASSWORD: ADMINISTRATOR.password,
      HUMDRUM_API_TOKEN: TOKEN,
      HUMDRUM_LOG_LEVEL: 'warn',
      ...(database ? { DATABASE_URL: database.url } : {}),
      SMTP_URL: smtp.url,
      MAIL_FROM: 'Humdrum <humdrum@agency.example>',
      ...environment,
    },
    readySecondsMax: START_SECONDS_MAX,
    ready: () => answers(`${url}/readyz`),
  });
  let browser: Browser | undefined;
  return {
    url,
    token: TOKEN,
    administrator: ADMINISTRATOR,
    smtp,
    get output() {
      return program.output;
    },
    async ask(method, path, body) {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${TOKEN}`,
          ...(body ? { 'content-type': 'application/json' } : {}),
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
      return text ? JSON.parse(text) : undefined;
    },
    async signIn(size) {
      browser ??= await launchChromium();
      const page = await browser.newPage({ viewport: size, baseURL: url, timezoneId: 'UTC' });
      page.setDefaultTimeout(20_000);
      await page.goto('/sign-in');
      await page.getByLabel('Email').fill(ADMINISTRATOR.email);
      await page.getByLabel('Password', { exact: true }).fill(ADMINISTRATOR.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { level: 1 }).filter({ hasNotText: 'Sign in' }).waitFor();
      return page;
    },
    async stop() {
      await browser?.close();
      await program.stop();
      await database?.remove();
      await smtp.stop();
      folder.remove();
    },
  };
}

const ANSWERED_MILLISECONDS_MAX = 10_000;

/** A call rings over everything, whenever it comes: it is answered, and the test goes on. */
export async function answerCalls(page: Page): Promise<void> {
  for (const [name, answer] of [
    ['You are being called', 'I have it, no computer'],
    ['A test call', 'It rings'],
  ] as const)
    await page.addLocatorHandler(
      page.getByRole('dialog', { name }),
      async () => {
        const button = page.getByRole('button', { name: answer });
        // It may go by itself meanwhile, when another has answered or whoever is called signs out.
        await button.click({ timeout: ANSWERED_MILLISECONDS_MAX }).catch(unlessLate);
      },
      // The next call may ring at once, by the same name: it is answered in its turn, not waited for.
      { noWaitAfter: true },
    );
}

const COMPOSED_MILLISECONDS_MAX = 4000;
const PRESSES_MAX = 5;

/** Opens the composer of the incident on the page by its key; a call that rings at that moment takes the key, so it is pressed again. */
export async function compose(page: Page): Promise<Locator> {
  const impact = page.getByRole('textbox', { name: 'Impact' });
  for (let presses = 0; presses < PRESSES_MAX && !(await impact.isVisible()); presses += 1) {
    await page.getByRole('heading', { level: 1 }).click();
    await page.keyboard.press('u');
    await impact.waitFor({ timeout: COMPOSED_MILLISECONDS_MAX }).catch(unlessLate);
  }
  return impact;
}

function unlessLate(error: unknown): void {
  if (!(error instanceof errors.TimeoutError)) throw error;
}
