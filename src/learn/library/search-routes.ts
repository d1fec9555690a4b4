/** The search over all postmortems, over HTTP. */
import { z } from 'zod';
import { type App, callerOf } from '#platform/http/app.ts';
import { filled, instant, pageQuery, text } from '#platform/http/fields.ts';
import type { House } from '../room.ts';
import { searchPostmortems } from './search.ts';

const Q_CHARACTERS_MAX = 200;
const LIMIT_MAX = 50;
const LIMIT_DEFAULT = 20;

const parts = z.array(z.object({ text: z.string(), hit: z.boolean() }));
export const foundPostmortem = z.object({
  id: z.string(),
  incidentId: z.string(),
  incidentNumber: z.number(),
  title: parts,
  severity: z.string(),
  state: z.enum(['draft', 'published']),
  detectedAt: z.string(),
  publishedAt: z.string().nullable(),
  services: z.array(z.string()),
  excerpt: parts.describe('Text around the hits; put together, it is plain text'),
});

export function searchRoutes(app: App, { platform }: House): void {
  app.get(
    '/api/v1/postmortem-search',
    {
      config: { access: 'viewer' },
      schema: {
        querystring: z.object({
          q: filled(Q_CHARACTERS_MAX).describe(
            'Words that must all be there, "a phrase", -without; a word matches as it begins and by its English stem',
          ),
          state: z.enum(['all', 'draft', 'published']).default('all'),
          severity: z.enum(['P1', 'P2', 'P3']).optional(),
          service: text(64).optional().describe('The id of a service'),
          from: instant().optional().describe('Detected at this time or later'),
          to: instant().optional().describe('Detected before this time'),
          cursor: pageQuery.cursor,
          limit: z.coerce.number().int().min(1).max(LIMIT_MAX).default(LIMIT_DEFAULT),
        }),
        response: { 200: z.object({ items: z.array(foundPostmortem), next: z.string().nullable() }) },
        tags: ['learn'],
        summary: 'Search the text of all postmortems, the best first',
        description:
          'Of a published postmortem the published copy is searched, of a draft the draft. Of very many hits the newest 500 are ranked.',
        operationId: 'searchPostmortems',
      },
    },
    async (request) => {
      const { q, state, severity, service, from, to, cursor, limit } = request.query;
      const asked = { q, state, severity, serviceId: service, from, to };
      return searchPostmortems(platform.db, asked, callerOf(request).personId, { cursor, limit });
    },
  );
}
