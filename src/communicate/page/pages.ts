/** Which status pages there are, and what each is: whose, where, in which language, zone and colours. */
import { sql } from 'kysely';
import type { Db, Tx } from '#platform/db/database.ts';
import type { Language } from './language.ts';

export const DEFAULT_PAGE = 'default';

export type StatusPage = {
  id: string;
  /** Null: the page at /status/. */
  slug: string | null;
  /** Null: everybody may read it. */
  clientId: string | null;
  name: string | null;
  zone: string | null;
  language: Language;
  accent: string | null;
  accentDark: string | null;
  /** Tells one picture from another; null: none. */
  logo: string | null;
};

/** What stands in for a page before its row is read; also what tests start from. */
export const PLAIN_PAGE: StatusPage = {
  id: DEFAULT_PAGE,
  slug: null,
  clientId: null,
  name: null,
  zone: null,
  language: 'en',
  accent: null,
  accentDark: null,
  logo: null,
};

/** @returns where the page is, with a slash at its end */
export function baseOf(page: Pick<StatusPage, 'slug'>): string {
  return page.slug === null ? '/status/' : `/status/${page.slug}/`;
}

const COLUMNS = [
  'status_page.id',
  'status_page.slug',
  'status_page.client_id as clientId',
  'status_page.name',
  'status_page.zone',
  'status_page.language',
  'status_page.accent',
  'status_page.accent_dark as accentDark',
] as const;
const LOGO = sql<string | null>`substr(md5(status_page.logo), 1, 12)`;

export async function readPage(db: Db | Tx, id: string): Promise<StatusPage | undefined> {
  const row = await db
    .selectFrom('status_page')
    .select(COLUMNS)
    .select(LOGO.as('logo'))
    .where('id', '=', id)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  return row && { ...row, language: row.language as Language };
}

export async function pageBySlug(db: Db | Tx, slug: string | null): Promise<StatusPage | undefined> {
  const row = await db
    .selectFrom('status_page')
    .select('id')
    .where('slug', slug === null ? 'is' : '=', slug)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  return row && readPage(db, row.id);
}

/** Asks for a page to be rendered again; the rendering takes the request with it. */
export async function touchPages(tx: Tx, ids: readonly string[], now: Temporal.Instant): Promise<void> {
  if (!ids.length) return;
  await tx
    .insertInto('page_touch')
    .values(ids.map((page) => ({ page, touched_at: now })))
    .execute();
}

/** @returns the pages on which one of these services stands by name */
export async function pagesOfServices(db: Db | Tx, serviceIds: readonly string[]): Promise<string[]> {
  if (!serviceIds.length) return [];
  const { rows } = await sql<{ id: string }>`
    select p.id from status_page p
    where p.archived_at is null and case when p.slug is null
      then exists (select 1 from service s where s.id = any(${[...serviceIds]}::text[]) and s.on_public_page)
      else exists (select 1 from status_page_service ps where ps.page_id = p.id and ps.service_id = any(${[...serviceIds]}::text[])) end`.execute(
    db,
  );
  return rows.map((row) => row.id);
}

export type PlacedService = { id: string; name: string; since: Temporal.Instant };

/** The services of a page by their public names. On a client's page only those that it is served by. */
export async function servicesOn(
  db: Db | Tx,
  page: Pick<StatusPage, 'id' | 'slug' | 'clientId'>,
): Promise<PlacedService[]> {
  const placed = db
    .selectFrom('service')
    .select(['service.id', 'service.public_name as name', 'service.created_at as since'])
    .where('service.public_name', 'is not', null)
    .where('service.archived_at', 'is', null);
  const rows =
    page.slug === null
      ? await placed
          .where('service.on_public_page', '=', true)
          .orderBy(sql`lower(service.public_name)`)
          .orderBy('service.id')
          .execute()
      : await placed
          .innerJoin('status_page_service', 'status_page_service.service_id', 'service.id')
          .where('status_page_service.page_id', '=', page.id)
          .where(
            sql<boolean>`(${page.clientId}::text is null or exists (
              select 1 from client_service cs join client c on c.id = cs.client_id and c.archived_at is null
              where cs.client_id = ${page.clientId} and cs.service_id = service.id))`,
          )
          .orderBy('status_page_service.position')
          .execute();
  return rows.map((row) => ({ ...row, name: row.name ?? '' }));
}
