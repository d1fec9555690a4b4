/** The routes by which administrators keep status pages: which there are, what each shows, its picture, who is told through it. */
import { sql } from 'kysely';
import { z } from 'zod';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import type { App } from '#platform/http/app.ts';
import { cursorOf, pageQuery, readCursor, readTimeCursor } from '#platform/http/fields.ts';
import type { Platform } from '#platform/platform.ts';
import { readOrganisation } from '../organisation.ts';
import { archivePage, type PageBody, pageBody, savePage } from './edit.ts';
import { readShown } from './facts-shown.ts';
import { indexPage } from './html.ts';
import { LANGUAGES, speechOf } from './language.ts';
import { headingOf, pageModel } from './model.ts';
import { baseOf, readPage, servicesOn, touchPages } from './pages.ts';
import { pictureOf } from './picture.ts';
import { LOGO_BYTES_MAX } from './picture-limit.ts';
import { fill, LOGO_POLICY, type StatusPages } from './serve.ts';

const SEARCH_CHARACTERS_MAX = 200;
const LOGO_CHARACTERS_MAX = Math.ceil((LOGO_BYTES_MAX * 4) / 3) + 100;
const tags = ['status pages'];
const params = z.object({ id: z.string().max(100) });
const ref = z.object({ id: z.string(), name: z.string() });

const pageView = z.object({
  id: z.string(),
  slug: z.string().nullable(),
  path: z.string().describe('Where it is, below the address of Humdrum.'),
  client: ref.nullable().describe('Null: everybody may read it.'),
  name: z.string().nullable(),
  heading: z.string().describe('What stands on top of it.'),
  zone: z.string().nullable(),
  language: z.enum(LANGUAGES),
  accent: z.string().nullable(),
  accentDark: z.string().nullable(),
  logo: z.string().nullable().describe('Tells one picture from another; null: none.'),
  readers: z.array(z.string()),
  services: z.array(ref).describe('By their public names.'),
  subscribers: z.number().describe('Those who confirmed.'),
  renderedAt: z.string().nullable(),
});
type PageView = z.output<typeof pageView>;

const subscriberView = z.object({
  id: z.string(),
  kind: z.enum(['email', 'webhook', 'sms', 'slack']),
  address: z.string(),
  state: z.enum(['waiting', 'active', 'ended']),
  services: z.array(ref).describe('Empty: everything on the page.'),
  endedBecause: z.string().nullable(),
  createdAt: z.string(),
  confirmedAt: z.string().nullable(),
  lastSentAt: z.string().nullable(),
  lastError: z.string().nullable(),
});

/** Carries the preview out of a transaction that must leave no trace. */
class Shown extends Error {
  readonly html: string;
  constructor(html: string) {
    super('shown');
    this.html = html;
  }
}

