/** Covering a postmortem by another incident's over HTTP: who covers whom and why, what may cover it, taking it back. */
import { z } from 'zod';
import { doingOf } from '#incident/doing.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { filled, text } from '#platform/http/fields.ts';
import { coverCandidates, coveringIncident, showCover } from './cover.ts';
import type { House } from './room.ts';
import { params, postmortem as postmortemShape } from './shapes.ts';
import { postmortemFor, show } from './show.ts';

const REASON_CHARACTERS_MAX = 1000;
const tags = ['learn'];
const viewer = { access: 'viewer' as const };
const responder = { access: 'responder' as const };

const standing = z.object({
  postmortemId: z.string(),
  incidentId: z.string(),
  number: z.number(),
  title: z.string().nullable(),
  state: z.enum(['draft', 'published']),
  incidentState: z.string(),
  publishedAt: z.string().nullable(),
  dueAt: z.string().nullable(),
});
export const coverShown = z.object({
  coveredBy: standing
    .extend({ approvedBy: z.string(), because: z.string().nullable(), at: z.string().nullable() })
    .nullable(),
  covers: z.array(standing),
});

export function coverRoutes(app: App, house: House): void {
  const { platform, incidents } = house;

  app.get(
    '/api/v1/postmortems/:id/cover',
    {
      config: viewer,
      schema: {
        params,
        response: { 200: coverShown },
        tags,
        summary: 'Whose postmortem covers it, approved by whom and why; and which ones it covers',
        operationId: 'getPostmortemCover',
      },
    },
    async (request) => {
      const { incident } = await postmortemFor(house, request.params.id, callerOf(request));
      return showCover(platform.db, incident, callerOf(request));
    },
  );

  app.get(
    '/api/v1/postmortems/:id/cover/candidates',
    {
      config: viewer,
      schema: {
        params,
        querystring: z.object({ words: text(120).default('').describe('Of the title, or the number') }),
        response: { 200: z.object({ items: z.array(standing) }) },
        tags,
        summary: 'Postmortems that may cover this one, the newest first',
        operationId: 'listPostmortemCoverCandidates',
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { incident } = await postmortemFor(house, request.params.id, caller);
      return { items: await coverCandidates(platform.db, incident, request.query.words, caller) };
    },
  );

  app.post(
    '/api/v1/postmortems/:id/cover',
    {
      config: responder,
      schema: {
        params,
        body: z.object({
          incidentId: filled(64),
          reason: filled(REASON_CHARACTERS_MAX).describe('Why nothing more is to be learned here'),
        }),
        response: { 201: postmortemShape },
        tags,
        summary: "Let another incident's postmortem cover this one; whoever asks approves it by name",
        operationId: 'coverPostmortem',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { incidentId, reason } = request.body;
      const { postmortem, incident } = await postmortemFor(house, request.params.id, caller);
      const covering = await coveringIncident(house, incidentId, incident, caller);
      await incidents.execute(
        incident.id,
        {
          type: 'cover_postmortem',
          by: { id: covering.id, number: covering.number },
          approvedBy: caller.name,
          reason,
        },
        doingOf(request),
      );
      return reply.code(201).send(await show(house, postmortem.id, caller));
    },
  );

  app.post(
    '/api/v1/postmortems/:id/cover/withdrawal',
    {
      config: responder,
      schema: {
        params,
        body: z.object({ reason: filled(REASON_CHARACTERS_MAX) }),
        response: { 201: postmortemShape },
        tags,
        summary: 'Write one of its own after all; its promise of 48 hours from restoring runs again',
        operationId: 'uncoverPostmortem',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { postmortem, incident } = await postmortemFor(house, request.params.id, caller);
      await incidents.execute(
        incident.id,
        { type: 'uncover_postmortem', reason: request.body.reason },
        doingOf(request),
      );
      return reply.code(201).send(await show(house, postmortem.id, caller));
    },
  );
}
