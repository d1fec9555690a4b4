/** What people think it might be, over HTTP: opened with an owner and a time box, argued, prolonged, decided. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Command } from '#incident/commands.ts';
import { doingOf, personFrom } from '#incident/doing.ts';
import type { PersonRef } from '#incident/facts.ts';
import { incidentFor } from '#incident/seen-by.ts';
import { hypothesisView as shownOf } from '#incident/show.ts';
import { hypothesisView } from '#incident/view.ts';
import { notFound } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { filled, text } from '#platform/http/fields.ts';
import { newId } from '#platform/ids.ts';
import type { Triage } from './room.ts';

const WHAT_CHARACTERS_MAX = 500;
const TEXT_CHARACTERS_MAX = 2000;
const BOX_MINUTES_MAX = 240;
const BOX_MINUTES = 10;

const params = z.object({ id: text(64) });
const one = params.extend({ hypothesisId: text(64) });
const minutes = z.int().min(1).max(BOX_MINUTES_MAX).default(BOX_MINUTES);
const tags = ['triage'];

export function hypothesisRoutes(app: App, { platform, incidents }: Triage): void {
  const say = async (request: FastifyRequest, id: string, hypothesisId: string, command: Command) => {
    await incidentFor(incidents, id, callerOf(request));
    const { incident } = await incidents.execute(id, command, doingOf(request));
    const found = incident.hypotheses?.find((each) => each.id === hypothesisId);
    if (!found) throw notFound('hypothesis', hypothesisId);
    return shownOf(found, platform.clock.now());
  };

  app.post(
    '/api/v1/incidents/:id/hypotheses',
    {
      config: { access: 'responder' },
      schema: {
        params,
        body: z.object({
          what: filled(WHAT_CHARACTERS_MAX).describe('"The new pool size is too small"'),
          ownerId: text(64).optional().describe('Default: whoever asks'),
          timeBoxMinutes: minutes,
          changeId: text(64).optional(),
        }),
        response: { 201: hypothesisView },
        tags,
        summary: 'Say what it might be, and who looks into it for how long',
        operationId: 'openHypothesis',
      },
    },
    async (request, reply) => {
      const { what, timeBoxMinutes, changeId, ownerId } = request.body;
      await incidentFor(incidents, request.params.id, callerOf(request));
      const id = newId('hyp');
      const owner = await ownerOf(request, ownerId);
      const done = await say(request, request.params.id, id, {
        type: 'open_hypothesis',
        id,
        what,
        owner,
        timeBoxMinutes,
        changeId: changeId || undefined,
      });
      return reply.code(201).send(done);
    },
  );

  app.post(
    '/api/v1/incidents/:id/hypotheses/:hypothesisId/evidence',
    {
      config: { access: 'responder' },
      schema: {
        params: one,
        body: z.object({ side: z.enum(['supports', 'contradicts']), text: filled(TEXT_CHARACTERS_MAX) }),
        response: { 201: hypothesisView },
        tags,
        summary: 'Write what speaks for it or against it',
        operationId: 'addEvidence',
      },
    },
    async (request, reply) => {
      const { id, hypothesisId } = request.params;
      const command = { type: 'add_evidence', hypothesisId, ...request.body } as const;
      return reply.code(201).send(await say(request, id, hypothesisId, command));
    },
  );

  app.post(
    '/api/v1/incidents/:id/hypotheses/:hypothesisId/extension',
    {
      config: { access: 'responder' },
      schema: {
        params: one,
        body: z.object({ minutes }),
        response: { 201: hypothesisView },
        tags,
        summary: 'Go on with it for so many minutes from now',
        operationId: 'extendHypothesis',
      },
    },
    async (request, reply) => {
      const { id, hypothesisId } = request.params;
      const command = { type: 'extend_hypothesis', hypothesisId, ...request.body } as const;
      return reply.code(201).send(await say(request, id, hypothesisId, command));
    },
  );

  app.post(
    '/api/v1/incidents/:id/hypotheses/:hypothesisId/decision',
    {
      config: { access: 'responder' },
      schema: {
        params: one,
        body: z.object({ outcome: z.enum(['confirmed', 'ruled_out']), because: filled(TEXT_CHARACTERS_MAX) }),
        response: { 201: hypothesisView },
        tags,
        summary: 'Confirm it or rule it out, with the reason',
        operationId: 'decideHypothesis',
      },
    },
    async (request, reply) => {
      const { id, hypothesisId } = request.params;
      const command = { type: 'end_hypothesis', hypothesisId, ...request.body } as const;
      return reply.code(201).send(await say(request, id, hypothesisId, command));
    },
  );

  async function ownerOf(request: FastifyRequest, ownerId: string | undefined): Promise<PersonRef> {
    if (!ownerId) return personFrom(callerOf(request));
    const person = await platform.db
      .selectFrom('person')
      .select(['id', 'name'])
      .where('id', '=', ownerId)
      .where('archived_at', 'is', null)
      .executeTakeFirst();
    if (!person) throw notFound('person', ownerId);
    return { personId: person.id, name: person.name };
  }
}
