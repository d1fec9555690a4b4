/** Keeps the templates of an organisation, and fills them for one incident. */
import { z } from 'zod';
import type { House } from '#incident/room.ts';
import { incidentFor } from '#incident/seen-by.ts';
import type { Incident, UpdateKind } from '#incident/types.ts';
import { transaction } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { filled } from '#platform/http/fields.ts';
import { newId } from '#platform/ids.ts';
import { FIELD_CHARACTERS_MAX } from './check.ts';
import { situationOf } from './prepare.ts';
import { filledIn, GAPS, type Known, type Template, unknownGaps } from './template.ts';
import { readTemplates, TEMPLATES_MAX } from './templates.ts';

const NAME_CHARACTERS_MAX = 120;
const KINDS = ['first', 'next', 'works_again', 'is_back', 'stand_down', 'correction', 'final'] as const;
const CATEGORIES = [
  'deployment_regression',
  'infrastructure',
  'third_party',
  'data',
  'security',
  'other',
] as const;

const words = filled(FIELD_CHARACTERS_MAX).refine((value) => unknownGaps(value).length === 0, {
  error: ({ input }) =>
    `${unknownGaps(String(input))
      .map((name) => `{{${name}}}`)
      .join(', ')} means nothing; known are ${Object.keys(GAPS)
      .map((name) => `{{${name}}}`)
      .join(', ')}`,
});
const body = z.object({
  name: filled(NAME_CHARACTERS_MAX),
  kind: z.enum(KINDS),
  severity: z.enum(['P1', 'P2', 'P3']).nullable().default(null).describe('Null: whatever it is.'),
  category: z
    .enum(CATEGORIES)
    .nullable()
    .default(null)
    .describe('The kind of failure; null: whatever it is.'),
  audience: z.enum(['clients', 'internal', 'public']),
  impact: words.describe(
    `May have gaps: ${Object.entries(GAPS)
      .map(([name, what]) => `{{${name}}} ${what}`)
      .join(', ')}. A sentence with a gap for which nothing is known is left out.`,
  ),
  action: words,
});
const view = body.extend({
  id: z.string(),
  impact: z.string(),
  action: z.string(),
  updatedBy: z.string(),
  updatedAt: z.string(),
});
const filledView = z.object({
  id: z.string(),
  name: z.string(),
  audience: z.enum(['clients', 'internal', 'public']),
  impact: z.string(),
  action: z.string(),
});
const example: Known = {
  services: 'card payments',
  since: '02:02 UTC',
  restored: '02:41 UTC',
  workaround: 'Invoices can still be paid by bank transfer',
  reference: '7M3K-Q0V9',
  organisation: 'Your organisation',
};
const byId = z.object({ id: z.string().max(100) });

export function templateRoutes(app: App, house: House): void {
  const { db, clock } = house.platform;
  const tags = ['communicate'];
  const at = '/api/v1/message-templates';

  app.get(
    at,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        response: { 200: z.object({ items: z.array(view), next: z.null() }) },
        summary: 'Words that are prepared for messages',
        operationId: 'listMessageTemplates',
      },
    },
    async () => {
      const rows = await db
        .selectFrom('message_template')
        .selectAll()
        .orderBy('kind')
        .orderBy('name')
        .limit(TEMPLATES_MAX)
        .execute();
      return { items: rows.map(shown), next: null };
    },
  );

  app.post(
    at,
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        body,
        response: { 201: view },
        summary: 'Prepare words for messages',
        operationId: 'createMessageTemplate',
      },
    },
    async (request, reply) => {
      const now = clock.now();
      const row = { ...request.body, id: newId('tpl'), updated_by: callerOf(request).name, updated_at: now };
      await transaction(db, async (tx) => {
        const { count } = await tx
          .selectFrom('message_template')
          .select((eb) => eb.fn.countAll<string>().as('count'))
          .executeTakeFirstOrThrow();
        if (Number(count) >= TEMPLATES_MAX)
          throw new Refused('conflict', `There are ${TEMPLATES_MAX} templates already.`, {
            mend: 'Remove one that nobody uses.',
          });
        await tx
          .insertInto('message_template')
          .values({ ...row, created_at: now })
          .execute();
      }).catch(nameTaken);
      return reply.code(201).send(shown(row));
    },
  );

  app.put(
    `${at}/:id`,
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        params: byId,
        body,
        response: { 200: view },
        summary: 'Change prepared words',
        operationId: 'putMessageTemplate',
      },
    },
    async (request) => {
      const row = await db
        .updateTable('message_template')
        .set({ ...request.body, updated_by: callerOf(request).name, updated_at: clock.now() })
        .where('id', '=', request.params.id)
        .returningAll()
        .executeTakeFirst()
        .catch(nameTaken);
      if (!row) throw notFound('template', request.params.id);
      return shown(row);
    },
  );

  app.delete(
    `${at}/:id`,
    {
      config: { access: 'administrator' },
      schema: {
        tags,
        params: byId,
        response: { 204: z.null() },
        summary: 'Remove prepared words; what was sent stays',
        operationId: 'deleteMessageTemplate',
      },
    },
    async (request, reply) => {
      const gone = await db
        .deleteFrom('message_template')
        .where('id', '=', request.params.id)
        .returning('id')
        .executeTakeFirst();
      if (!gone) throw notFound('template', request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.post(
    `${at}/preview`,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        body: z.object({ impact: words, action: words }),
        response: { 200: z.object({ impact: z.string(), action: z.string() }) },
        summary: 'How prepared words would read in an example; nothing is kept',
        operationId: 'previewMessageTemplate',
      },
    },
    async (request) => ({
      impact: filledIn(request.body.impact, example),
      action: filledIn(request.body.action, example),
    }),
  );

  app.get(
    '/api/v1/incidents/:id/updates/templates',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        params: byId,
        querystring: z.object({ kind: z.enum(KINDS) }),
        response: { 200: z.object({ items: z.array(filledView), next: z.null() }) },
        summary: 'Prepared words for one kind of message, filled for this incident',
        operationId: 'templatesForUpdate',
      },
    },
    async (request) => {
      const incident = await incidentFor(house.incidents, request.params.id, callerOf(request));
      return { items: await filledFor(house, incident, request.query.kind), next: null };
    },
  );
}

async function filledFor(
  house: House,
  incident: Incident,
  kind: UpdateKind,
): Promise<z.output<typeof filledView>[]> {
  const { known } = await situationOf(house, incident, kind, house.platform.clock.now());
  const templates = await readTemplates(house.platform.db, kind);
  return templates
    .map(({ id, name, audience, impact, action }) => ({
      id,
      name,
      audience,
      impact: filledIn(impact, known),
      action: filledIn(action, known),
    }))
    .filter(({ impact, action }) => impact || action);
}

type Row = Omit<Template, 'kind'> & { kind: string; updated_by: string; updated_at: Temporal.Instant };

function shown(
  row: Omit<Row, 'severity' | 'category' | 'audience'> & {
    severity: string | null;
    category: string | null;
    audience: string;
  },
): z.output<typeof view> {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind as (typeof KINDS)[number],
    severity: row.severity as Template['severity'],
    category: row.category as Template['category'],
    audience: row.audience as Template['audience'],
    impact: row.impact,
    action: row.action,
    updatedBy: row.updated_by,
    updatedAt: row.updated_at.toString(),
  };
}

function nameTaken(error: unknown): never {
  if ((error as { code?: string }).code !== '23505') throw error;
  throw new Refused('conflict', 'There is a template of that name already; nothing was changed.', {
    mend: 'Choose another name.',
    fields: [{ path: 'name', message: 'is taken' }],
  });
}
