/** The routes of planned maintenance: plan it, change it, run it, end it; each change is told on the pages that were chosen. */
import { sql } from 'kysely';
import { z } from 'zod';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import { type FieldProblem, notFound, Refused } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { cursorOf, filled, instant, pageQuery, readTimeCursor, text } from '#platform/http/fields.ts';
import { newId, newReference } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { checkUpdate, type Surroundings } from '../check.ts';
import { readPage, servicesOn, touchPages } from '../page/pages.ts';
import type { StatusPages } from '../page/serve.ts';
import { type Command, type Decided, decide, type Maintenance, planned, USUAL_WORDS } from './plan.ts';

const TEXT_CHARACTERS_MAX = 2000;
const TITLE_CHARACTERS_MAX = 120;
const IDS_MAX = 200;
const NAMES_MAX = 5000;
const SAID_MAX = 200;
const STATES = ['scheduled', 'in_progress', 'completed', 'cancelled'] as const;
const tags = ['maintenance'];
const params = z.object({ id: z.string().max(100) });
const ids = z.array(z.string().max(100)).max(IDS_MAX);
const confirmed = z
  .array(z.enum(['secret', 'client_name']))
  .max(2)
  .default([])
  .describe('What a second tap has confirmed.');
const words = filled(TEXT_CHARACTERS_MAX);
const usual = text(TEXT_CHARACTERS_MAX).default('').describe('Left out: the usual sentence.');

const planBody = z.object({
  title: filled(TITLE_CHARACTERS_MAX).describe('What is done, in words of those who read it.'),
  impact: words.describe('What they will notice.'),
  startsAt: instant(),
  endsAt: instant(),
  serviceIds: ids,
  pageIds: ids.describe('The status pages on which it stands; nobody else reads of it.'),
  confirmed,
});

const ref = z.object({ id: z.string(), name: z.string() });
const view = z.object({
  id: z.string(),
  reference: z.string(),
  title: z.string(),
  impact: z.string(),
  state: z.enum(STATES),
  startsAt: z.string(),
  endsAt: z.string(),
  startedAt: z.string().nullable(),
  finishedAt: z.string().nullable(),
  overdue: z.boolean().describe('Should have begun, or should have ended.'),
  services: z.array(ref),
  pages: z.array(ref.extend({ path: z.string() })),
  updates: z.array(
    z.object({ seq: z.number(), state: z.enum(STATES), text: z.string(), by: z.string(), at: z.string() }),
  ),
  notices: z.array(
    z.object({ kind: z.string(), dueAt: z.string(), state: z.enum(['waiting', 'told', 'not_needed']) }),
  ),
  createdBy: z.string(),
  createdAt: z.string(),
});

