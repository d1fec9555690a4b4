/** The routes of the inbox: ask, answer, set aside, make an answer part of the next update; and reports that belong to no incident yet. */
import { z } from 'zod';
import { doingOf } from '#incident/doing.ts';
import type { House } from '#incident/room.ts';
import { incidentFor } from '#incident/seen-by.ts';
import type { Incident } from '#incident/types.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { filled, instant, pageQuery, text } from '#platform/http/fields.ts';
import { type LadderStep, ruleOf } from '#promise/policy.ts';
import { askerOf, contactAsker } from './askers.ts';
import { MESSAGES_PER_QUESTION_MAX, QUESTION_CHARACTERS_MAX } from './limits.ts';
import { LOOSE_LADDER } from './loose.ts';
import { type Asker, answerQuestion, type Means, setAside, takeQuestion } from './questions.ts';
import { questionView, readQuestions } from './read.ts';
import { type TakeReport, TITLE_CHARACTERS_MAX } from './reports.ts';

const tags = ['communicate'];
const params = z.object({ id: z.string().max(100) });
const both = params.extend({ questionId: z.string().max(100) });
const listed = z.object({ items: z.array(questionView), next: z.string().nullable() });
const listQuery = z.object({ ...pageQuery, state: z.enum(['open', 'done']).optional() });

const asker = z
  .object({
    contactId: z
      .string()
      .max(64)
      .optional()
      .describe('A contact of the directory; then nothing else is needed.'),
    name: filled(200).optional(),
    email: z
      .email({ error: 'must be an email address' })
      .max(320)
      .optional()
      .describe('Where the answer goes. Left out, you tell them yourself.'),
  })
  .refine((value) => value.contactId || value.name, 'name a contact, or say who asks');
const question = z.object({ asker, text: filled(QUESTION_CHARACTERS_MAX), subject: text(200).default('') });
const answer = z.object({
  text: filled(QUESTION_CHARACTERS_MAX),
  inNextUpdate: z
    .boolean()
    .default(false)
    .describe('Carry the text of this answer into the prepared next update as well.'),
});
const reason = z.object({ reason: filled(2000) });
const report = z.object({
  reporter: asker,
  text: filled(QUESTION_CHARACTERS_MAX).describe('What they see, in their words.'),
  title: text(TITLE_CHARACTERS_MAX).default('').describe('Left out: the first line of the text.'),
  service: text(200).default('').describe('Id, slug, name or public name of the service, as far as known.'),
  mainTaskImpossible: z
    .boolean()
    .default(false)
    .describe('They say that they cannot do a main task at all; by default that declares an incident.'),
  reportedAt: instant().optional().describe('When they told us. It is the time of detection.'),
});

export function inboxRoutes(app: App, means: Means, takeReport: TakeReport): void {
  const { house } = means;
  incidentQuestionRoutes(app, means);
  looseQuestionRoutes(app, means);

  app.post(
    '/api/v1/reports',
    {
      config: { access: 'responder' },
      schema: {
        tags,
        body: report,
        response: { 201: questionView },
        summary: 'Report a fault for a client; it becomes a signal, and they are owed an answer',
        operationId: 'createReport',
      },
    },
    async (request, reply) => {
      const { reporter, ...rest } = request.body;
      const id = await takeReport({
        ...rest,
        asker: await whoAsks(house, reporter),
        via: 'api',
        verified: true,
      });
      return reply.code(201).send(await shown(house, undefined, id));
    },
  );
}

