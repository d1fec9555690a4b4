/** The browsers in which a person has turned notifications on: kept by the browser itself, listed and removed by its person. */
import { z } from 'zod';
import { type Db, transaction } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { type App, type Caller, callerOf } from '#platform/http/app.ts';
import type { Platform } from '#platform/platform.ts';
import { keepBrowser, newBrowser, removeBrowser } from './channels.ts';

const tags = ['directory'];

export function browserRoutes(app: App, { db, clock, live, secret }: Platform): void {
  app.post(
    '/api/v1/me/browsers',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Turn notifications on in this browser, or say that it is still in use',
        description:
          'Pages ring there at once. It goes to the end of `messageChannels`. It belongs to whoever turned it on last.',
        operationId: 'keepMyBrowser',
        body: newBrowser,
        response: { 200: z.object({ id: z.string().describe('Of the channel in `messageChannels`.') }) },
      },
    },
    async (request) => {
      const now = clock.now();
      const person = await personOf(db, callerOf(request));
      const id = await transaction(db, async (tx) => {
        const owner = { column: 'person_id' as const, id: person.id, email: person.email.toLowerCase() };
        const kept = await keepBrowser(tx, owner, request.body, { secret, now });
        await live.publish(tx, { kind: 'person', id: person.id, version: now.epochMilliseconds }, now);
        return kept;
      });
      return { id };
    },
  );

  app.delete(
    '/api/v1/me/browsers/:id',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Send no more notifications to one of my browsers',
        operationId: 'removeMyBrowser',
        params: z.object({ id: z.string().max(100) }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const now = clock.now();
      const person = await personOf(db, callerOf(request));
      await transaction(db, async (tx) => {
        await removeBrowser(tx, person.id, request.params.id);
        await live.publish(tx, { kind: 'person', id: person.id, version: now.epochMilliseconds }, now);
      });
      return reply.code(204).send(null);
    },
  );
}

async function personOf(db: Db, { personId }: Caller): Promise<{ id: string; email: string }> {
  if (!personId)
    throw new Refused('conflict', 'Your login does not belong to a person in the directory.', {
      mend: 'Ask an administrator to add you with your email.',
    });
  const person = await db
    .selectFrom('person')
    .select(['id', 'email'])
    .where('id', '=', personId)
    .executeTakeFirst();
  if (!person) throw notFound('person', personId);
  return person;
}
