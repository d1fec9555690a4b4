/** The addresses of the directory: the same six for every kind, one search over all, and a person's own channels. */
import { z } from 'zod';
import { type Db, transaction } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { type App, type Caller, callerOf } from '#platform/http/app.ts';
import { pageQuery, text } from '#platform/http/fields.ts';
import type { Platform } from '#platform/platform.ts';
import { newToldChannels } from './channels.ts';
import { type AnyKind, createVerbs, listIds } from './entries.ts';
import { id, newChannels, zone } from './fields.ts';
import { type PersonView, people } from './people.ts';
import { type SearchIncidents, search } from './search.ts';

const tags = ['directory'];
const QUERY_CHARACTERS_MAX = 120;
const byId = z.object({ id });
const nothing = z.null().describe('Nothing.');

export function kindRoutes(app: App, platform: Platform, kind: AnyKind): void {
  const { db, clock } = platform;
  const verbs = createVerbs(platform);
  const base = `/api/v1/${kind.path}`;
  const name = kind.path.split('-').map(capital).join('');
  const single = kind.one.split(' ').map(capital).join('');
  const view = kind.view as z.ZodType<{ id: string }>;
  const filter = kind.filter ? { [kind.filter.name]: id.optional() } : {};
  const query = z.object({
    ...pageQuery,
    q: text(QUERY_CHARACTERS_MAX).optional(),
    archived: z.enum(['true', 'false']).default('false').describe('"true" lists the archived ones instead.'),
    ...filter,
  });

  app.get(
    base,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: `All ${kind.many}`,
        operationId: `list${name}`,
        querystring: query,
        response: { 200: z.object({ items: z.array(view), next: z.string().nullable() }) },
      },
    },
    async (request) => {
      const { q, archived, cursor, limit, ...rest } = request.query as z.output<typeof query>;
      const of = kind.filter && (rest as Record<string, string | undefined>)[kind.filter.name];
      const { ids, next } = await listIds(db, kind, { q, archived: archived === 'true', cursor, limit, of });
      const shown = await kind.show(db, ids, callerOf(request));
      return { items: ids.flatMap((each) => shown.get(each) ?? []), next };
    },
  );

  app.get(
    `${base}/:id`,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: `One ${kind.one}`,
        operationId: `get${single}`,
        params: byId,
        response: { 200: view },
      },
    },
    async (request) => showOne(db, kind, request.params.id, callerOf(request)),
  );

  app.post(
    base,
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        summary: `Add a ${kind.one}`,
        operationId: `create${single}`,
        body: kind.whole,
        response: { 201: view },
      },
    },
    async (request, reply) => {
      const created = await transaction(db, (tx) =>
        verbs.create(tx, kind, request.body as object, clock.now()),
      );
      return reply.code(201).send(await showOne(db, kind, created, callerOf(request)));
    },
  );

  app.patch(
    `${base}/:id`,
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        summary: `Edit a ${kind.one}`,
        description: 'Fields that are not named stay as they are.',
        operationId: `edit${single}`,
        params: byId,
        body: kind.part,
        response: { 200: view },
      },
    },
    async (request) => {
      const { id } = request.params;
      await transaction(db, (tx) => verbs.edit(tx, kind, id, request.body as object, clock.now()));
      return showOne(db, kind, id, callerOf(request));
    },
  );

  app.post(
    `${base}/:id/archival`,
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        summary: `Archive a ${kind.one}`,
        description: 'Nothing is deleted: what happened keeps its names. DELETE brings it back.',
        operationId: `archive${single}`,
        params: byId,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await transaction(db, (tx) => verbs.archive(tx, kind, request.params.id, clock.now()));
      return reply.code(204).send(null);
    },
  );

  app.delete(
    `${base}/:id/archival`,
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        summary: `Bring a ${kind.one} back`,
        operationId: `bringBack${single}`,
        params: byId,
        response: { 204: nothing },
      },
    },
    async (request, reply) => {
      await transaction(db, (tx) => verbs.bringBack(tx, kind, request.params.id, clock.now()));
      return reply.code(204).send(null);
    },
  );
}

/** Everybody keeps their own ways of being reached, whatever their role. */
export function myRoutes(app: App, platform: Platform): void {
  const { db, clock } = platform;
  const verbs = createVerbs(platform);
  app.put(
    '/api/v1/me/channels',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'How I am reached, and in which zone',
        description: 'A channel that changes has to be tested again.',
        operationId: 'setMyChannels',
        body: z.object({
          channels: newChannels,
          messageChannels: newToldChannels.optional(),
          zone: zone.optional(),
        }),
        response: { 200: people.view },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { personId } = caller;
      if (!personId)
        throw new Refused('conflict', 'Your login does not belong to a person in the directory.', {
          mend: 'Ask an administrator to add you with your email.',
        });
      await transaction(db, (tx) => verbs.edit(tx, people, personId, request.body, clock.now()));
      return (await showOne(db, people, personId, caller)) as PersonView;
    },
  );
}

export function searchRoute(app: App, { db }: Platform, searchIncidents: SearchIncidents): void {
  const found = z.object({
    kind: z.enum(['incident', 'service', 'person', 'team', 'client', 'third_party']),
    id: z.string(),
    title: z.string(),
    detail: z.string(),
  });
  app.get(
    '/api/v1/search',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Find an incident, a service, a person, a team, a client or a provider',
        operationId: 'search',
        querystring: z.object({
          q: text(QUERY_CHARACTERS_MAX).min(1, 'must not be empty'),
          limit: z.coerce.number().int().min(1).max(50).default(8).describe('Per kind.'),
        }),
        response: { 200: z.object({ items: z.array(found), next: z.null() }) },
      },
    },
    async (request) => {
      const { q, limit } = request.query;
      return {
        items: await search(db, { q, limit, caller: callerOf(request), searchIncidents }),
        next: null,
      };
    },
  );
}

async function showOne(db: Db, kind: AnyKind, id: string, caller: Caller): Promise<{ id: string }> {
  const shown = (await kind.show(db, [id], caller)).get(id);
  if (!shown) throw notFound(kind.one, id);
  return shown;
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
