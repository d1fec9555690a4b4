/** The routes of a client's page of kept promises: as data, as a table, as a document for the service review. */
import { z } from 'zod';
import { type App, callerOf } from '#platform/http/app.ts';
import type { Platform } from '#platform/platform.ts';
import { readOrganisation } from '../organisation.ts';
import { promisesKeptCsv } from './csv.ts';
import { promisesKeptPdf } from './pdf.ts';
import { monthOf, periodText } from './period.ts';
import { promisesKeptView, readPromisesKept } from './read.ts';

const tags = ['communicate'];
const params = z.object({ id: z.string().max(100) });
const querystring = z.object({
  period: periodText.optional().describe('A month (2026-11) or a quarter (2026-Q4); left out: this month.'),
});

export function promisesKeptRoutes(app: App, { db, clock }: Platform): void {
  const read = async (request: {
    params: z.output<typeof params>;
    query: z.output<typeof querystring>;
    caller: { personId: string | undefined };
  }) => {
    const now = clock.now();
    const period = request.query.period ?? monthOf(now, (await readOrganisation(db)).zone);
    const page = await readPromisesKept(
      db,
      { clientId: request.params.id, period, personId: request.caller.personId },
      now,
    );
    return { page, file: `promises-kept-${slug(page.client.name)}-${period.toLowerCase()}` };
  };

  app.get(
    '/api/v1/clients/:id/promises-kept',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        params,
        querystring,
        response: { 200: promisesKeptView },
        summary: "A client's page of kept promises: incidents, promises, the longest silence, evidence",
        operationId: 'getPromisesKept',
      },
    },
    async (request) => (await read({ ...request, caller: callerOf(request) })).page,
  );

  for (const [kind, type, made] of [
    ['csv', 'text/csv; charset=utf-8', async (page) => Buffer.from(promisesKeptCsv(page), 'utf8')],
    ['pdf', 'application/pdf', promisesKeptPdf],
  ] as const satisfies [string, string, (page: z.output<typeof promisesKeptView>) => Promise<Buffer>][])
    app.get(
      `/api/v1/clients/:id/promises-kept.${kind}`,
      {
        config: { access: 'viewer' },
        schema: {
          tags,
          params,
          querystring,
          response: { 200: z.any().describe(`The same as ${kind.toUpperCase()}.`) },
          summary: `A client's page of kept promises as ${kind.toUpperCase()}`,
          operationId: `getPromisesKept${kind === 'csv' ? 'Csv' : 'Pdf'}`,
        },
      },
      async (request, reply) => {
        const { page, file } = await read({ ...request, caller: callerOf(request) });
        return reply
          .type(type)
          .header('content-disposition', `attachment; filename="${file}.${kind}"`)
          .send(await made(page));
      },
    );
}

function slug(name: string): string {
  return (
    name
      .normalize('NFD')
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '') || 'client'
  );
}
