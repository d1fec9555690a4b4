/** The addresses of pages: mine, answering, a test that really rings, calling somebody by hand. */
import { z } from 'zod';
import { channelsOf } from '#directory/fields.ts';
import { actorOf, incidentFor, seenBy } from '#incident/seen-by.ts';
import { transaction } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { type App, type Caller, callerOf } from '#platform/http/app.ts';
import { cursorOf, pageQuery, readTimeCursor } from '#platform/http/fields.ts';
import { newId } from '#platform/ids.ts';
import { answer } from './answer.ts';
import { call } from './call.ts';
import { unreachableBecause } from './cover.ts';
import { pageOf } from './execute.ts';
import type { Oncall } from './house.ts';
import type { Page } from './page.ts';
import { callJob } from './settle.ts';
import { answerBody, callBody, id, type PageView, pageView } from './shapes.ts';
import { showPages } from './show.ts';

const TESTS_OPEN_MAX = 3;
const NO_REST = { milliseconds: 0, from: '00:00', to: '00:00' };
const params = z.object({ id });

export function pageRoutes(app: App, oncall: Oncall): void {
  const { db } = oncall.platform;

  app.get(
    '/api/v1/pages',
    {
      config: { access: 'viewer' },
      schema: {
        querystring: z.object({
          ...pageQuery,
          all: z.stringbool().default(false).describe('true: also those that are over'),
        }),
        response: { 200: z.object({ items: z.array(pageView), next: z.string().nullable() }) },
        tags: ['oncall'],
        summary: 'The pages that ring at me',
        operationId: 'listMyPages',
      },
    },
    async (request) => {
      const { personId } = callerOf(request);
      const { cursor, limit, all } = request.query;
      if (!personId) return { items: [], next: null };
      let query = db
        .selectFrom('page')
        .select(['document', 'created_at', 'id'])
        .where('person_id', '=', personId)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1);
      if (!all) query = query.where('state', 'in', ['sent', 'unanswered']);
      if (cursor) {
        const { at, id: pageId } = readTimeCursor(cursor);
        query = query.where((eb) =>
          eb.or([eb('created_at', '<', at), eb.and([eb('created_at', '=', at), eb('id', '<', pageId)])]),
        );
      }
      const rows = await query.execute();
      const shown = rows.slice(0, limit);
      const last = rows.length > limit ? shown.at(-1) : undefined;
      const pages = await visible(
        oncall,
        shown.map((row) => pageOf(row.document)),
        personId,
      );
      return {
        items: await showPages(db, pages),
        next: last ? cursorOf(last.created_at.toString(), last.id) : null,
      };
    },
  );

  app.get(
    '/api/v1/pages/:id',
    {
      config: { access: 'viewer' },
      schema: {
        params,
        response: { 200: pageView },
        tags: ['oncall'],
        summary: 'One page with how each ring went',
        operationId: 'getPage',
      },
    },
    async (request) => show(oncall, await pageFor(oncall, request.params.id, callerOf(request))),
  );

  app.post(
    '/api/v1/pages/:id/acknowledgement',
    {
      config: { access: 'responder' },
      schema: {
        params,
        body: answerBody,
        response: { 201: pageView },
        tags: ['oncall'],
        summary: 'Answer a page that rings at me',
        operationId: 'answerPage',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const page = await pageFor(oncall, request.params.id, caller);
      if (page.person.personId !== caller.personId)
        throw new Refused('forbidden', `This page rings at ${page.person.name}; only they can answer it.`, {
          mend: 'To take the incident yourself, acknowledge it in its room.',
        });
      return reply
        .code(201)
        .send(await show(oncall, await answer(oncall, page, request.body.answer, { app: true })));
    },
  );

  app.post(
    '/api/v1/pages/test',
    {
      config: { access: 'responder' },
      schema: {
        body: z.object({ personId: id.optional() }),
        response: { 201: pageView },
        tags: ['oncall'],
        summary: 'A test page that really rings on every channel of a person',
        operationId: 'testPage',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const personId = request.body.personId ?? caller.personId;
      if (!personId)
        throw new Refused('invalid', 'Nobody is named, and this login belongs to no person.', {
          mend: 'Send "personId".',
        });
      if (personId !== caller.personId && caller.role !== 'administrator')
        throw new Refused(
          'forbidden',
          'You can test your own channels; an administrator can test those of others.',
        );
      return reply.code(201).send(await show(oncall, await testPage(oncall, personId, caller)));
    },
  );

  app.post(
    '/api/v1/incidents/:id/calls',
    {
      config: { access: 'responder' },
      schema: {
        params,
        body: callBody,
        response: { 201: z.object({ callId: z.string() }) },
        tags: ['oncall'],
        summary: 'Call somebody now',
        operationId: 'callNow',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const incident = await incidentFor(oncall.incidents, request.params.id, caller);
      if (['resolved', 'closed', 'dismissed', 'merged'].includes(incident.state))
        throw new Refused('conflict', `This incident is ${incident.state}; nobody is called for it.`, {
          mend: 'Reopen it if it is back.',
        });
      const { level, personId, reason } = request.body;
      if (personId) await knownPerson(oncall, personId);
      const callId = await callByHand(oncall, {
        incidentId: incident.id,
        rung: level ?? 'everyone',
        personId,
        reason: `${caller.name}: ${reason}`,
      });
      return reply.code(201).send({ callId });
    },
  );

  app.get(
    '/api/v1/incidents/:id/pages',
    {
      config: { access: 'viewer' },
      schema: {
        params,
        response: { 200: z.object({ items: z.array(pageView), next: z.null() }) },
        tags: ['oncall'],
        summary: 'Who was called for an incident, and how it went',
        operationId: 'listIncidentPages',
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const incident = await incidentFor(oncall.incidents, request.params.id, caller);
      const rows = await db
        .selectFrom('page')
        .select('document')
        .where('id', 'in', (select) =>
          select.selectFrom('page_reason').select('page_id').where('incident_id', '=', incident.id),
        )
        .orderBy('created_at', 'desc')
        .limit(200)
        .execute();
      const pages = rows
        .map((row) => pageOf(row.document))
        .map((page) => ({
          ...page,
          reasons: page.reasons.filter((reason) => reason.incidentId === incident.id),
        }));
      return { items: await showPages(db, pages), next: null };
    },
  );
}

async function show(oncall: Oncall, page: Page): Promise<PageView> {
  const [view] = await showPages(oncall.platform.db, [page]);
  if (!view) throw new Error('A page that was just read is gone.');
  return view;
}

/** Its person, and whoever may see every incident it is about. */
async function pageFor(oncall: Oncall, pageId: string, caller: Caller): Promise<Page> {
  const page = await oncall.pages.load(pageId);
  if (!page || (await visible(oncall, [page], caller.personId)).length === 0) throw notFound('page', pageId);
  return page;
}

/** Without the pages about an incident that this person must not know of. */
async function visible(oncall: Oncall, pages: Page[], personId: string | undefined): Promise<Page[]> {
  const ids = [...new Set(pages.flatMap((page) => page.reasons.map((reason) => reason.incidentId)))];
  if (ids.length === 0) return pages;
  const rows = await oncall.platform.db
    .selectFrom('incident')
    .select(['id', 'restricted', 'viewers'])
    .where('id', 'in', ids)
    .where('restricted', '=', true)
    .execute();
  const hidden = new Set(rows.filter((row) => !seenBy(row, personId)).map((row) => row.id));
  return pages.filter((page) => !page.reasons.some((reason) => hidden.has(reason.incidentId)));
}

async function knownPerson({ platform }: Oncall, personId: string) {
  const person = await platform.db
    .selectFrom('person')
    .select(['id', 'name', 'zone', 'channels'])
    .where('id', '=', personId)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  if (!person) throw notFound('person', personId);
  return person;
}

async function callByHand(
  { platform }: Oncall,
  what: {
    incidentId: string;
    rung: (typeof callBody)['_output']['level'] & string;
    personId: string | undefined;
    reason: string;
  },
): Promise<string> {
  return transaction(platform.db, async (tx) => {
    const { incidentId, rung, reason, personId } = what;
    const jobs = await call(
      tx,
      { incidentId, key: `hand:${newId('key')}`, rung, reason, request: { kind: 'hand', personId } },
      platform.clock.now(),
    );
    await platform.jobs.enqueue(tx, jobs);
    return callJob.parse(jobs[0]?.data).callId;
  });
}

async function testPage(oncall: Oncall, personId: string, caller: Caller): Promise<Page> {
  const { db } = oncall.platform;
  const person = await knownPerson(oncall, personId);
  const why = unreachableBecause(channelsOf(person.channels), oncall.reach);
  if (why)
    throw new Refused('conflict', `${person.name} ${why}; nothing was sent.`, {
      mend: 'Add a channel under Directory, People, or configure a mail server with SMTP_URL.',
    });
  const open = await db
    .selectFrom('page')
    .select('id')
    .where('person_id', '=', personId)
    .where('kind', '=', 'test')
    .where('state', '=', 'sent')
    .limit(TESTS_OPEN_MAX)
    .execute();
  if (open.length >= TESTS_OPEN_MAX)
    throw new Refused('too_many', `${open.length} test pages ring at ${person.name} already.`, {
      mend: 'Answer one of them first.',
    });
  const pageId = newId('page');
  const who = { personId: person.id, name: person.name, zone: person.zone };
  return (
    await oncall.pages.execute(
      pageId,
      { type: 'page', id: pageId, kind: 'test', person: who, reasons: [], rest: NO_REST },
      actorOf(caller),
    )
  ).page;
}
