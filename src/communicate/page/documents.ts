/** Renders the public page into finished documents, in one transaction, one process at a time; a revision says when they changed. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import { readShown } from './facts-shown.ts';
import { incidentPage, indexPage, notFoundPage } from './html.ts';
import { atomFeed, jsonDocuments, rssFeed } from './machine.ts';
import { type PageModel, pageModel } from './model.ts';

export const PAGE = 'default';
export const NOT_FOUND = '404';
const HTML = 'text/html; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';

export type Document = { path: string; contentType: string; bytes: Uint8Array; etag: string };
/** `changesAt`: when time alone makes the page wrong. */
export type PageState = { revision: number; stale: boolean; changesAt: Temporal.Instant | undefined };
export type Rendered = { revision: number; changesAt: Temporal.Instant };

/** What the page is made of besides incidents: a change of it is seen without being told. */
const INPUTS = sql<string>`
  coalesce((select max(updated_at)::text || '/' || count(*) filter (where on_public_page and archived_at is null) from service), '') || '/' ||
  coalesce((select updated_at::text from setting where key = 'organisation'), '')`;

/** One cheap query. @returns the revision in the database, and whether it must be rendered again at `now` */
export async function readPageState(db: Db, now: Temporal.Instant): Promise<PageState> {
  const row = await db
    .selectNoFrom((eb) => [
      INPUTS.as('inputs'),
      eb
        .selectFrom('page_state')
        .select(sql<string>`inputs`.as('inputs'))
        .where('page', '=', PAGE)
        .as('rendered'),
    ])
    .executeTakeFirstOrThrow();
  const state = await db
    .selectFrom('page_state')
    .select(['revision', 'next_change_at'])
    .where('page', '=', PAGE)
    .executeTakeFirst();
  if (!state) return { revision: 0, stale: true, changesAt: undefined };
  const due = state.next_change_at !== null && Temporal.Instant.compare(state.next_change_at, now) <= 0;
  return {
    revision: state.revision,
    stale: due || row.rendered !== row.inputs,
    changesAt: state.next_change_at ?? undefined,
  };
}

export async function nextPageChange(db: Db): Promise<Temporal.Instant | undefined> {
  const row = await db
    .selectFrom('page_state')
    .select('next_change_at')
    .where('page', '=', PAGE)
    .executeTakeFirst();
  return row?.next_change_at ?? undefined;
}

/** @returns the revision afterwards, the same as before when no document changed */
export async function renderPage(db: Db, url: string | undefined, now: Temporal.Instant): Promise<Rendered> {
  return transaction(db, async (tx) => {
    await tx
      .insertInto('page_state')
      .values({ page: PAGE, revision: 0, inputs: '', rendered_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const before = await tx
      .selectFrom('page_state')
      .select('revision')
      .where('page', '=', PAGE)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const { inputs } = await tx.selectNoFrom(INPUTS.as('inputs')).executeTakeFirstOrThrow();
    const model = pageModel(await readShown(tx, now), now);
    const revision = (await store(tx, documentsOf(model, url), before.revision + 1, now))
      ? before.revision + 1
      : before.revision;
    await tx
      .updateTable('page_state')
      .set({ revision, inputs, next_change_at: model.nextChangeAt, rendered_at: now })
      .where('page', '=', PAGE)
      .execute();
    return { revision, changesAt: model.nextChangeAt };
  });
}

export async function readDocuments(db: Db): Promise<{ revision: number; documents: Document[] }> {
  return transaction(db, async (tx) => {
    const state = await tx
      .selectFrom('page_state')
      .select('revision')
      .where('page', '=', PAGE)
      .forShare()
      .executeTakeFirst();
    const rows = await tx
      .selectFrom('page_document')
      .select(['path', 'content_type', 'bytes', 'etag'])
      .where('page', '=', PAGE)
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

function documentsOf(model: PageModel, url: string | undefined): Document[] {
  const pages = [...model.open, ...model.past].map((incident) =>
    made(`incidents/${incident.reference}`, HTML, incidentPage(incident, model)),
  );
  const json = [...jsonDocuments(model, url)].map(([path, body]) => made(path, JSON_TYPE, body));
  return [
    made('', HTML, indexPage(model)),
    made(NOT_FOUND, HTML, notFoundPage(model.heading)),
    made('history.atom', 'application/atom+xml; charset=utf-8', atomFeed(model, url)),
    made('history.rss', 'application/rss+xml; charset=utf-8', rssFeed(model, url)),
    ...json,
    ...pages,
  ];
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
  documents: Document[],
  revision: number,
  now: Temporal.Instant,
): Promise<boolean> {
  const known = new Map(
    (await tx.selectFrom('page_document').select(['path', 'etag']).where('page', '=', PAGE).execute()).map(
      (row) => [row.path, row.etag],
    ),
  );
  const changed = documents.filter((document) => known.get(document.path) !== document.etag);
  const gone = [...known.keys()].filter((path) => !documents.some((document) => document.path === path));
  for (const { path, contentType, bytes, etag } of changed) {
    const row = { revision, content_type: contentType, bytes, etag, updated_at: now };
    await tx
      .insertInto('page_document')
      .values({ page: PAGE, path, ...row })
      .onConflict((conflict) => conflict.columns(['page', 'path']).doUpdateSet(row))
      .execute();
  }
  if (gone.length)
    await tx.deleteFrom('page_document').where('page', '=', PAGE).where('path', 'in', gone).execute();
  return changed.length > 0 || gone.length > 0;
}