export function pageAdminRoutes(
  app: App,
  { db, clock, live }: Pick<Platform, 'db' | 'clock' | 'live'>,
  pages: StatusPages,
): void {
  const changed = async (tx: Tx, id: string, now: Temporal.Instant): Promise<void> =>
    live.publish(tx, { kind: 'status_page', id, version: now.epochMilliseconds }, now);

  app.get(
    '/api/v1/status-pages',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        querystring: z.object(pageQuery),
        response: { 200: z.object({ items: z.array(pageView), next: z.string().nullable() }) },
        summary: 'The status pages, the first one first',
        operationId: 'listStatusPages',
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      const [from] = cursor ? readCursor(cursor) : [];
      let query = db.selectFrom('status_page').select(['id', 'slug']).where('archived_at', 'is', null);
      if (from !== undefined) query = query.where(sql<boolean>`coalesce(slug, '') > ${from}`);
      const rows = await query
        .orderBy(sql`coalesce(slug, '')`)
        .limit(limit + 1)
        .execute();
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      return {
        items: await viewsOf(
          db,
          shown.map((row) => row.id),
        ),
        next: rows.length > limit && last ? cursorOf(last.slug ?? '', last.id) : null,
      };
    },
  );

  app.post(
    '/api/v1/status-pages',
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        body: pageBody,
        response: { 201: pageView },
        summary: 'Make a status page: a public one, or the private one of a client',
        operationId: 'createStatusPage',
      },
    },
    async (request, reply) => {
      const now = clock.now();
      const id = await transaction(db, async (tx) => {
        const made = await savePage(tx, undefined, request.body, now);
        await changed(tx, made, now);
        return made;
      });
      await pages.render(now);
      return reply.code(201).send(await viewOf(db, id));
    },
  );

  app.get(
    '/api/v1/status-pages/:id',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        params,
        response: { 200: pageView },
        summary: 'One status page',
        operationId: 'getStatusPage',
      },
    },
    (request) => viewOf(db, request.params.id),
  );

  app.put(
    '/api/v1/status-pages/:id',
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        params,
        body: pageBody,
        response: { 200: pageView },
        summary: 'Change a status page; what is left out of the services stays',
        operationId: 'putStatusPage',
      },
    },
    async (request) => {
      const now = clock.now();
      await transaction(db, async (tx) => {
        await savePage(tx, request.params.id, request.body, now);
        await changed(tx, request.params.id, now);
      });
      await pages.render(now);
      return viewOf(db, request.params.id);
    },
  );

  app.delete(
    '/api/v1/status-pages/:id',
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        params,
        response: { 204: z.null() },
        summary: 'Take a status page away, with its sessions and subscriptions',
        operationId: 'deleteStatusPage',
      },
    },
    async (request, reply) => {
      const now = clock.now();
      await transaction(db, async (tx) => {
        await archivePage(tx, request.params.id, now);
        await changed(tx, request.params.id, now);
      });
      await pages.render(now);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/v1/status-pages/preview',
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        body: pageBody.extend({ id: z.string().max(100).optional() }),
        response: { 200: z.object({ html: z.string() }) },
        summary: 'How a page would look; nothing is changed',
        operationId: 'previewStatusPage',
      },
    },
    async (request) => {
      const { id, ...body } = request.body;
      return { html: await preview(db, id, body, clock.now()) };
    },
  );

  app.put(
    '/api/v1/status-pages/:id/logo',
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        params,
        body: z.object({
          data: z
            .string()
            .max(LOGO_CHARACTERS_MAX, 'must be a picture of at most 100 KB')
            .describe('Base64.'),
        }),
        response: { 200: pageView },
        summary: 'Give a page its picture: PNG, JPEG, WebP, GIF or plain SVG of at most 100 KB',
        operationId: 'putStatusPageLogo',
      },
    },
    async (request) => {
      const picture = pictureOf(Buffer.from(request.body.data, 'base64'));
      if (typeof picture === 'string')
        throw new Refused('invalid', 'This picture cannot be shown; nothing was changed.', {
          mend: picture,
          fields: [{ path: 'data', message: picture }],
        });
      await setLogo(request.params.id, { logo: picture.bytes, logo_type: picture.type });
      return viewOf(db, request.params.id);
    },
  );

  app.get(
    '/api/v1/status-pages/:id/logo',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        params,
        summary: 'The picture of a page, as it is kept',
        operationId: 'getStatusPageLogo',
      },
    },
    async (request, reply) => {
      const row = await db
        .selectFrom('status_page')
        .select(['logo', 'logo_type'])
        .where('id', '=', request.params.id)
        .where('archived_at', 'is', null)
        .executeTakeFirst();
      if (!row?.logo || !row.logo_type) throw notFound('logo of the status page', request.params.id);
      // Whatever the file is, a browser shows it as a picture and lets nothing in it act.
      return reply
        .type(row.logo_type)
        .headers({ 'content-security-policy': LOGO_POLICY, 'cache-control': 'private, no-cache' })
        .send(Buffer.from(row.logo));
    },
  );

  app.delete(
    '/api/v1/status-pages/:id/logo',
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        params,
        response: { 200: pageView },
        summary: 'Take the picture off a page',
        operationId: 'deleteStatusPageLogo',
      },
    },
    async (request) => {
      await setLogo(request.params.id, { logo: null, logo_type: null });
      return viewOf(db, request.params.id);
    },
  );

  const setLogo = async (
    id: string,
    row: { logo: Buffer | null; logo_type: string | null },
  ): Promise<void> => {
    const now = clock.now();
    await transaction(db, async (tx) => {
      const found = await tx
        .updateTable('status_page')
        .set({ ...row, updated_at: now })
        .where('id', '=', id)
        .where('archived_at', 'is', null)
        .returning('id')
        .executeTakeFirst();
      if (!found) throw notFound('status page', id);
      await touchPages(tx, [id], now);
      await changed(tx, id, now);
    });
    await pages.render(now);
  };

  app.get(
    '/api/v1/status-pages/:id/subscribers',
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        params,
        querystring: z.object({
          ...pageQuery,
          search: z.string().max(SEARCH_CHARACTERS_MAX).optional(),
          state: z.enum(['waiting', 'active', 'ended']).optional(),
        }),
        response: {
          200: z.object({
            items: z.array(subscriberView),
            next: z.string().nullable(),
            counts: z.object({ waiting: z.number(), active: z.number(), ended: z.number() }),
          }),
        },
        summary: 'Who is told through a page, the newest first',
        operationId: 'listSubscribers',
      },
    },
    async (request) => {
      await viewOf(db, request.params.id);
      return readSubscribers(db, request.params.id, request.query);
    },
  );

  app.delete(
    '/api/v1/status-pages/:id/subscribers/:subscriberId',
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        params: params.extend({ subscriberId: z.string().max(100) }),
        response: { 204: z.null() },
        summary: 'Tell somebody nothing more',
        operationId: 'deleteSubscriber',
      },
    },
    async (request, reply) => {
      const { id, subscriberId } = request.params;
      const now = clock.now();
      const done = await db
        .updateTable('subscription')
        .set({ state: 'ended', ended_because: 'removed by us', ended_at: now, updated_at: now })
        .where('page_id', '=', id)
        .where('id', '=', subscriberId)
        .where('state', '<>', 'ended')
        .returning('id')
        .executeTakeFirst();
      if (!done) throw notFound('subscriber', subscriberId);
      return reply.code(204).send(null);
    },
  );

  app.delete(
    '/api/v1/status-pages/:id/sessions',
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        params,
        response: { 200: z.object({ ended: z.number() }) },
        summary: 'Sign every reader of a private page out, and make their keys to its feeds worthless',
        operationId: 'endStatusPageSessions',
      },
    },
    async (request) => {
      const { id } = request.params;
      await viewOf(db, id);
      const ended = await transaction(db, async (tx) => {
        const gone = await tx.deleteFrom('page_session').where('page_id', '=', id).executeTakeFirst();
        await tx.deleteFrom('page_access_link').where('page_id', '=', id).execute();
        await tx.deleteFrom('page_reader').where('page_id', '=', id).execute();
        return Number(gone.numDeletedRows);
      });
      return { ended };
    },
  );
}

