/** Renders a page into finished documents, in one transaction, one process at a time; a revision says when they changed. */
import { createHash } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import type { Ways } from '../subscribe/senders.ts';
import { calendarOf } from './calendar.ts';
import { readShown } from './facts-shown.ts';
import { incidentPage, indexPage, maintenancePage, notFoundPage, subscribePage } from './html.ts';
import type { Language } from './language.ts';
import { atomFeed, jsonDocuments, rssFeed } from './machine.ts';
import { type PageModel, pageModel } from './model.ts';
import { readPage } from './pages.ts';

export const NOT_FOUND = '404';
export const LOGO = 'logo';
/** A page is rendered at most once in this time, however much happens. */
export const RENDER_EVERY_SECONDS = 5;
const HTML = 'text/html; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';

export type Document = { path: string; contentType: string; bytes: Uint8Array; etag: string };
export type PageState = {
  id: string;
  slug: string | null;
  clientId: string | null;
  accent: string | null;
  accentDark: string | null;
  language: Language;
  revision: number;
  /** Something that it shows has changed since it was rendered. */
  stale: boolean;
  /** When it may be rendered again; undefined: at once, as it never was. */
  mayRenderAt: Temporal.Instant | undefined;
  /** When time alone makes it wrong. */
  changesAt: Temporal.Instant | undefined;
};
/** What a process needs to render: where links lead, and by which ways people can be told. */
export type Printing = { url: string | undefined; ways: Ways };

/**
 * What pages are made of besides incidents and maintenance: a change of it is seen without being told. Services that are taken away,
 * archived or renamed; the client; the organisation; which ways of being told there are.
 */
function inputsOf(ways: Printing['ways']) {
  return sql<string>`
    coalesce((select updated_at::text from setting where key = 'organisation'), '') || '/' || p.updated_at::text || '/' || ${JSON.stringify(ways)} || '/' ||
    case when p.slug is null
      then coalesce((select max(updated_at)::text || '/' || count(*) filter (where on_public_page and archived_at is null) from service), '')
      else coalesce((select max(s.updated_at)::text || '/' || count(*) from status_page_service ps join service s on s.id = ps.service_id where ps.page_id = p.id), '')
        || coalesce((select '/' || c.updated_at::text from client c where c.id = p.client_id), '') end`;
}

/** One query for all pages. */
export async function readPageStates(
  db: Db,
  ways: Printing['ways'],
  now: Temporal.Instant,
): Promise<PageState[]> {
  const { rows } = await sql<{
    id: string;
    slug: string | null;
    client_id: string | null;
    accent: string | null;
    accent_dark: string | null;
    language: string;
    revision: number | null;
    rendered_at: Temporal.Instant | null;
    next_change_at: Temporal.Instant | null;
    differs: boolean;
    touched: boolean;
  }>`
    select p.id, p.slug, p.client_id, p.accent, p.accent_dark, p.language, s.revision, s.rendered_at, s.next_change_at,
           s.inputs is distinct from (${inputsOf(ways)}) as differs,
           exists (select 1 from page_touch t where t.page = p.id) as touched
    from status_page p left join page_state s on s.page = p.id
    where p.archived_at is null order by p.slug nulls first`.execute(db);
  return rows.map((row) => ({
    id: row.id,
    slug: row.slug,
    clientId: row.client_id,
    accent: row.accent,
    accentDark: row.accent_dark,
    language: row.language as Language,
    revision: row.revision ?? 0,
    stale:
      row.differs ||
      row.touched ||
      (row.next_change_at !== null && Temporal.Instant.compare(row.next_change_at, now) <= 0),
    mayRenderAt: row.rendered_at?.add({ seconds: RENDER_EVERY_SECONDS }),
    changesAt: row.next_change_at ?? undefined,
  }));
}

/** @returns SQL for when the next page must be rendered, as far as the record knows it beforehand */
export function nextPageChange(): RawBuilder<unknown> {
  return sql`(
    select min(greatest(s.rendered_at + make_interval(secs => ${RENDER_EVERY_SECONDS}::int),
             case when exists (select 1 from page_touch t where t.page = s.page) then s.rendered_at else s.next_change_at end))
    from page_state s join status_page p on p.id = s.page and p.archived_at is null)`;
}

/**
 * Renders one page with everything that asked for it until now.
 * @returns false when another process was faster, or the page is gone
 */
