/** The second case: 200 pages, an incident that changes every second, readers on all of them; who is touched, how often, and how fast the rest stays. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { openDatabase } from '#platform/db/database.ts';
import { temporaryFolder } from '../../test/servers/program.ts';

export const PAGES = 200;
const SERVICES = 40;
const SERVICES_PER_PAGE = 3;
const TOKEN = 'bench-token-of-the-status-pages-0123456789';
export const MANY_ENVIRONMENT = { HUMDRUM_API_TOKEN: TOKEN };

export function pathOf(page: number): string {
  return `/status/page-${page}/`;
}

/** Public pages of three services each; the first service stands on every fortieth page and its two neighbours. */
export async function fillManyPages(url: string): Promise<void> {
  const database = await openDatabase({ url });
  const { db } = database;
  const now = Temporal.Now.instant();
  const at = { created_at: now.subtract({ hours: 24 * 100 }), updated_at: now };
  await db
    .insertInto('service')
    .values(
      Array.from({ length: SERVICES }, (_, index) => ({
        id: `svc_many${index}`,
        name: `internal-many-${index}`,
        slug: `internal-many-${index}`,
        public_name: `Service ${index}`,
        ...at,
      })),
    )
    .execute();
  for (let page = 0; page < PAGES; page += 1) {
    await db
      .insertInto('status_page')
      .values({ id: `pag_many${page}`, slug: `page-${page}`, name: `Page ${page}`, ...at })
      .execute();
    await db
      .insertInto('status_page_service')
      .values(
        Array.from({ length: SERVICES_PER_PAGE }, (_, position) => ({
          page_id: `pag_many${page}`,
          service_id: `svc_many${(page + position) % SERVICES}`,
          position,
        })),
      )
      .execute();
  }
  await database.close();
}

/** Keeps saying something new every second until it is stopped. @returns how often it did */
export async function changingIncident(port: number): Promise<() => Promise<number>> {
  const post = async (path: string, body: object): Promise<{ id: string }> => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as { id: string };
  };
  const { id } = await post('/incidents', { title: 'bench', serviceIds: ['svc_many0'] });
  await post(`/incidents/${id}/confirmation`, { evidence: 'the bench looked' });
  let said = 0;
  let stopped = false;
  const say = async (): Promise<void> => {
    await post(`/incidents/${id}/updates`, {
      kind: said ? 'next' : 'first',
      status: 'looking',
      impact: `Since 02:02 UTC ${1000 + said} people cannot pay by card. Invoices work.`,
      action: 'We are undoing our last change.',
      audience: { clientIds: [], internal: false, publicPage: true },
    });
    said += 1;
  };
  await say();
  const running = (async () => {
    while (!stopped) {
      await pause(1000);
      await say();
    }
  })();
  return async () => {
    stopped = true;
    await running;
    return said;
  };
}

export type Renderings = Map<string, number>;

/** @returns how often each page has been rendered so far */
export async function renderingsOf(url: string): Promise<Renderings> {
  const client = new pg.Client(url);
  await client.connect();
  const { rows } = await client.query('select page, renderings::int as n from page_state');
  await client.end();
  return new Map(rows.map((row: { page: string; n: number }) => [row.page, row.n]));
}

/** Pages on which the changing service stands. */
export function isAffected(page: string): boolean {
  const number = Number(/^pag_many(\d+)$/.exec(page)?.[1] ?? Number.NaN);
  return Array.from({ length: SERVICES_PER_PAGE }, (_, position) => (number + position) % SERVICES).includes(
    0,
  );
}

/** A script for wrk that asks for one page after the other. */
export function roundRobin(): string {
  const folder = temporaryFolder('bench-round');
  const file = join(folder.path, 'round.lua');
  writeFileSync(
    file,
    `local n = 0\nrequest = function()\n  n = (n + 1) % ${PAGES}\n  return wrk.format("GET", "/status/page-" .. n .. "/")\nend\n`,
  );
  return file;
}
