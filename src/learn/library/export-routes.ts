/** A postmortem to take along: Markdown, HTML, PDF and JSON, all of the same copy. */
import { z } from 'zod';
import { type App, callerOf } from '#platform/http/app.ts';
import { markdownOf } from '../markdown.ts';
import type { Handed, House } from '../room.ts';
import { params } from '../shapes.ts';
import { type Copy, copyOf } from './copy.ts';
import { HTML_POLICY, htmlOf } from './html.ts';
import { jsonOf, postmortemFile } from './json.ts';
import { pdfOf } from './pdf.ts';

type Kind = {
  ending: 'md' | 'html' | 'pdf' | 'json';
  name: string;
  type: string;
  shape: z.ZodType;
  operationId: string;
  make(copy: Copy): Promise<Buffer | string | object> | string | object;
};

const KINDS: Kind[] = [
  {
    ending: 'md',
    name: 'Markdown',
    type: 'text/markdown; charset=utf-8',
    shape: z.string(),
    operationId: 'exportPostmortem',
    make: markdownOf,
  },
  {
    ending: 'html',
    name: 'one HTML document without scripts',
    type: 'text/html; charset=utf-8',
    shape: z.string(),
    operationId: 'exportPostmortemHtml',
    make: htmlOf,
  },
  {
    ending: 'pdf',
    name: 'PDF',
    type: 'application/pdf',
    shape: z.any(),
    operationId: 'exportPostmortemPdf',
    make: pdfOf,
  },
  {
    ending: 'json',
    name: 'JSON',
    type: 'application/json; charset=utf-8',
    shape: postmortemFile,
    operationId: 'exportPostmortemJson',
    make: jsonOf,
  },
];

export function exportRoutes(app: App, house: House, { organisationName }: Handed): void {
  for (const { ending, name, type, shape, operationId, make } of KINDS)
    app.get(
      `/api/v1/postmortems/:id/export.${ending}`,
      {
        config: { access: 'viewer' },
        schema: {
          params,
          response: { 200: shape },
          tags: ['learn'],
          summary: `The published copy as ${name}; of a draft, what would be published`,
          operationId,
        },
      },
      async (request, reply) => {
        const { id } = request.params as z.output<typeof params>;
        const copy = await copyOf(house, id, callerOf(request), await organisationName());
        const file = `postmortem-inc-${copy.incident.number}${copy.state === 'draft' ? '-draft' : ''}.${ending}`;
        return reply
          .type(type)
          .header('content-disposition', `attachment; filename="${file}"`)
          .header('content-security-policy', HTML_POLICY)
          .send(await make(copy));
      },
    );
}