export async function renderPage(
  db: Db,
  id: string,
  printing: Printing,
  now: Temporal.Instant,
): Promise<boolean> {
  return transaction(db, async (tx) => {
    await tx
      .insertInto('page_state')
      .values({ page: id, revision: 0, inputs: '', rendered_at: now.subtract({ hours: 1 }) })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const before = await tx
      .selectFrom('page_state')
      .select(['revision', 'rendered_at', 'renderings'])
      .where('page', '=', id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    if (before.renderings > 0 && now.since(before.rendered_at).total('seconds') < RENDER_EVERY_SECONDS)
      return false;
    await tx.deleteFrom('page_touch').where('page', '=', id).execute();
    const page = await readPage(tx, id);
    if (!page) return false;
    const { rows } = await sql<{ inputs: string }>`
      select ${inputsOf(printing.ways)} as inputs from status_page p where p.id = ${id}`.execute(tx);
    const model = pageModel(await readShown(tx, page, now), now);
    const documents = withList([...documentsOf(model, printing), ...(await logoOf(tx, id))]);
    const changed = await store(tx, id, documents, before.revision + 1, now);
    await tx
      .updateTable('page_state')
      .set({
        revision: changed ? before.revision + 1 : before.revision,
        inputs: rows[0]?.inputs ?? '',
        next_change_at: model.nextChangeAt,
        rendered_at: now,
        renderings: before.renderings + 1,
      })
      .where('page', '=', id)
      .execute();
    return true;
  });
}

export async function readDocuments(
  db: Db,
  page: string,
): Promise<{ revision: number; documents: Document[] }> {
  return transaction(db, async (tx) => {
    const state = await tx
      .selectFrom('page_state')
      .select('revision')
      .where('page', '=', page)
      .forShare()
      .executeTakeFirst();
    const rows = await tx
      .selectFrom('page_document')
      .select(['path', 'content_type', 'bytes', 'etag'])
      .where('page', '=', page)
      .execute();
    return {
      revision: state?.revision ?? 0,
      documents: rows.map((row) => ({
        path: row.path,
        contentType: row.content_type,
        bytes: row.bytes,
        etag: row.etag,
      })),
    };
  });
}

export function documentsOf(model: PageModel, { url, ways }: Printing): Document[] {
  const incidents = [...model.open, ...model.past].map((each) =>
    made(`incidents/${each.reference}`, HTML, incidentPage(each, model)),
  );
  const maintenances = [...model.planned, ...model.maintained].map((each) =>
    made(`maintenance/${each.reference}`, HTML, maintenancePage(each, model)),
  );
  const json = [...jsonDocuments(model, url)].map(([path, body]) => made(path, JSON_TYPE, body));
  return [
    made('', HTML, indexPage(model, ways)),
    made(NOT_FOUND, HTML, notFoundPage(model)),
    made('subscribe', HTML, subscribePage(model, ways)),
    made('history.atom', 'application/atom+xml; charset=utf-8', atomFeed(model, url)),
    made('history.rss', 'application/rss+xml; charset=utf-8', rssFeed(model, url)),
    made('calendar.ics', 'text/calendar; charset=utf-8', calendarOf(model, url)),
    ...json,
    ...incidents,
    ...maintenances,
  ];
}

/** Programs that copy a page find everything by it. */
function withList(documents: Document[]): Document[] {
  const list = documents.map(({ path, contentType, etag }) => ({ path, contentType, etag }));
  return [...documents, made('documents.json', JSON_TYPE, JSON.stringify({ documents: list }))];
}

async function logoOf(tx: Tx, id: string): Promise<Document[]> {
  const row = await tx
    .selectFrom('status_page')
    .select(['logo', 'logo_type'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (!row?.logo || !row.logo_type) return [];
  return [{ path: LOGO, contentType: row.logo_type, bytes: row.logo, etag: etagOf(row.logo) }];
}

function made(path: string, contentType: string, body: string): Document {
  const bytes = Buffer.from(body);
  return { path, contentType, bytes, etag: etagOf(bytes) };
}

export function etagOf(bytes: Uint8Array): string {
  return `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
}

/** @returns whether anything changed */
async function store(
  tx: Tx,
  page: string,
  documents: Document[],
  revision: number,
  now: Temporal.Instant,
): Promise<boolean> {
  const known = new Map(
    (await tx.selectFrom('page_document').select(['path', 'etag']).where('page', '=', page).execute()).map(
      (row) => [row.path, row.etag],
    ),
  );
  const changed = documents.filter((document) => known.get(document.path) !== document.etag);
  const gone = [...known.keys()].filter((path) => !documents.some((document) => document.path === path));
  if (changed.length)
    await tx
      .insertInto('page_document')
      .values(
        changed.map(({ path, contentType, bytes, etag }) => ({
          page,
          path,
          revision,
          content_type: contentType,
          bytes,
          etag,
          updated_at: now,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['page', 'path']).doUpdateSet((eb) => ({
          revision: eb.ref('excluded.revision'),
          content_type: eb.ref('excluded.content_type'),
          bytes: eb.ref('excluded.bytes'),
          etag: eb.ref('excluded.etag'),
          updated_at: eb.ref('excluded.updated_at'),
        })),
      )
      .execute();
  if (gone.length)
    await tx.deleteFrom('page_document').where('page', '=', page).where('path', 'in', gone).execute();
  return changed.length > 0 || gone.length > 0;
}
