/** Action items over HTTP: agreed under a postmortem, listed, changed, completed with evidence, dropped with a reason. */
import { z } from 'zod';
import type { Incident } from '#incident/types.ts';
import { type Tx, transaction } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { type App, type Caller, callerOf } from '#platform/http/app.ts';
import { filled, pageQuery, text } from '#platform/http/fields.ts';
import { newId } from '#platform/ids.ts';
import { type ActionItem, agreed, findActionItem, listActionItems } from './action-items.ts';
import { itemAndIncident, itemFor } from './item-access.ts';
import { lockItem, settled } from './item-change.ts';
import type { House } from './room.ts';
import { actionItem, params } from './shapes.ts';
import { ACTION_ITEMS_MAX, postmortemFor } from './show.ts';
import { sendByItself } from './trackers/issues.ts';

const TEXT_CHARACTERS_MAX = 1000;
const STRENGTHS = ['stronger', 'intermediate', 'weaker'] as const;
const tags = ['learn'];
const responder = { access: 'responder' as const };

// What an agreement needs is refused by `agreed`, which says what to write; here are only the limits.
export const wanted = z.object({
  text: text(TEXT_CHARACTERS_MAX).optional(),
  ownerId: text(64).optional().describe('The one person who answers for it'),
  dueOn: text(100).optional().describe('A day such as 2026-12-04'),
  doneCondition: text(TEXT_CHARACTERS_MAX).optional().describe('How somebody else sees that it is done'),
  strength: z
    .enum(STRENGTHS)
    .optional()
    .describe('How much it changes the system rather than the people; default: intermediate'),
});