function incidentQuestionRoutes(app: App, means: Means): void {
  const { house } = means;
  const { db, clock } = house.platform;
  const at = '/api/v1/incidents/:id/questions';
  app.get(
    at,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        params,
        querystring: listQuery,
        response: { 200: listed },
        summary: 'Questions about an incident with their threads, newest first',
        operationId: 'listQuestions',
      },
    },
    async (request) => {
      const incident = await incidentFor(house.incidents, request.params.id, callerOf(request));
      const ladder = await ladderFor(house, incident);
      return readQuestions(db, { incident, state: request.query.state, ladder }, request.query, clock.now());
    },
  );
  app.post(
    at,
    {
      config: { access: 'responder' },
      schema: {
        tags,
        params,
        body: question,
        response: { 201: questionView },
        summary: 'Ask for somebody; they are owed an answer with the next update',
        operationId: 'askQuestion',
      },
    },
    async (request, reply) => {
      const incident = await incidentFor(house.incidents, request.params.id, callerOf(request));
      const { asker: who, text: words, subject } = request.body;
      const id = await takeQuestion(means, {
        incidentId: incident.mergedInto?.id ?? incident.id,
        asker: await whoAsks(house, who),
        via: 'api',
        subject,
        text: words,
      });
      return reply
        .code(201)
        .send(await shown(house, await house.incidents.load(incident.mergedInto?.id ?? incident.id), id));
    },
  );
  app.post(
    `${at}/:questionId/answers`,
    {
      config: { access: 'responder' },
      schema: {
        tags,
        params: both,
        body: answer,
        response: { 201: questionView },
        summary: 'Answer whoever asked, in their thread and nobody else',
        operationId: 'answerQuestion',
      },
    },
    async (request, reply) => {
      const incident = await incidentFor(house.incidents, request.params.id, callerOf(request));
      const { questionId } = request.params;
      await refuseEndless(house, questionId);
      await answerQuestion(
        means,
        { questionId, incident },
        {
          text: request.body.text,
          by: callerOf(request).name,
          personId: callerOf(request).personId,
          carry: request.body.inNextUpdate,
        },
        doingOf(request),
      );
      return reply.code(201).send(await shown(house, await house.incidents.load(incident.id), questionId));
    },
  );
  app.post(
    `${at}/:questionId/set-aside`,
    {
      config: { access: 'responder' },
      schema: {
        tags,
        params: both,
        body: reason,
        response: { 200: questionView },
        summary: 'Say why a question needs no answer, such as "it only says thank you"',
        operationId: 'setQuestionAside',
      },
    },
    async (request) => {
      const incident = await incidentFor(house.incidents, request.params.id, callerOf(request));
      const { questionId } = request.params;
      await setAside(means, { questionId, incident }, request.body.reason, doingOf(request));
      return shown(house, await house.incidents.load(incident.id), questionId);
    },
  );
  for (const [method, carry] of [
    ['put', 'next'],
    ['delete', 'no'],
  ] as const)
    app[method](
      `${at}/:questionId/answers/:answerId/in-next-update`,
      {
        config: { access: 'responder' },
        schema: {
          tags,
          params: both.extend({ answerId: z.string().max(100) }),
          response: { 200: questionView },
          summary:
            carry === 'next'
              ? 'Make an answer part of the next update'
              : 'Leave an answer out of the next update again',
          operationId: carry === 'next' ? 'carryAnswer' : 'uncarryAnswer',
        },
      },
      async (request) => {
        const incident = await incidentFor(house.incidents, request.params.id, callerOf(request));
        const { questionId, answerId } = request.params;
        const { numUpdatedRows } = await db
          .updateTable('question_message')
          .set({ carry })
          .where('id', '=', answerId)
          .where('question_id', '=', questionId)
          .where('direction', '=', 'answered')
          .where('carry', '<>', 'done')
          .where('question_id', 'in', (select) =>
            select.selectFrom('question').select('id').where('incident_id', '=', incident.id),
          )
          .executeTakeFirst();
        if (!numUpdatedRows) throw notFound('answer that could become part of the next update', answerId);
        return shown(house, incident, questionId);
      },
    );
}

function looseQuestionRoutes(app: App, means: Means): void {
  const { house } = means;
  const { db, clock } = house.platform;
  app.get(
    '/api/v1/questions',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        querystring: listQuery,
        response: { 200: listed },
        summary: 'Reports and questions that belong to no incident, newest first',
        operationId: 'listLooseQuestions',
      },
    },
    (request) =>
      readQuestions(
        db,
        { incident: undefined, state: request.query.state, ladder: LOOSE_LADDER },
        request.query,
        clock.now(),
      ),
  );
  app.post(
    '/api/v1/questions/:id/answers',
    {
      config: { access: 'responder' },
      schema: {
        tags,
        params,
        body: answer.omit({ inNextUpdate: true }),
        response: { 201: questionView },
        summary: 'Answer a report that belongs to no incident',
        operationId: 'answerLooseQuestion',
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await refuseEndless(house, id);
      await answerQuestion(
        means,
        { questionId: id, incident: undefined },
        {
          text: request.body.text,
          by: callerOf(request).name,
          personId: callerOf(request).personId,
          carry: false,
        },
        doingOf(request),
      );
      return reply.code(201).send(await shown(house, undefined, id));
    },
  );
  app.post(
    '/api/v1/questions/:id/set-aside',
    {
      config: { access: 'responder' },
      schema: {
        tags,
        params,
        body: reason,
        response: { 200: questionView },
        summary: 'Say why a report that belongs to no incident needs no answer',
        operationId: 'setLooseQuestionAside',
      },
    },
    async (request) => {
      const { id } = request.params;
      await setAside(means, { questionId: id, incident: undefined }, request.body.reason, doingOf(request));
      return shown(house, undefined, id);
    },
  );
}

async function shown(house: House, incident: Incident | undefined, id: string) {
  const { db, clock } = house.platform;
  const ladder = await ladderFor(house, incident);
  const { items } = await readQuestions(db, { incident, id, ladder }, { limit: 1 }, clock.now());
  const [found] = items;
  if (!found) throw notFound('question', id);
  return found;
}

async function whoAsks(house: House, who: z.output<typeof asker>): Promise<Asker> {
  const { db } = house.platform;
  if (who.contactId) {
    const contact = await contactAsker(db, who.contactId);
    if (!contact) throw notFound('contact', who.contactId);
    return contact;
  }
  const known = who.email ? await askerOf(db, who.email) : undefined;
  // Whoever may use this route vouches for the one who asks.
  return known ?? { name: who.name ?? 'Somebody', address: who.email, known: true };
}

async function refuseEndless(house: House, questionId: string): Promise<void> {
  const { count } = await house.platform.db
    .selectFrom('question_message')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('question_id', '=', questionId)
    .executeTakeFirstOrThrow();
  if (Number(count) >= MESSAGES_PER_QUESTION_MAX)
    throw new Refused('conflict', `This thread has ${MESSAGES_PER_QUESTION_MAX} messages already.`, {
      mend: 'Call them instead.',
    });
}

/** By the policy that the incident was declared under. */
async function ladderFor(house: House, incident: Incident | undefined): Promise<readonly LadderStep[]> {
  if (!incident) return LOOSE_LADDER;
  const policy = await house.policies.version(house.platform.db, incident.policyVersion);
  return ruleOf(policy, 'question_answered').ladder;
}
