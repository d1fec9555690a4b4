/** Comments on a postmortem over HTTP. Who may not see the incident gets 404, as everywhere. */
import { z } from 'zod';
import { type App, callerOf } from '#platform/http/app.ts';
import { filled, text } from '#platform/http/fields.ts';
import {
  COMMENT_CHARACTERS_MAX,
  listThreads,
  MENTIONS_MAX,
  resolveThread,
  SECTIONS,
  writeComment,
} from './comments.ts';
import type { House } from './room.ts';
import { params } from './shapes.ts';
import { postmortemFor } from './show.ts';

const tags = ['learn'];
const viewer = { access: 'viewer' as const };
const responder = { access: 'responder' as const };
const inThread = params.extend({ thread: text(64) });

const thread = z.object({
  id: z.string(),
  section: z.enum(SECTIONS),
  state: z.enum(['open', 'answered', 'resolved']).describe('answered: the last word is not of who began it'),
  comments: z.array(
    z.object({
      id: z.string(),
      text: z.string(),
      byId: z.string().nullable(),
      byName: z.string(),
      at: z.string(),
      mentions: z.array(z.object({ id: z.string(), name: z.string() })),
    }),
  ),
  resolvedAt: z.string().nullable(),
  resolvedBy: z.string().nullable(),
});
export const threads = z.object({ items: z.array(thread) });

const written = {
  text: filled(COMMENT_CHARACTERS_MAX),
  mentions: z
    .array(text(64))
    .max(MENTIONS_MAX)
    .default([])
    .describe('People who are told by mail in their working hours; nobody is paged'),
};

export function commentRoutes(app: App, house: House): void {
  const asked = async (request: Parameters<typeof callerOf>[0] & { params: { id: string } }) => {
    const caller = callerOf(request);
    return { house, caller, ...(await postmortemFor(house, request.params.id, caller)) };
  };
  const all = async (id: string) => ({ items: await listThreads(house.platform.db, id) });

  app.get(
    '/api/v1/postmortems/:id/comments',
    {
      config: viewer,
      schema: {
        params,
        response: { 200: threads },
        tags,
        summary: 'Comments on its sections, as threads',
        operationId: 'listPostmortemComments',
      },
    },
    async (request) => all((await asked(request)).postmortem.id),
  );

  app.post(
    '/api/v1/postmortems/:id/comments',
    {
      config: responder,
      schema: {
        params,
        body: z.object({ section: z.enum(SECTIONS), ...written }),
        response: { 201: threads },
        tags,
        summary: 'Comment on a section',
        operationId: 'commentPostmortem',
      },
    },
    async (request, reply) => {
      const on = await asked(request);
      await writeComment(on, request.body);
      return reply.code(201).send(await all(on.postmortem.id));
    },
  );

  app.post(
    '/api/v1/postmortems/:id/comments/:thread/answers',
    {
      config: responder,
      schema: {
        params: inThread,
        body: z.object(written),
        response: { 201: threads },
        tags,
        summary: 'Answer in a thread; a resolved one is open again',
        operationId: 'answerPostmortemComment',
      },
    },
    async (request, reply) => {
      const on = await asked(request);
      await writeComment(on, { ...request.body, threadId: request.params.thread });
      return reply.code(201).send(await all(on.postmortem.id));
    },
  );

  app.post(
    '/api/v1/postmortems/:id/comments/:thread/resolution',
    {
      config: responder,
      schema: {
        params: inThread,
        response: { 201: threads },
        tags,
        summary: 'The thread is settled',
        operationId: 'resolvePostmortemComment',
      },
    },
    async (request, reply) => {
      const on = await asked(request);
      await resolveThread(on, request.params.thread, true);
      return reply.code(201).send(await all(on.postmortem.id));
    },
  );

  app.delete(
    '/api/v1/postmortems/:id/comments/:thread/resolution',
    {
      config: responder,
      schema: {
        params: inThread,
        response: { 200: threads },
        tags,
        summary: 'The thread is not settled after all',
        operationId: 'reopenPostmortemComment',
      },
    },
    async (request) => {
      const on = await asked(request);
      await resolveThread(on, request.params.thread, false);
      return all(on.postmortem.id);
    },
  );
}
