/** Owner, publication and cover of a postmortem. What concerns the incident goes through its execute. */
import { z } from 'zod';
import { doingOf } from '#incident/doing.ts';
import type { Incident } from '#incident/types.ts';
import { transaction } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { filled } from '#platform/http/fields.ts';
import { publishCopy } from './open.ts';
import { candidatesWithRest } from './owner.ts';
import { rests } from './people.ts';
import { findPostmortem, publishHint } from './postmortems.ts';
import { askOnceWithoutSignOff } from './reviews.ts';
import type { House } from './room.ts';
import { params, postmortem as postmortemShape } from './shapes.ts';
import { postmortemFor, show } from './show.ts';

const tags = ['learn'];
const responder = { access: 'responder' as const };

export function publishingRoutes(app: App, house: House): void {
  const { platform, incidents } = house;

  app.get(
    '/api/v1/postmortems/:id/owner',
    {
      config: { access: 'viewer' },
      schema: {
        params,
        response: {
          200: z.object({
            ownerId: z.string().nullable(),
            candidates: z.array(
              z.object({ id: z.string(), name: z.string(), restsUntil: z.string().nullable() }),
            ),
          }),
        },
        tags,
        summary: 'Who owns it, and who comes into question, with until when each of them rests',
        operationId: 'getPostmortemOwner',
      },
    },
    async (request) => {
      const { postmortem, incident } = await postmortemFor(house, request.params.id, callerOf(request));
      return {
        ownerId: postmortem.ownerId,
        candidates: await candidatesWithRest(platform.db, incident, platform.clock.now()),
      };
    },
  );

  app.put(
    '/api/v1/postmortems/:id/owner',
    {
      config: responder,
      schema: {
        params,
        body: z.object({ ownerId: filled(64) }),
        response: { 200: postmortemShape },
        tags,
        summary: 'Choose who owns it',
        operationId: 'choosePostmortemOwner',
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { postmortem, incident } = await postmortemFor(house, request.params.id, caller);
      const owner = await ableOwner(house, request.body.ownerId, incident);
      if (postmortem.ownerId !== owner.personId)
        await incidents.execute(incident.id, { type: 'choose_postmortem_owner', owner }, doingOf(request));
      return show(house, postmortem.id, caller);
    },
  );

  app.post(
    '/api/v1/postmortems/:id/publication',
    {
      config: responder,
      schema: {
        params,
        body: z
          .object({
            withoutSignOff: z
              .boolean()
              .default(false)
              .describe('Asked once: publish although somebody who was asked has not signed off'),
          })
          .nullish(),
        response: { 201: postmortemShape },
        tags,
        summary: 'Publish it, with roles instead of names',
        description:
          'Refused with what is missing, field by field. Published again after a change, it replaces the published copy.',
        operationId: 'publishPostmortem',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { postmortem, incident } = await postmortemFor(house, request.params.id, caller);
      if (postmortem.coveredBy)
        throw new Refused('conflict', 'It is covered by the postmortem of another incident.', {
          mend: 'Write there what is to be learned from this one.',
        });
      await askOnceWithoutSignOff(platform.db, postmortem, request.body?.withoutSignOff ?? false);
      const { facts } = await incidents.execute(
        incident.id,
        { type: 'publish_postmortem', postmortemId: postmortem.id },
        doingOf(request),
      );
      if (facts.length === 0) await publishAgain(house, postmortem.id, incident, caller.name);
      return reply.code(201).send(await show(house, postmortem.id, caller));
    },
  );
}

async function publishAgain({ platform }: House, id: string, incident: Incident, by: string): Promise<void> {
  const now = platform.clock.now();
  await transaction(platform.db, async (tx) => {
    await publishCopy(tx, id, incident, by, now);
    const after = await findPostmortem(tx, { id });
    if (after) await publishHint(platform.live, tx, after, incident, now);
  });
}

async function ableOwner(
  { platform }: House,
  id: string,
  incident: Incident,
): Promise<{ personId: string; name: string }> {
  const person = await platform.db
    .selectFrom('person')
    .select(['id', 'name', 'rest_until'])
    .where('id', '=', id)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  if (!person) throw notFound('person', id);
  if (rests(person, platform.clock.now()))
    throw new Refused(
      'conflict',
      `${person.name} rests until ${person.rest_until?.toString({ smallestUnit: 'minute' }).replace('T', ' ').replace('Z', ' UTC')}.`,
      {
        mend: 'Choose somebody who was not up that night, or wait until then. The owner stays as it was.',
      },
    );
  if (incident.restricted && !incident.viewers.includes(person.id))
    throw new Refused('conflict', `${person.name} may not see this incident.`, {
      mend: 'Choose one of the people who may, or add them first.',
    });
  return { personId: person.id, name: person.name };
}
