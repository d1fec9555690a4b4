/** Templates of postmortems over HTTP: kept by administrators, taken over by a draft when it is opened, or when somebody chooses another. */
import { z } from 'zod';
import { json, type Tx, transaction } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { filled, text } from '#platform/http/fields.ts';
import { newId } from '#platform/ids.ts';
import { addOfRecord } from './of-record.ts';
import { findPostmortem } from './postmortems.ts';
import type { House } from './room.ts';
import { OWN_QUESTIONS_MAX } from './sections.ts';
import { params, postmortem as postmortemShape } from './shapes.ts';
import { postmortemFor, show } from './show.ts';
import { BEGINNINGS, CATEGORIES, GUIDED, taken, withTemplate } from './template.ts';
import { readTemplates } from './templates.ts';

const TEMPLATES_MAX = 50;
const QUESTIONS_MAX = 20;
const NAME_CHARACTERS_MAX = 120;
const WORDS_CHARACTERS_MAX = 500;
const BEGINNING_CHARACTERS_MAX = 5000;

const question = z.object({
  id: text(64).optional().describe('Of a question that stays; a new one gets its own'),
  section: z.enum(['timeline', 'root_cause', 'contributing_factors', 'action_items']),
  label: filled(NAME_CHARACTERS_MAX).describe('What the answer is called, such as "Data at risk"'),
  question: filled(WORDS_CHARACTERS_MAX),
  help: text(WORDS_CHARACTERS_MAX).default(''),
  required: z.boolean().default(false).describe('Nothing is published before it is answered'),
});
const body = z.object({
  name: filled(NAME_CHARACTERS_MAX),
  categories: z.array(z.enum(CATEGORIES)).default([]).describe('Kinds of failure; empty: any other'),
  questions: z.array(question).max(QUESTIONS_MAX).default([]),
  guidance: z
    .partialRecord(z.enum(GUIDED), text(WORDS_CHARACTERS_MAX))
    .default({})
    .describe('Your words beside a usual question, by its field'),
  beginnings: z
    .partialRecord(z.enum(BEGINNINGS), text(BEGINNING_CHARACTERS_MAX))
    .default({})
    .describe('What a new draft says in a field; it counts as not written until it is changed'),
});
const view = z.object({
  id: z.string(),
  name: z.string(),
  categories: z.array(z.enum(CATEGORIES)),
  questions: z.array(question.extend({ id: z.string() })),
  guidance: z.record(z.string(), z.string()),
  beginnings: z.record(z.string(), z.string()),
  version: z.number(),
  updatedBy: z.string(),
  updatedAt: z.string(),
});

const tags = ['learn'];
const administrator = { access: 'administrator' as const };
const at = '/api/v1/postmortem-templates';

