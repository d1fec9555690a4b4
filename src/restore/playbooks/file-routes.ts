/** Import and export of playbooks as Markdown files, so that they move between the app, a folder and another installation. */
import { z } from 'zod';
import { type App, callerOf } from '#platform/http/app.ts';
import { filled, text } from '#platform/http/fields.ts';
import type { House } from '../room.ts';
import { zipOf } from './export.ts';
import { FILES_MAX } from './folder.ts';
import { importPlaybooks } from './import.ts';
import { TEXT_CHARACTERS_MAX } from './parse.ts';

const tags = ['playbooks'];
const AT = '/api/v1/playbooks';
const MARKDOWN_TYPES = ['text/markdown', 'text/x-markdown'];
const BODY_BYTES_MAX = 8 * 1024 * 1024;
const PATH_CHARACTERS_MAX = 300;
const NOTE_CHARACTERS_MAX = 500;
// The head stands before the text.
const FILE_CHARACTERS_MAX = TEXT_CHARACTERS_MAX + 8 * 1024;

const file = z.object({
  path: filled(PATH_CHARACTERS_MAX).describe('Its name, by which problems are told'),
  text: z
    .string()
    .min(1, 'must not be empty')
    .max(FILE_CHARACTERS_MAX, `must have at most ${FILE_CHARACTERS_MAX / 1024} KB`)
    .overwrite((value) => value.toWellFormed().replaceAll('\0', '\uFFFD'))
    .describe('Markdown, with the title, services and category in its head'),
});

export function fileRoutes(app: App, { platform }: House): void {
  for (const type of MARKDOWN_TYPES)
    if (!app.hasContentTypeParser(type))
      app.addContentTypeParser(type, { parseAs: 'string' }, async (_: unknown, body: string | Buffer) => ({
        files: [{ path: 'the file', text: String(body) }],
      }));

  app.post(
    `${AT}/import`,
    {
      bodyLimit: BODY_BYTES_MAX,
      config: { access: 'responder' },
      schema: {
        tags,
        summary: 'Import playbooks from Markdown files',
        description:
          'All or nothing. A file is the playbook that has its title and is for the same services and kind of failure, else a new one; what is left out stays. With dryRun=true it says what would change. One file may also be the body itself, as text/markdown.',
        operationId: 'importPlaybooks',
        querystring: z.object({ dryRun: z.enum(['true', 'false']).default('false') }),
        body: z.object({
          files: z
            .array(file)
            .min(1, 'needs at least one file')
            .max(FILES_MAX, `must be at most ${FILES_MAX} files`),
          note: text(NOTE_CHARACTERS_MAX)
            .default('imported from its file')
            .describe('Why, for those who read the history.'),
        }),
        response: {
          200: z.object({
            dryRun: z.boolean(),
            changes: z.array(
              z.object({ path: z.string(), title: z.string(), change: z.enum(['create', 'update']) }),
            ),
            unchanged: z.number(),
          }),
        },
      },
    },
    async (request) =>
      importPlaybooks(platform, request.body.files, {
        caller: callerOf(request),
        note: request.body.note,
        dryRun: request.query.dryRun === 'true',
      }),
  );

  app.get(
    `${AT}/export`,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'All playbooks as a zip of Markdown files with front matter',
        description: 'The files can be imported again, and the folder be read with HUMDRUM_PLAYBOOKS.',
        operationId: 'exportPlaybooks',
        produces: ['application/zip'],
      },
    },
    async (_, reply) =>
      reply
        .type('application/zip')
        .header('content-disposition', 'attachment; filename="playbooks.zip"')
        .send(Buffer.from(await zipOf(platform.db))),
  );
}