/** Saved, read, rendered by the very hands that do it for good, and then undone. */
async function preview(
  db: Db,
  id: string | undefined,
  body: PageBody,
  now: Temporal.Instant,
): Promise<string> {
  try {
    await transaction(db, async (tx) => {
      const saved = await savePage(tx, id, body, now);
      const page = await readPage(tx, saved);
      if (!page) throw notFound('status page', saved);
      const picture = await tx
        .selectFrom('status_page')
        .select(['logo', 'logo_type'])
        .where('id', '=', saved)
        .executeTakeFirst();
      const html = indexPage(pageModel(await readShown(tx, page, now), now));
      const filled = fill(page, { bytes: Buffer.from(html) }, { at: now, now, stale: false }, '').toString();
      const logo = picture?.logo
        ? `src="data:${picture.logo_type};base64,${Buffer.from(picture.logo).toString('base64')}"`
        : '';
      throw new Shown(logo ? filled.replace(`src="${baseOf(page)}logo?${page.logo}"`, logo) : filled);
    });
  } catch (error) {
    if (error instanceof Shown) return error.html;
    throw error;
  }
  throw new Error('A preview was not undone.');
}

async function viewOf(db: Db, id: string): Promise<PageView> {
  const [view] = await viewsOf(db, [id]);
  if (!view) throw notFound('status page', id);
  return view;
}