export function postmortemTemplateRoutes(app: App, house: House): void {
  const { db, clock, live } = house.platform;

  app.get(
    at,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        response: { 200: z.object({ items: z.array(view), next: z.null() }) },
        summary: 'What the organisation adds to postmortems',
        operationId: 'listPostmortemTemplates',
      },
    },
    async () => ({ items: await readTemplates(db), next: null }),
  );

  app.post(
    at,
    {
      config: administrator,
      schema: {
        tags,
        body,
        response: { 201: view },
        summary: 'Add a template for postmortems',
        operationId: 'createPostmortemTemplate',
      },
    },
    async (request, reply) => {
      const id = newId('pmt');
      const now = clock.now();
      await transaction(db, async (tx) => {
        await refuseDouble(tx, undefined, request.body);
        const row = rowOf(request.body, []);
        await tx
          .insertInto('postmortem_template')
          .values({ id, ...row, updated_by: callerOf(request).name, created_at: now, updated_at: now })
          .execute();
      });
      return reply.code(201).send(await existing(db, id));
    },
  );

  app.put(
    `${at}/:id`,
    {
      config: administrator,
      schema: {
        tags,
        params,
        body,
        response: { 200: view },
        summary: 'Change a template; drafts keep the questions that they were opened with',
        operationId: 'putPostmortemTemplate',
      },
    },
    async (request) => {
      const { id } = request.params;
      await transaction(db, async (tx) => {
        const known = await refuseDouble(tx, id, request.body);
        await tx
          .updateTable('postmortem_template')
          .set((row) => ({
            ...rowOf(
              request.body,
              known.questions.map((each) => each.id),
            ),
            version: row('version', '+', 1),
            updated_by: callerOf(request).name,
            updated_at: clock.now(),
          }))
          .where('id', '=', id)
          .execute();
      });
      return existing(db, id);
    },
  );

  app.delete(
    `${at}/:id`,
    {
      config: administrator,
      schema: {
        tags,
        params,
        response: { 204: z.null() },
        summary: 'Remove a template; postmortems that follow it stay as they are',
        operationId: 'removePostmortemTemplate',
      },
    },
    async (request, reply) => {
      const gone = await db
        .updateTable('postmortem_template')
        .set({ archived_at: clock.now() })
        .where('id', '=', request.params.id)
        .where('archived_at', 'is', null)
        .executeTakeFirst();
      if (!gone.numUpdatedRows) throw notFound('postmortem template', request.params.id);
      return reply.code(204).send(null);
    },
  );

  app.put(
    '/api/v1/postmortems/:id/template',
    {
      config: { access: 'responder' },
      schema: {
        params,
        body: z.object({ templateId: text(64).nullable() }),
        response: { 200: postmortemShape },
        tags,
        summary: 'Let a postmortem follow a template as it is now; what is written stays',
        operationId: 'choosePostmortemTemplate',
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const { id } = request.params;
      const { templateId } = request.body;
      const { incident } = await postmortemFor(house, id, caller);
      const now = clock.now();
      await transaction(db, async (tx) => {
        const template = templateId ? await existing(tx, templateId) : undefined;
        const known = await findPostmortem(tx, { id }, 'lock');
        if (!known) throw notFound('postmortem', id);
        const next = withTemplate(known.sections, template);
        if ((next.own?.length ?? 0) > OWN_QUESTIONS_MAX)
          throw new Refused(
            'too_many',
            `This postmortem would have more than ${OWN_QUESTIONS_MAX} own questions.`,
            { mend: 'Stay with the template that it follows.' },
          );
        await tx
          .updateTable('postmortem')
          .set({ template: template ? json(taken(template)) : null, updated_at: now })
          .where('id', '=', id)
          .execute();
        await addOfRecord({ incident, now, tx }, known, next, live, caller.name);
      });
      return show(house, id, caller);
    },
  );
}

async function existing(db: Parameters<typeof readTemplates>[0], id: string) {
  const found = (await readTemplates(db)).find((each) => each.id === id);
  if (!found) throw notFound('postmortem template', id);
  return found;
}

type Body = z.output<typeof body>;

/** @throws Refused where two templates would be for the same, have one name, or are too many */
async function refuseDouble(tx: Tx, id: string | undefined, { name, categories }: Body) {
  // One after the other: what is free is free when it is taken.
  await tx.selectFrom('postmortem_template').select('id').forUpdate().execute();
  const all = await readTemplates(tx);
  const others = all.filter((each) => each.id !== id);
  const known = id === undefined ? { questions: [] } : all.find((each) => each.id === id);
  if (!known) throw notFound('postmortem template', id ?? '');
  if (others.length >= TEMPLATES_MAX)
    throw new Refused('conflict', `There are ${TEMPLATES_MAX} templates already.`, {
      mend: 'Remove one that nobody uses.',
    });
  if (others.some((each) => each.name.toLowerCase() === name.toLowerCase()))
    throw new Refused('conflict', `There is a template “${name}” already.`, {
      mend: 'Choose another name.',
      fields: [{ path: 'body.name', message: 'is taken' }],
    });
  const double = others.find((other) =>
    categories.length === 0
      ? other.categories.length === 0
      : other.categories.some((each) => categories.includes(each)),
  );
  if (double)
    throw new Refused(
      'conflict',
      categories.length === 0
        ? `“${double.name}” is for any kind of failure already.`
        : `“${double.name}” is for one of these kinds of failure already.`,
      {
        mend: 'Name kinds of failure that no other template is for, or change that one.',
        fields: [{ path: 'body.categories', message: `stand in “${double.name}”` }],
      },
    );
  return known;
}

/** @param known ids of questions that this template has: no other can be claimed */
function rowOf({ name, categories, questions, guidance, beginnings }: Body, known: string[]) {
  const own = new Set(known);
  const asked = questions.map((each) => {
    const id = each.id && own.delete(each.id) ? each.id : newId('pmq');
    return { ...each, id };
  });
  return {
    name,
    categories: [...new Set(categories)],
    questions: json(asked),
    guidance: json(filledOnly(guidance)),
    beginnings: json(filledOnly(beginnings)),
  };
}

function filledOnly(words: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(words).flatMap(([field, said]) => (said?.trim() ? [[field, said]] : [])),
  );
}
