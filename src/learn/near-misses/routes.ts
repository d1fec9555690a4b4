/** Near misses over HTTP for those who are signed in: read, answered, made an incident or an action item. Reporting has a door of its own. */
import { z } from 'zod';
import { doingOf } from '#incident/doing.ts';
import { type Tx, transaction } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { type App, type Caller, callerOf } from '#platform/http/app.ts';
import { filled, pageQuery, text } from '#platform/http/fields.ts';
import { agree, wanted } from '../action-item-routes.ts';
import type { House } from '../room.ts';
import { params } from '../shapes.ts';
import { listNearMisses, monthsOf, type NearMiss, nearMiss } from './near-misses.ts';
import { keepNearMiss } from './owed.ts';
import { nearMissSettings, readNearMissSettings, saveNearMissSettings } from './settings.ts';

const ANSWER_CHARACTERS_MAX = 4000;
const TITLE_CHARACTERS_MAX = 300;
const SERVICES_MAX = 100;
const tags = ['learn'];

export function nearMissRoutes(app: App, house: House): void {
  const { db, clock, live } = house.platform;
  settingRoutes(app, house);
  app.get(
    '/api/v1/near-misses',
    {
      config: { access: 'viewer' },
      schema: {
        querystring: z.object({ show: z.enum(['all', 'waiting', 'answered']).default('all'), ...pageQuery }),
        response: { 200: z.object({ items: z.array(nearMiss), next: z.string().nullable() }) },
        tags,
        summary: 'Near misses, the newest day first',
        operationId: 'listNearMisses',
      },
    },
    async (request) => {
      const { show, cursor, limit } = request.query;
      return listNearMisses(db, { show }, callerOf(request).personId, clock.now(), { cursor, limit });
    },
  );
  app.get(
    '/api/v1/near-misses/months',
    {
      config: { access: 'viewer' },
      schema: {
        response: {
          200: z.object({
            items: z.array(z.object({ month: z.string(), reported: z.number(), answered: z.number() })),
          }),
        },
        tags,
        summary: 'How many near misses were reported and answered, by month; more is better',
        operationId: 'countNearMisses',
      },
    },
    async () => ({ items: await monthsOf(db) }),
  );
  app.get(
    '/api/v1/near-misses/:id',
    {
      config: { access: 'viewer' },
      schema: {
        params,
        response: { 200: nearMiss },
        tags,
        summary: 'One near miss',
        operationId: 'getNearMiss',
      },
    },
    async (request) => nearMissFor(house, request.params.id, callerOf(request)),
  );
  app.put(
    '/api/v1/near-misses/:id/answer',
    {
      config: { access: 'responder' },
      schema: {
        params,
        body: z.object({
          answer: filled(ANSWER_CHARACTERS_MAX).describe('What was changed, or why nothing is'),
        }),
        response: { 200: nearMiss },
        tags,
        summary:
          'Answer a near miss, for everybody and for whoever reported it; answering again replaces the text',
        operationId: 'answerNearMiss',
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { id } = request.params;
      const now = clock.now();
      await transaction(db, async (tx) => {
        const row = await locked(tx, id);
        await tx
          .updateTable('near_miss')
          .set({
            state: 'answered',
            answer: request.body.answer,
            answered_by: caller.name,
            answered_at: row.answered_at ?? now,
            version: row.version + 1,
          })
          .where('id', '=', id)
          .execute();
        await keepNearMiss(tx, house.policies, id, now);
        await live.publish(tx, { kind: 'near_miss', id, version: row.version + 1 }, now);
      });
      return nearMissFor(house, id, caller);
    },
  );
  promotionRoutes(app, house);
}

function promotionRoutes(app: App, house: House): void {
  const { db, clock, live } = house.platform;
  app.post(
    '/api/v1/near-misses/:id/incident',
    {
      config: { access: 'responder' },
      schema: {
        params,
        body: z.object({
          title: filled(TITLE_CHARACTERS_MAX),
          serviceIds: z.array(text(64)).max(SERVICES_MAX).default([]),
          severity: z
            .enum(['P1', 'P2', 'P3'])
            .default('P3')
            .describe('What runs the clocks until somebody classifies it. P1 and P2 call people.'),
        }),
        response: { 201: nearMiss },
        tags,
        summary: 'Declare an incident of a near miss: it is happening, or it has happened after all',
        operationId: 'declareNearMiss',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { id } = request.params;
      const before = await nearMissFor(house, id, caller);
      if (before.incident)
        throw new Refused('conflict', `It is INC-${before.incident.number} already.`, {
          mend: 'Go on there.',
        });
      const { title, serviceIds, severity } = request.body;
      await mustBeServices(house, serviceIds);
      const incident = await house.incidents.declare(
        {
          title,
          serviceIds: [...new Set(serviceIds)],
          proposedSeverity: severity,
          noticed: { by: 'person', how: 'a near miss' },
        },
        doingOf(request),
      );
      const now = clock.now();
      await transaction(db, async (tx) => {
        const row = await locked(tx, id);
        await tx
          .updateTable('near_miss')
          .set({ incident_id: row.incident_id ?? incident.id, version: row.version + 1 })
          .where('id', '=', id)
          .execute();
        await live.publish(tx, { kind: 'near_miss', id, version: row.version + 1 }, now);
      });
      return reply.code(201).send(await nearMissFor(house, id, caller));
    },
  );
  app.post(
    '/api/v1/near-misses/:id/action-items',
    {
      config: { access: 'responder' },
      schema: {
        params,
        body: wanted,
        response: { 201: nearMiss },
        tags,
        summary: 'Agree on an action item that comes of a near miss',
        operationId: 'agreeActionItemOfNearMiss',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { id } = request.params;
      await transaction(db, async (tx) => {
        await locked(tx, id);
        await agree(house, tx, { nearMissId: id }, request.body, caller);
      });
      return reply.code(201).send(await nearMissFor(house, id, caller));
    },
  );
}

function settingRoutes(app: App, { platform }: House): void {
  const { db, clock } = platform;
  app.get(
    '/api/v1/settings/near-misses',
    {
      config: { access: 'viewer' },
      schema: {
        response: { 200: nearMissSettings },
        tags,
        summary: 'Whether near misses may be reported here, and who answers',
        operationId: 'getNearMissSettings',
      },
    },
    async () => readNearMissSettings(db),
  );
  app.put(
    '/api/v1/settings/near-misses',
    {
      config: { access: 'administrator' },
      schema: {
        body: nearMissSettings,
        response: { 200: nearMissSettings },
        tags,
        summary: 'Open or close reporting, choose the learning owner',
        operationId: 'putNearMissSettings',
      },
    },
    async (request) => {
      await transaction(db, (tx) => saveNearMissSettings(tx, request.body, clock.now()));
      return request.body;
    },
  );
}

async function locked(tx: Tx, id: string) {
  const row = await tx
    .selectFrom('near_miss')
    .select(['version', 'answered_at', 'incident_id'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  if (!row) throw notFound('near miss', id);
  return row;
}

async function nearMissFor({ platform }: House, id: string, caller: Caller): Promise<NearMiss> {
  const { items } = await listNearMisses(
    platform.db,
    { show: 'all', id },
    caller.personId,
    platform.clock.now(),
    { limit: 1 },
  );
  if (!items[0]) throw notFound('near miss', id);
  return items[0];
}

async function mustBeServices({ platform }: House, ids: string[]): Promise<void> {
  if (!ids.length) return;
  const rows = await platform.db.selectFrom('service').select('id').where('id', 'in', ids).execute();
  const unknown = ids.find((id) => !rows.some((row) => row.id === id));
  if (unknown) throw notFound('service', unknown);
}
