/** What is done about it: each action with one owner, a time box and an outcome; a temporary fix is settled with an owner and a date. */
import { z } from 'zod';
import { doingOf } from '#incident/doing.ts';
import type { PersonRef } from '#incident/facts.ts';
import { incidentFor } from '#incident/seen-by.ts';
import type { Action } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { type App, type Caller, callerOf } from '#platform/http/app.ts';
import { day, filled, text } from '#platform/http/fields.ts';
import { newId } from '#platform/ids.ts';
import type { Handed, House } from './room.ts';

const WHAT_CHARACTERS_MAX = 500;
const NOTE_CHARACTERS_MAX = 2000;
const TIME_BOX_MINUTES_MAX = 24 * 60;

const params = z.object({ id: text(64) });
const actionParams = params.extend({ actionId: text(64) });

const shown = z.object({
  id: z.string(),
  what: z.string(),
  ownerId: z.string().nullable(),
  ownerName: z.string(),
  timeBoxMinutes: z.number().nullable(),
  /** When the time box is over: a moment to look up, not a deadline. */
  timeBoxEndsAt: z.string().nullable(),
  startedAt: z.string(),
  outcome: z.enum(['worked', 'did_not_work', 'stopped']).nullable(),
  outcomeNote: z.string().nullable(),
  endedAt: z.string().nullable(),
  temporary: z.boolean(),
  settled: z
    .union([
      z.object({ ownerId: z.string(), ownerName: z.string(), by: z.string() }),
      z.object({ gone: z.literal(true) }),
    ])
    .nullable(),
  changeId: z.string().nullable(),
});

const newAction = z.object({
  what: filled(WHAT_CHARACTERS_MAX).describe('"Roll checkout back to 4.11.2"'),
  ownerId: text(64).optional().describe('Default: whoever asks'),
  ownerName: text(200).optional().describe('For somebody who is not in the directory'),
  timeBoxMinutes: z.number().int().min(1).max(TIME_BOX_MINUTES_MAX).optional(),
  temporary: z
    .boolean()
    .default(false)
    .describe('A temporary fix keeps the incident open until it has an owner and a date'),
  changeId: text(64).optional(),
});

const ending = z.object({
  outcome: z.enum(['worked', 'did_not_work', 'stopped']),
  note: text(NOTE_CHARACTERS_MAX).default(''),
});
const settlement = z.union([
  z.object({ ownerId: filled(64), by: day() }),
  z.object({ gone: z.literal(true) }),
]);

export function actionRoutes(app: App, house: House, handed: Handed): void {
  const { platform, incidents } = house;

  app.post(
    '/api/v1/incidents/:id/actions',
    {
      config: { access: 'responder' },
      schema: {
        params,
        body: newAction,
        response: { 201: shown },
        tags: ['restore'],
        summary: 'Start an action',
        operationId: 'startAction',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { body } = request;
      await incidentFor(incidents, request.params.id, caller);
      if (body.changeId && (await handed.findChanges([body.changeId])).length === 0)
        throw notFound('change', body.changeId);
      const id = newId('act');
      const { incident } = await incidents.execute(
        request.params.id,
        {
          type: 'start_action',
          id,
          what: body.what,
          owner: await ownerOf(platform.db, body, caller),
          timeBoxMinutes: body.timeBoxMinutes,
          temporary: body.temporary,
          changeId: body.changeId || undefined,
        },
        doingOf(request),
      );
      return reply.code(201).send(show(incident.actions, id));
    },
  );

  app.post(
    '/api/v1/incidents/:id/actions/:actionId/outcome',
    {
      config: { access: 'responder' },
      schema: {
        params: actionParams,
        body: ending,
        response: { 201: shown },
        tags: ['restore'],
        summary: 'Say how an action ended',
        operationId: 'endAction',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { id, actionId } = request.params;
      await incidentFor(incidents, id, caller);
      const { incident } = await incidents.execute(
        id,
        { type: 'end_action', actionId, ...request.body },
        doingOf(request),
      );
      return reply.code(201).send(show(incident.actions, actionId));
    },
  );

  app.post(
    '/api/v1/incidents/:id/actions/:actionId/settlement',
    {
      config: { access: 'responder' },
      schema: {
        params: actionParams,
        body: settlement,
        response: { 201: shown },
        tags: ['restore'],
        summary: 'Give a temporary fix an owner and a date, or say that it is gone',
        operationId: 'settleFix',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { id, actionId } = request.params;
      await incidentFor(incidents, id, caller);
      const settled =
        'gone' in request.body
          ? ({ gone: true } as const)
          : await ownerAndDate(platform.db, request.body, platform.clock.now());
      const { incident } = await incidents.execute(
        id,
        { type: 'settle_fix', actionId, settled },
        doingOf(request),
      );
      return reply.code(201).send(show(incident.actions, actionId));
    },
  );
}

/** @throws Refused when nobody is named and a token asks */
export async function ownerOf(
  db: Db,
  said: { ownerId?: string | undefined; ownerName?: string | undefined },
  caller: Caller,
): Promise<{ personId?: string; name: string }> {
  if (said.ownerId) {
    const { personId, name } = await personCalled(db, said.ownerId);
    return { personId, name };
  }
  if (said.ownerName) return { name: said.ownerName };
  if (caller.personId) return { personId: caller.personId, name: caller.name };
  throw new Refused('invalid', 'An action has one owner.', {
    mend: 'Name who does it: ownerId, or ownerName for somebody who is not in the directory.',
  });
}

async function personCalled(db: Db, id: string): Promise<PersonRef & { zone: string }> {
  const person = await db
    .selectFrom('person')
    .select(['id', 'name', 'zone'])
    .where('id', '=', id)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  if (!person) throw notFound('person', id);
  return { personId: person.id, name: person.name, zone: person.zone };
}

async function ownerAndDate(
  db: Db,
  said: { ownerId: string; by: string },
  now: Temporal.Instant,
): Promise<{ owner: PersonRef; by: string }> {
  const { zone, ...owner } = await personCalled(db, said.ownerId);
  const today = now.toZonedDateTimeISO(zone).toPlainDate().toString();
  if (said.by < today)
    throw new Refused('invalid', `${said.by} has passed; today is ${today}.`, {
      mend: 'Give a date from today on, by which the temporary fix is gone.',
    });
  return { owner, by: said.by };
}

function show(actions: Action[], id: string): z.input<typeof shown> {
  const action = actions.find((each) => each.id === id);
  if (!action) throw notFound('action', id);
  const { startedAt, timeBoxMinutes } = action;
  return {
    id: action.id,
    what: action.what,
    ownerId: action.ownerId ?? null,
    ownerName: action.ownerName,
    timeBoxMinutes: timeBoxMinutes ?? null,
    timeBoxEndsAt:
      timeBoxMinutes === undefined ? null : startedAt.add({ minutes: timeBoxMinutes }).toString(),
    startedAt: startedAt.toString(),
    outcome: action.outcome ?? null,
    outcomeNote: action.outcomeNote ?? null,
    endedAt: action.endedAt?.toString() ?? null,
    temporary: action.temporary,
    settled: action.settled ?? null,
    changeId: action.changeId ?? null,
  };
}