export function maintenanceRoutes(
  app: App,
  { db, clock, live }: Pick<Platform, 'db' | 'clock' | 'live'>,
  pages: StatusPages,
): void {
  const at = '/api/v1/maintenances';

  app.get(
    at,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        querystring: z.object({ ...pageQuery, state: z.enum(STATES).optional() }),
        response: { 200: z.object({ items: z.array(view), next: z.string().nullable() }) },
        summary: 'Planned maintenance, the latest beginning first',
        operationId: 'listMaintenances',
      },
    },
    async (request) => {
      const { cursor, limit, state } = request.query;
      const from = cursor ? readTimeCursor(cursor) : undefined;
      let query = db.selectFrom('maintenance').select(['id', 'starts_at']);
      if (state) query = query.where('state', '=', state);
      if (from) query = query.where(sql<boolean>`(starts_at, id) < (${from.at}::timestamptz, ${from.id})`);
      const rows = await query
        .orderBy('starts_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      const items = [];
      for (const row of shown) items.push(await viewOf(db, row.id, clock.now()));
      return {
        items,
        next: rows.length > limit && last ? cursorOf(last.starts_at.toString(), last.id) : null,
      };
    },
  );

  app.get(
    `${at}/:id`,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        params,
        response: { 200: view },
        summary: 'One planned maintenance',
        operationId: 'getMaintenance',
      },
    },
    (request) => viewOf(db, request.params.id, clock.now()),
  );

  app.post(
    at,
    {
      config: { access: 'responder' },
      schema: {
        tags,
        body: planBody,
        response: { 201: view },
        summary: 'Plan a maintenance; subscribers are told now, a day and an hour before',
        operationId: 'planMaintenance',
      },
    },
    async (request, reply) => {
      const now = clock.now();
      const { confirmed: taps, ...plan } = request.body;
      const by = callerOf(request).name;
      const id = newId('mnt');
      await transaction(db, async (tx) => {
        const decided = planned(plan, now);
        await refusePlacesAndWords(tx, decided.maintenance, [plan.title, plan.impact], taps);
        await tx
          .insertInto('maintenance')
          .values({
            id,
            reference: newReference(),
            created_by: by,
            created_at: now,
            updated_at: now,
            ...rowOf(decided.maintenance),
          })
          .execute();
        await keep(tx, id, decided, plan.pageIds, by, now);
      });
      await pages.render(now);
      return reply.code(201).send(await viewOf(db, id, now));
    },
  );

  const change = async (
    id: string,
    by: string,
    taps: ('secret' | 'client_name')[],
    command: Command,
  ): Promise<z.output<typeof view>> => {
    const now = clock.now();
    await transaction(db, async (tx) => {
      const row = await tx
        .selectFrom('maintenance')
        .selectAll()
        .where('id', '=', id)
        .forUpdate()
        .executeTakeFirst();
      if (!row) throw notFound('maintenance', id);
      const before: Maintenance = {
        title: row.title,
        impact: row.impact,
        state: row.state as Maintenance['state'],
        startsAt: row.starts_at,
        endsAt: row.ends_at,
        startedAt: row.started_at ?? undefined,
        finishedAt: row.finished_at ?? undefined,
        serviceIds: row.service_ids,
        pageIds: row.page_ids,
        sequence: row.sequence,
      };
      const decided = decide(before, command, now);
      const written = command.type === 'change' ? [command.plan.title, command.plan.impact] : [command.text];
      await refusePlacesAndWords(tx, decided.maintenance, written, taps);
      await tx
        .updateTable('maintenance')
        .set({ ...rowOf(decided.maintenance), updated_at: now })
        .where('id', '=', id)
        .execute();
      await keep(tx, id, decided, [...before.pageIds, ...decided.maintenance.pageIds], by, now);
    });
    await pages.render(now);
    return viewOf(db, id, now);
  };

  const keep = async (
    tx: Tx,
    id: string,
    decided: Decided,
    pageIds: string[],
    by: string,
    now: Temporal.Instant,
  ): Promise<void> => {
    if (decided.dropsReminders)
      await tx
        .updateTable('maintenance_notice')
        .set({ state: 'not_needed' })
        .where('maintenance_id', '=', id)
        .where('kind', 'in', ['day_before', 'hour_before'])
        .where('state', '=', 'waiting')
        .execute();
    if (decided.notices.length)
      await tx
        .insertInto('maintenance_notice')
        .values(
          decided.notices.map(({ kind, dueAt }) => ({
            id: newId('ntc'),
            maintenance_id: id,
            kind,
            text: decided.said ?? '',
            due_at: dueAt,
            state: 'waiting',
            created_at: now,
          })),
        )
        .execute();
    if (decided.said !== undefined)
      await tx
        .insertInto('maintenance_update')
        .values((eb) => ({
          maintenance_id: id,
          seq: eb
            .selectFrom('maintenance_update as u')
            .select(sql<number>`coalesce(max(u.seq), 0) + 1`.as('seq'))
            .where('u.maintenance_id', '=', id),
          state: decided.maintenance.state,
          text: decided.said ?? '',
          said_by: by,
          said_at: now,
        }))
        .execute();
    await touchPages(tx, [...new Set(pageIds)], now);
    await live.publish(tx, { kind: 'maintenance', id, version: now.epochMilliseconds }, now);
  };

  app.put(
    `${at}/:id`,
    {
      config: { access: 'responder' },
      schema: {
        tags,
        params,
        body: planBody,
        response: { 200: view },
        summary: 'Change a maintenance before it begins; a new time is told and reminded of anew',
        operationId: 'changeMaintenance',
      },
    },
    (request) => {
      const { confirmed: taps, ...plan } = request.body;
      return change(request.params.id, callerOf(request).name, taps, { type: 'change', plan });
    },
  );

  const told = { tags, params, response: { 200: view } };
  app.post(
    `${at}/:id/updates`,
    {
      config: { access: 'responder' },
      schema: {
        ...told,
        body: z.object({ text: words, confirmed }),
        summary: 'Say something about it',
        operationId: 'tellMaintenance',
      },
    },
    (request) =>
      change(request.params.id, callerOf(request).name, request.body.confirmed, {
        type: 'say',
        text: request.body.text,
      }),
  );
  app.post(
    `${at}/:id/start`,
    {
      config: { access: 'responder' },
      schema: {
        ...told,
        body: z.object({ text: usual, confirmed }),
        summary: 'It begins',
        operationId: 'startMaintenance',
      },
    },
    (request) =>
      change(request.params.id, callerOf(request).name, request.body.confirmed, {
        type: 'start',
        text: request.body.text || USUAL_WORDS.start,
      }),
  );
  app.post(
    `${at}/:id/extension`,
    {
      config: { access: 'responder' },
      schema: {
        ...told,
        body: z.object({ endsAt: instant(), text: words, confirmed }),
        summary: 'It takes longer: a new end, and why',
        operationId: 'extendMaintenance',
      },
    },
    (request) =>
      change(request.params.id, callerOf(request).name, request.body.confirmed, {
        type: 'extend',
        endsAt: request.body.endsAt,
        text: request.body.text,
      }),
  );
  app.post(
    `${at}/:id/completion`,
    {
      config: { access: 'responder' },
      schema: {
        ...told,
        body: z.object({ text: usual, confirmed }),
        summary: 'It is finished',
        operationId: 'finishMaintenance',
      },
    },
    (request) =>
      change(request.params.id, callerOf(request).name, request.body.confirmed, {
        type: 'finish',
        text: request.body.text || USUAL_WORDS.finish,
      }),
  );
  app.post(
    `${at}/:id/cancellation`,
    {
      config: { access: 'responder' },
      schema: {
        ...told,
        body: z.object({ text: usual, confirmed }),
        summary: 'It will not take place',
        operationId: 'cancelMaintenance',
      },
    },
    (request) =>
      change(request.params.id, callerOf(request).name, request.body.confirmed, {
        type: 'cancel',
        text: request.body.text || USUAL_WORDS.cancel,
      }),
  );
}

