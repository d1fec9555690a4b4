/** Asks the operator's language model for wording; what comes back is a proposal that a person reads. */
import { z } from 'zod';
import type { House } from '#incident/room.ts';
import { incidentFor } from '#incident/seen-by.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import { propose } from './propose.ts';

const KINDS = ['first', 'next', 'works_again', 'is_back', 'stand_down', 'correction', 'final'] as const;
const words = z.object({ impact: z.string(), action: z.string() });

export function proposeRoutes(app: App, house: House, outbound: Outbound): void {
  const { clock, config } = house.platform;
  const tags = ['communicate'];

  app.get(
    '/api/v1/language-model',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        response: { 200: z.object({ name: z.string().nullable() }) },
        summary: 'Which language model may propose wording; null: none',
        operationId: 'getLanguageModel',
      },
    },
    async () => ({ name: config.model?.name ?? null }),
  );

  app.post(
    '/api/v1/incidents/:id/updates/proposal',
    {
      config: { access: 'responder' },
      schema: {
        tags,
        params: z.object({ id: z.string().max(100) }),
        body: z.object({ kind: z.enum(KINDS) }),
        response: {
          200: words.extend({
            by: z.string().describe('Which model wrote it.'),
            shown: words.describe('Everything that was shown to it.'),
          }),
        },
        summary: 'Ask the configured language model for wording; nothing is sent',
        operationId: 'proposeUpdate',
      },
    },
    async (request) => {
      const incident = await incidentFor(house.incidents, request.params.id, callerOf(request));
      return propose({ house, outbound, model: config.model }, incident, request.body.kind, clock.now());
    },
  );
}
