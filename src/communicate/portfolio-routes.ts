/** The routes of an incident's clients: who has not been told, whom to call, a call that was made, a report that came in. */
import { z } from 'zod';
import { doingOf } from '#incident/doing.ts';
import type { Doing } from '#incident/execute.ts';
import type { House } from '#incident/room.ts';
import { incidentFor } from '#incident/seen-by.ts';
import type { Incident } from '#incident/types.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { filled, instant } from '#platform/http/fields.ts';
import { newId } from '#platform/ids.ts';
import { boardClient, readBoard } from './board.ts';
import { callListView, readCallList } from './call-list.ts';

const SAID_CHARACTERS_MAX = 2000;
const EARLIEST_HOURS_BEFORE_DETECTION = 24;

const tags = ['communicate'];
const params = z.object({ id: z.string().max(100) });
const id = z.string().min(1).max(100);
const board = z.object({ items: z.array(boardClient), next: z.null() });

export function portfolioRoutes(app: App, house: House): void {
  const { db, clock } = house.platform;
  const seen = (request: Parameters<typeof callerOf>[0], incidentId: string) =>
    incidentFor(house.incidents, incidentId, callerOf(request));

  app.get(
    '/api/v1/incidents/:id/told',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        params,
        response: { 200: board },
        summary: 'Who has not been told: each affected client with its people and the evidence',
        operationId: 'listTold',
      },
    },
    async (request) => {
      const incident = await seen(request, request.params.id);
      return { items: await readBoard(db, incident, clock.now()), next: null };
    },
  );

  app.get(
    '/api/v1/incidents/:id/call-list',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        params,
        response: { 200: callListView },
        summary: 'Names and numbers of the affected clients, those who know nothing first',
        operationId: 'getCallList',
      },
    },
    async (request) => readCallList(db, await seen(request, request.params.id), clock.now()),
  );

  app.post(
    '/api/v1/incidents/:id/client-calls',
    {
      config: { access: 'responder' },
      schema: {
        tags,
        params,
        body: z.object({
          contactId: id,
          reached: z.boolean().default(true).describe('False: it rang, and nobody answered.'),
          said: filled(SAID_CHARACTERS_MAX).describe(
            'What was said, in a sentence; it stands on the timeline.',
          ),
          happenedAt: instant().optional().describe('When the call was; left out: now.'),
        }),
        response: { 201: board },
        summary: 'Log a call to a client as evidence',
        description:
          'A call that reached somebody counts as told and keeps the call that a contract asks for. One that did not is recorded and keeps nothing.',
        operationId: 'logClientCall',
      },
    },
    async (request, reply) => {
      const incident = await seen(request, request.params.id);
      const { contactId, reached, said, happenedAt } = request.body;
      const contact = await contactNamed(house, contactId);
      await house.incidents.execute(
        incident.id,
        { type: 'log_call', callId: newId('cal'), ...contact, reached, said },
        timed(doingOf(request), incident, happenedAt, clock.now()),
      );
      const after = await seen(request, incident.id);
      return reply.code(201).send({ items: await readBoard(db, after, clock.now()), next: null });
    },
  );

  app.post(
    '/api/v1/incidents/:id/client-reports',
    {
      config: { access: 'responder' },
      schema: {
        tags,
        params,
        body: z.object({
          clientId: id,
          happenedAt: instant().optional().describe('When they told us; left out: now.'),
        }),
        response: { 201: board },
        summary: 'Say that a client has told us of it',
        description: 'Contracts that count from their report count from this.',
        operationId: 'recordClientReport',
      },
    },
    async (request, reply) => {
      const incident = await seen(request, request.params.id);
      const { clientId, happenedAt } = request.body;
      const client = await db
        .selectFrom('client')
        .select('name')
        .where('id', '=', clientId)
        .where('archived_at', 'is', null)
        .executeTakeFirst();
      if (!client) throw notFound('client', clientId);
      await house.incidents.execute(
        incident.id,
        { type: 'record_client_report', clientId, clientName: client.name },
        timed(doingOf(request), incident, happenedAt, clock.now()),
      );
      const after = await seen(request, incident.id);
      return reply.code(201).send({ items: await readBoard(db, after, clock.now()), next: null });
    },
  );
}

async function contactNamed({ platform }: House, contactId: string) {
  const row = await platform.db
    .selectFrom('contact')
    .innerJoin('client', 'client.id', 'contact.client_id')
    .select(['contact.name', 'contact.phone', 'client.id as client_id', 'client.name as client_name'])
    .where('contact.id', '=', contactId)
    .where('contact.archived_at', 'is', null)
    .executeTakeFirst();
  if (!row) throw notFound('contact', contactId);
  return {
    contactId,
    contactName: row.name,
    ...(row.phone ? { phone: row.phone } : {}),
    clientId: row.client_id,
    clientName: row.client_name,
  };
}

/** @throws Refused for a time that is still to come, or that lies so far back that it cannot be about this incident */
function timed(
  doing: Doing,
  incident: Incident,
  happenedAt: Temporal.Instant | undefined,
  now: Temporal.Instant,
): Doing {
  if (!happenedAt) return doing;
  const earliest = incident.detectedAt.subtract({ hours: EARLIEST_HOURS_BEFORE_DETECTION });
  const refuse = (message: string) =>
    new Refused('invalid', 'That time cannot be right; nothing was recorded.', {
      fields: [{ path: 'body.happenedAt', message }],
    });
  if (Temporal.Instant.compare(happenedAt, now) > 0) throw refuse('must not be in the future');
  if (Temporal.Instant.compare(happenedAt, earliest) < 0)
    throw refuse('is more than a day before the incident was detected');
  return { ...doing, happenedAt };
}
