/** Import and export of the directory as one YAML file, so that a real organisation is set up in minutes. */
import { z } from 'zod';
import type { App } from '#platform/http/app.ts';
import type { Platform } from '#platform/platform.ts';
import { createVerbs } from './entries.ts';
import { exportDirectory } from './export.ts';
import { FILE_CHARACTERS_MAX } from './file.ts';
import { importDirectory } from './import.ts';

const tags = ['directory'];
const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml'];

const imported = z.object({
  dryRun: z.boolean(),
  changes: z.array(
    z.object({
      kind: z.string(),
      name: z.string(),
      change: z.enum(['create', 'update']),
      fields: z.array(z.string()),
    }),
  ),
  unchanged: z.number().int(),
});

export function fileRoutes(app: App, platform: Platform): void {
  const { db, clock } = platform;
  const verbs = createVerbs(platform);
  for (const type of YAML_TYPES)
    if (!app.hasContentTypeParser(type))
      app.addContentTypeParser(type, { parseAs: 'string' }, async (_: unknown, text: string | Buffer) => ({
        yaml: String(text),
      }));

  app.get(
    '/api/v1/directory/export.yaml',
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        summary: 'The whole directory as one YAML file',
        operationId: 'exportDirectory',
        response: { 200: z.string() },
      },
    },
    async (_, reply) => {
      const text = await exportDirectory(db);
      return reply
        .type('application/yaml; charset=utf-8')
        .header('content-disposition', 'attachment; filename="directory.yaml"')
        .serializer((body: unknown) => String(body))
        .send(text);
    },
  );

  app.post(
    '/api/v1/directory/import',
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        summary: 'Import the directory from one YAML file',
        description:
          'All or nothing. Entries are matched by email, slug or name; what is left out stays; nothing is deleted. With dryRun=true it says what would change. The file may also be the body itself, as application/yaml.',
        operationId: 'importDirectory',
        querystring: z.object({ dryRun: z.enum(['true', 'false']).default('false') }),
        body: z.object({
          yaml: z.string().min(1, 'must not be empty').max(FILE_CHARACTERS_MAX, 'must have at most 400 KB'),
        }),
        response: { 200: imported },
      },
    },
    async (request) =>
      importDirectory({ db, verbs, now: clock.now() }, request.body.yaml, request.query.dryRun === 'true'),
  );
}