async function viewsOf(db: Db, ids: string[]): Promise<PageView[]> {
  const views: PageView[] = [];
  const organisation = await readOrganisation(db);
  for (const id of ids) {
    const page = await readPage(db, id);
    if (!page) continue;
    const row = await db
      .selectFrom('status_page as p')
      .leftJoin('client as c', 'c.id', 'p.client_id')
      .leftJoin('page_state as s', 's.page', 'p.id')
      .select(['p.readers', 'c.name as client', 's.rendered_at'])
      .select(
        sql<number>`(select count(*)::int from subscription b where b.page_id = p.id and b.state = 'active')`.as(
          'subscribers',
        ),
      )
      .where('p.id', '=', id)
      .executeTakeFirstOrThrow();
    views.push({
      id,
      slug: page.slug,
      path: baseOf(page),
      client: page.clientId ? { id: page.clientId, name: row.client ?? page.clientId } : null,
      name: page.name,
      heading: headingOf(page, organisation, speechOf(page.language, page.zone ?? organisation.zone)),
      zone: page.zone,
      language: page.language,
      accent: page.accent,
      accentDark: page.accentDark,
      logo: page.logo,
      readers: row.readers,
      services: (await servicesOn(db, page)).map(({ id: serviceId, name }) => ({ id: serviceId, name })),
      subscribers: row.subscribers,
      renderedAt: row.rendered_at?.toString() ?? null,
    });
  }
  return views;
}

type SubscriberQuery = {
  cursor?: string | undefined;
  limit: number;
  search?: string | undefined;
  state?: 'waiting' | 'active' | 'ended' | undefined;
};

async function readSubscribers(db: Db, pageId: string, { cursor, limit, search, state }: SubscriberQuery) {
  const from = cursor ? readTimeCursor(cursor) : undefined;
  let query = db.selectFrom('subscription as b').selectAll('b').where('b.page_id', '=', pageId);
  if (search) query = query.where(sql<boolean>`position(${search.toLowerCase()} in lower(b.address)) > 0`);
  if (state) query = query.where('b.state', '=', state);
  if (from) query = query.where(sql<boolean>`(b.created_at, b.id) < (${from.at}::timestamptz, ${from.id})`);
  const rows = await query
    .select(
      sql<Temporal.Instant | null>`(select max(d.sent_at) from subscription_delivery d where d.subscription_id = b.id)`.as(
        'last_sent_at',
      ),
    )
    .select(
      sql<
        string | null
      >`(select d.last_error from subscription_delivery d where d.subscription_id = b.id order by d.created_at desc limit 1)`.as(
        'last_error',
      ),
    )
    .orderBy('b.created_at', 'desc')
    .orderBy('b.id', 'desc')
    .limit(limit + 1)
    .execute();
  const shown = rows.slice(0, limit);
  const ids = [...new Set(shown.flatMap((row) => row.service_ids))];
  const named = ids.length
    ? await db.selectFrom('service').select(['id', 'public_name']).where('id', 'in', ids).execute()
    : [];
  const names = new Map(named.map((row) => [row.id, row.public_name ?? row.id]));
  const counted = await db
    .selectFrom('subscription')
    .select(['state', sql<number>`count(*)::int`.as('count')])
    .where('page_id', '=', pageId)
    .groupBy('state')
    .execute();
  const count = (wanted: string) => counted.find((row) => row.state === wanted)?.count ?? 0;
  const last = shown.at(-1);
  return {
    items: shown.map((row) => ({
      id: row.id,
      kind: row.kind as 'email',
      address: row.address,
      state: row.state as 'active',
      services: row.service_ids.map((id) => ({ id, name: names.get(id) ?? id })),
      endedBecause: row.ended_because,
      createdAt: row.created_at.toString(),
      confirmedAt: row.confirmed_at?.toString() ?? null,
      lastSentAt: row.last_sent_at?.toString() ?? null,
      lastError: row.last_error,
    })),
    next: rows.length > limit && last ? cursorOf(last.created_at.toString(), last.id) : null,
    counts: { waiting: count('waiting'), active: count('active'), ended: count('ended') },
  };
}
