/** What was known before it happened again; action items from a file and into one. */
import { z } from 'zod';
import { incidentFor } from '#incident/seen-by.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { text } from '#platform/http/fields.ts';
import { exportItems, FILE_CHARACTERS_MAX, importItems } from './import-items.ts';
import { endedBefore, knownBefore } from './known-before.ts';
import type { House } from './room.ts';

const tags = ['learn'];
const params = z.object({ id: text(64) });
const known = z.object({
  actionItemId: z.string(),
  postmortemId: z.string().nullable(),
  text: z.string(),
  incidentNumber: z.number(),
  dueOn: z.string(),
  daysLate: z.number().describe('Whole days that it was late when this incident was noticed'),
  state: z.enum(['open', 'done', 'dropped']),
  because: z.string().describe('What is the same'),
});

export function knownRoutes(app: App, house: House): void {
  const { db } = house.platform;
  app.get(
    '/api/v1/incidents/:id/known-before',
    {
      config: { access: 'viewer' },
      schema: {
        params,
        response: {
          200: z.object({
            items: z.array(known),
            ended: z
              .array(z.object({ text: z.string(), state: z.enum(['done', 'dropped']) }))
              .describe('What was agreed for the same services and has ended: for hints while writing'),
            next: z.null(),
          }),
        },
        tags,
        summary: 'Action items of earlier incidents of this kind that were open when it happened',
        operationId: 'listKnownBefore',
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const incident = await incidentFor(house.incidents, request.params.id, caller);
      return {
        items: await knownBefore(db, incident, caller.personId),
        ended: await endedBefore(db, incident, caller.personId),
        next: null,
      };
    },
  );
  app.post(
    '/api/v1/action-items/import',
    {
      // JSON may write a character as six.
      bodyLimit: 2 * FILE_CHARACTERS_MAX,
      config: { access: 'administrator', keepsAnswer: false },
      schema: {
        querystring: z.object({ dryRun: z.enum(['true', 'false']).default('false') }),
        body: z.object({
          format: z.enum(['csv', 'json', 'yaml']),
          text: z.string().min(1, 'must not be empty').max(FILE_CHARACTERS_MAX, 'must have at most 8 MB'),
        }),
        response: {
          200: z.object({
            read: z.number(),
            created: z.number(),
            unchanged: z.number().describe('Their id is here already'),
          }),
        },
        tags,
        summary: 'Import action items that were agreed elsewhere',
        description:
          'At most 10,000 at once, all or nothing. Owners by address. None of them is sent to a tracker by itself.',
        operationId: 'importActionItems',
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const dryRun = request.query.dryRun === 'true';
      return importItems(house, { ...request.body, dryRun }, caller);
    },
  );
  for (const [ending, type] of [
    ['csv', 'text/csv; charset=utf-8'],
    ['yaml', 'application/yaml; charset=utf-8'],
  ] as const)
    app.get(
      `/api/v1/action-items/export.${ending}`,
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          summary: `Every action item as one ${ending.toUpperCase()} file, in the columns of the import`,
          operationId: `exportActionItems${ending === 'csv' ? 'Csv' : 'Yaml'}`,
          response: { 200: z.string() },
        },
      },
      async (request, reply) => {
        const file = await exportItems(db, callerOf(request).personId, ending);
        return reply
          .type(type)
          .header('content-disposition', `attachment; filename="action-items.${ending}"`)
          .serializer((body: unknown) => String(body))
          .send(file);
      },
    );
}