export function actionItemRoutes(app: App, house: House): void {
  const { platform } = house;

  app.get(
    '/api/v1/action-items',
    {
      config: { access: 'viewer' },
      schema: {
        querystring: z.object({
          state: z.enum(['open', 'done', 'dropped']).optional(),
          owner: text(64).optional().describe('The id of a person, or "me"'),
          postmortem: text(64).optional(),
          incident: text(64).optional(),
          overdue: z.enum(['true']).optional().describe('Only open ones whose day has passed'),
          tracker: text(64).optional().describe('The id of a tracker, or "none"'),
          ...pageQuery,
        }),
        response: { 200: z.object({ items: z.array(actionItem), next: z.string().nullable() }) },
        tags,
        summary: 'Action items, those due first on top',
        operationId: 'listActionItems',
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { state, owner, postmortem, incident, overdue, tracker, cursor, limit } = request.query;
      const ownerId = owner === 'me' ? (caller.personId ?? 'nobody') : owner;
      return listActionItems(
        platform.db,
        {
          state,
          ownerId,
          postmortemId: postmortem,
          incidentId: incident,
          overdue: overdue === 'true',
          trackerId: tracker,
        },
        caller.personId,
        platform.clock.now(),
        { cursor, limit },
      );
    },
  );

  app.get(
    '/api/v1/action-items/:id',
    {
      config: { access: 'viewer' },
      schema: {
        params,
        response: { 200: actionItem },
        tags,
        summary: 'One action item',
        operationId: 'getActionItem',
      },
    },
    async (request) => itemFor(house, request.params.id, callerOf(request)),
  );

  app.post(
    '/api/v1/postmortems/:id/action-items',
    {
      config: responder,
      schema: {
        params,
        body: wanted,
        response: { 201: actionItem },
        tags,
        summary: 'Agree on an action item',
        operationId: 'agreeActionItem',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { postmortem, incident } = await postmortemFor(house, request.params.id, caller);
      const id = await transaction(platform.db, async (tx) => {
        // The row of the postmortem is the queue: two at once are counted one after the other.
        await tx.selectFrom('postmortem').select('id').where('id', '=', postmortem.id).forUpdate().execute();
        return agree(house, tx, { postmortemId: postmortem.id, incident }, request.body, caller);
      });
      return reply.code(201).send(await itemFor(house, id, caller));
    },
  );

  app.put(
    '/api/v1/action-items/:id',
    {
      config: responder,
      schema: {
        params,
        body: wanted,
        response: { 200: actionItem },
        tags,
        summary: 'Change an open action item; what is left out stays',
        operationId: 'changeActionItem',
      },
    },
    async (request) => {
      const { body } = request;
      return change(house, request.params.id, callerOf(request), async (tx, item, now) => {
        const next = await agreed(tx, { ...item, ...defined(body) }, now, item.dueOn);
        await tx
          .updateTable('action_item')
          .set((row) => ({
            text: next.text,
            owner_id: next.ownerId,
            owner_gone_at: null,
            done_condition: next.doneCondition,
            strength: body.strength ?? item.strength,
            ...(next.dueOn === item.dueOn ? {} : { due_on: next.dueOn, cycle: row('cycle', '+', 1) }),
          }))
          .where('id', '=', item.id)
          .execute();
      });
    },
  );

  app.post(
    '/api/v1/action-items/:id/completion',
    {
      config: responder,
      schema: {
        params,
        body: z.object({
          evidence: filled(TEXT_CHARACTERS_MAX).describe(
            'What shows that it is done: a link, a number, a document',
          ),
        }),
        response: { 201: actionItem },
        tags,
        summary: 'Say that it is done, with the evidence; also where a tracker closed it, to say it better',
        operationId: 'completeActionItem',
      },
    },
    async (request, reply) => {
      const { evidence } = request.body;
      const complete = async (tx: Tx, { id, endedThere }: ActionItem, now: Temporal.Instant) => {
        await tx
          .updateTable('action_item')
          .set({
            state: 'done',
            evidence,
            dropped_because: null,
            ended_there: false,
            ...(endedThere ? {} : { ended_at: now }),
          })
          .where('id', '=', id)
          .execute();
      };
      const item = await change(house, request.params.id, callerOf(request), complete, 'ended there');
      return reply.code(201).send(item);
    },
  );

  app.post(
    '/api/v1/action-items/:id/dropping',
    {
      config: responder,
      schema: {
        params,
        body: z.object({ reason: filled(TEXT_CHARACTERS_MAX) }),
        response: { 201: actionItem },
        tags,
        summary: 'Decide against it, with the reason',
        operationId: 'dropActionItem',
      },
    },
    async (request, reply) => {
      const { reason } = request.body;
      const item = await change(house, request.params.id, callerOf(request), async (tx, { id }, now) => {
        await tx
          .updateTable('action_item')
          .set({ state: 'dropped', dropped_because: reason, ended_at: now })
          .where('id', '=', id)
          .execute();
      });
      return reply.code(201).send(item);
    },
  );
}

/** What an action item comes of. */
type Origin =
  | { postmortemId: string; incident: Pick<Incident, 'id' | 'restricted' | 'serviceIds'> }
  | { nearMissId: string };

/** @returns the id of the new item. @throws Refused for what makes it no agreement, and for more than can be kept */
export async function agree(
  house: House,
  tx: Tx,
  origin: Origin,
  body: z.output<typeof wanted>,
  caller: Caller,
): Promise<string> {
  const now = house.platform.clock.now();
  const id = newId('ai');
  const item = await agreed(tx, body, now);
  const of =
    'nearMissId' in origin
      ? { near_miss_id: origin.nearMissId }
      : { incident_id: origin.incident.id, postmortem_id: origin.postmortemId };
  await refuseMoreThanMany(tx, of);
  await tx
    .insertInto('action_item')
    .values({
      id,
      ...of,
      text: item.text,
      owner_id: item.ownerId,
      due_on: item.dueOn,
      done_condition: item.doneCondition,
      strength: body.strength ?? 'intermediate',
      state: 'open',
      created_by: caller.name,
      created_at: now,
    })
    .execute();
  if ('incident' in origin) await sendByItself(tx, { id, by: caller.name }, origin.incident, now);
  await settled(house, tx, id, now);
  return id;
}

/** Locks an open item, changes it, brings its promise in line. */
async function change(
  house: House,
  id: string,
  caller: Caller,
  work: (tx: Tx, item: ActionItem, now: Temporal.Instant) => Promise<void>,
  also?: 'ended there',
): Promise<ActionItem> {
  await itemAndIncident(house, id, caller);
  const now = house.platform.clock.now();
  await transaction(house.platform.db, async (tx) => {
    await lockItem(tx, id);
    const item = await findActionItem(tx, id, now);
    if (!item) throw notFound('action item', id);
    if (item.state !== 'open' && !(also === 'ended there' && item.endedThere))
      throw new Refused('conflict', `This action item is ${item.state} already.`, {
        mend: 'Agree on a new one if something is left to do.',
      });
    await work(tx, item, now);
    await settled(house, tx, id, now);
  });
  return itemFor(house, id, caller);
}

async function refuseMoreThanMany(
  tx: Tx,
  of: { near_miss_id: string } | { postmortem_id: string },
): Promise<void> {
  const { count } = await tx
    .selectFrom('action_item')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where((row) =>
      'near_miss_id' in of
        ? row('near_miss_id', '=', of.near_miss_id)
        : row('postmortem_id', '=', of.postmortem_id),
    )
    .executeTakeFirstOrThrow();
  if (Number(count) >= ACTION_ITEMS_MAX)
    throw new Refused(
      'too_many',
      `${'near_miss_id' in of ? 'A near miss' : 'A postmortem'} holds at most ${ACTION_ITEMS_MAX} action items.`,
      {
        mend: 'Keep those that will really be done; few are better than many.',
      },
    );
}

function defined<Value extends object>(
  value: Value,
): Partial<{ [Key in keyof Value]: NonNullable<Value[Key]> }> {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as Partial<{
    [Key in keyof Value]: NonNullable<Value[Key]>;
  }>;
}