function rowOf(it: Maintenance) {
  return {
    title: it.title,
    impact: it.impact,
    state: it.state,
    starts_at: it.startsAt,
    ends_at: it.endsAt,
    started_at: it.startedAt ?? null,
    finished_at: it.finishedAt ?? null,
    service_ids: it.serviceIds,
    page_ids: it.pageIds,
    sequence: it.sequence,
  };
}

/** @throws Refused for a page on which none of the services stands, and for words that others should perhaps not read */
async function refusePlacesAndWords(
  tx: Tx,
  { serviceIds, pageIds }: Maintenance,
  written: string[],
  taps: ('secret' | 'client_name')[],
): Promise<void> {
  const problems: FieldProblem[] = [];
  const readers = new Set<string | null>();
  for (const [index, id] of pageIds.entries()) {
    const page = await readPage(tx, id);
    const path = `pageIds.${index}`;
    if (!page) problems.push({ path, message: `There is no status page with the id "${id}".` });
    else if (!(await servicesOn(tx, page)).some((service) => serviceIds.includes(service.id)))
      problems.push({ path, message: 'shows none of these services; nobody there would know what is meant' });
    else readers.add(page.clientId);
  }
  if (problems.length)
    throw new Refused('invalid', 'It cannot stand on the pages that were chosen; nothing was changed.', {
      mend: 'Choose other pages or services.',
      fields: problems,
    });
  const only = readers.size === 1 ? [...readers][0] : null;
  const asks = (await confirmable(tx, only ?? undefined, written)).filter(
    (each) => !taps.includes(each.confirms),
  );
  if (asks.length)
    throw new Refused(
      'conflict',
      'The text names something that others should perhaps not read; nothing was changed.',
      {
        mend: 'Change the text, or confirm it with a second tap: send it again with "confirmed".',
        fields: asks.map((each) => ({ path: `confirmed.${each.confirms}`, message: each.question })),
      },
    );
}

/** The same two questions as for every message: a secret, or the name of a client that is not its only reader. */
async function confirmable(tx: Tx, only: string | undefined, written: string[]) {
  const clients = await tx
    .selectFrom('client')
    .select(['id', 'name'])
    .where('archived_at', 'is', null)
    .limit(NAMES_MAX)
    .execute();
  const named = await tx
    .selectFrom('service')
    .select('public_name')
    .where('public_name', 'is not', null)
    .where('archived_at', 'is', null)
    .limit(NAMES_MAX)
    .execute();
  const publicNames = named.map((row) => (row.public_name ?? '').toLowerCase());
  const around: Surroundings = {
    now: 0,
    severity: 'P3',
    external: true,
    dataKnown: true,
    internalNames: [],
    otherClients: clients
      .filter(
        (each) => each.id !== only && !publicNames.some((name) => name.includes(each.name.toLowerCase())),
      )
      .map((each) => each.name),
    people: [],
    nothingNew: false,
  };
  return written.flatMap((impact) =>
    checkUpdate({ kind: 'final', status: 'looking', impact, action: '', nextAt: null }, around).flatMap(
      ({ confirms, question }) => (confirms ? [{ confirms, question }] : []),
    ),
  );
}

async function viewOf(db: Db, id: string, now: Temporal.Instant): Promise<z.output<typeof view>> {
  const row = await db.selectFrom('maintenance').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('maintenance', id);
  const services = await db
    .selectFrom('service')
    .select(['id', 'name', 'public_name'])
    .where('id', 'in', row.service_ids.length ? row.service_ids : [''])
    .orderBy('name')
    .execute();
  const pages = await db
    .selectFrom('status_page as p')
    .leftJoin('client as c', 'c.id', 'p.client_id')
    .select(['p.id', 'p.slug', 'p.name', 'c.name as client'])
    .where('p.id', 'in', row.page_ids.length ? row.page_ids : [''])
    .orderBy('p.slug')
    .execute();
  const updates = await db
    .selectFrom('maintenance_update')
    .selectAll()
    .where('maintenance_id', '=', id)
    .orderBy('seq', 'desc')
    .limit(SAID_MAX)
    .execute();
  const notices = await db
    .selectFrom('maintenance_notice')
    .select(['kind', 'due_at', 'state'])
    .where('maintenance_id', '=', id)
    .orderBy('due_at')
    .limit(SAID_MAX)
    .execute();
  const before = (at: Temporal.Instant) => Temporal.Instant.compare(at, now) < 0;
  return {
    id,
    reference: row.reference,
    title: row.title,
    impact: row.impact,
    state: row.state as (typeof STATES)[number],
    startsAt: row.starts_at.toString(),
    endsAt: row.ends_at.toString(),
    startedAt: row.started_at?.toString() ?? null,
    finishedAt: row.finished_at?.toString() ?? null,
    overdue:
      (row.state === 'scheduled' && before(row.starts_at)) ||
      (row.state === 'in_progress' && before(row.ends_at)),
    services: services.map((each) => ({ id: each.id, name: each.public_name ?? each.name })),
    pages: pages.map((each) => ({
      id: each.id,
      name: each.name ?? each.client ?? 'The first page',
      path: each.slug === null ? '/status/' : `/status/${each.slug}/`,
    })),
    updates: updates.map((each) => ({
      seq: each.seq,
      state: each.state as (typeof STATES)[number],
      text: each.text,
      by: each.said_by,
      at: each.said_at.toString(),
    })),
    notices: notices.map((each) => ({
      kind: each.kind,
      dueAt: each.due_at.toString(),
      state: each.state as 'waiting',
    })),
    createdBy: row.created_by,
    createdAt: row.created_at.toString(),
  };
}
