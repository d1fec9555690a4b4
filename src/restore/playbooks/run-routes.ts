/** Playbooks in an incident: which fit, start, tick, skip, note, take, stop. Every change is a fact, and stands on the timeline. */
import { z } from 'zod';
import type { Command } from '#incident/commands.ts';
import { doingOf } from '#incident/doing.ts';
import { incidentFor } from '#incident/seen-by.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { filled, text } from '#platform/http/fields.ts';
import { newId } from '#platform/ids.ts';
import type { House } from '../room.ts';
import { plainText } from './blocks.ts';
import { answered, knownValues } from './gaps-filled.ts';
import { parsePlaybook } from './parse.ts';
import { offeredFor, runsOf } from './runs.ts';
import { offered, run } from './shapes.ts';
import { filledInlines, VALUE_CHARACTERS_MAX, VARIABLES_MAX } from './variables.ts';

const tags = ['playbooks'];
const AT = '/api/v1/incidents/:id';
const RESULT_CHARACTERS_MAX = 500;
const REASON_CHARACTERS_MAX = 500;
const WHAT_CHARACTERS_MAX = 200;
const VERSION_MAX = 2_147_483_647;

const params = z.object({ id: text(64) });
const runParams = params.extend({ runId: text(64) });
const stepParams = runParams.extend({ stepId: text(64) });
const started = z.object({
  playbookId: filled(64),
  version: z
    .number()
    .int()
    .min(1)
    .max(VERSION_MAX)
    .optional()
    .describe('The version that was read; without it the newest.'),
  values: z
    .record(z.string().max(100), text(VALUE_CHARACTERS_MAX))
    .refine((values) => Object.keys(values).length <= VARIABLES_MAX, `has more than ${VARIABLES_MAX} answers`)
    .default({})
    .describe('Answers to what the incident does not tell, by the name of the variable.'),
});

export function runRoutes(app: App, { platform, incidents }: House): void {
  const { db, clock } = platform;

  app.get(
    `${AT}/playbooks`,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Playbooks that fit this incident',
        description:
          'For its service and kind of failure first, then for its service, then for its kind of failure.',
        operationId: 'playbooksForIncident',
        params,
        querystring: z.object({
          also: text(64).optional().describe('One more playbook, whatever it is for.'),
        }),
        response: { 200: z.object({ items: z.array(offered), next: z.null() }) },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const incident = await incidentFor(incidents, request.params.id, caller);
      const showing = { db, now: clock.now(), caller, link: platform.config.playbooks?.link };
      return { items: await offeredFor(incident, showing, request.query.also), next: null };
    },
  );

  app.get(
    `${AT}/playbook-runs`,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        summary: 'Playbooks that are carried out here, newest first',
        operationId: 'listPlaybookRuns',
        params,
        response: { 200: z.object({ items: z.array(run), next: z.null() }) },
      },
    },
    async (request) => {
      const incident = await incidentFor(incidents, request.params.id, callerOf(request));
      return { items: await runsOf(db, incident), next: null };
    },
  );

  app.post(
    `${AT}/playbook-runs`,
    {
      config: { access: 'responder' },
      schema: {
        tags,
        summary: 'Start a playbook',
        description: 'Its text is copied into the incident: a later version changes nothing here.',
        operationId: 'startPlaybook',
        params,
        body: started,
        response: { 201: run },
      },
    },
    async (request, reply) => {
      const { body } = request;
      const incident = await incidentFor(incidents, request.params.id, callerOf(request));
      const version = await versionToStart(body.playbookId, body.version);
      const parsed = parsePlaybook(version.body);
      const values = answered(
        parsed.variables,
        await knownValues(db, incident, version.service_ids),
        Object.fromEntries(Object.entries(body.values).map(([name, value]) => [name.toLowerCase(), value])),
      );
      const byName = new Map(values.map((each) => [each.name, each.value]));
      const runId = newId('run');
      const { incident: after } = await incidents.execute(
        incident.id,
        {
          type: 'start_playbook',
          runId,
          playbookId: body.playbookId,
          version: version.version,
          title: version.title,
          steps: parsed.steps.map((step) => ({
            id: step.id,
            number: step.number,
            what: plainText(filledInlines(step.words, byName)).slice(0, WHAT_CHARACTERS_MAX),
            ...(step.owner ? { role: step.owner } : {}),
            ...(step.minutes === undefined ? {} : { minutes: step.minutes }),
          })),
          values,
        },
        doingOf(request),
      );
      return reply.code(201).send(oneOf(await runsOf(db, after), runId));
    },
  );

  async function versionToStart(playbookId: string, version: number | undefined) {
    const playbook = await db
      .selectFrom('playbook')
      .select(['version', 'archived_at', 'title'])
      .where('id', '=', playbookId)
      .executeTakeFirst();
    if (!playbook) throw notFound('playbook', playbookId);
    if (playbook.archived_at)
      throw new Refused('conflict', `“${playbook.title}” has been archived.`, {
        mend: 'Choose another one.',
      });
    const row = await db
      .selectFrom('playbook_version')
      .selectAll()
      .where('playbook_id', '=', playbookId)
      .where('version', '=', version ?? playbook.version)
      .executeTakeFirst();
    if (!row) throw notFound('version of this playbook', String(version));
    return row;
  }

  type Asked = Parameters<typeof doingOf>[0];

  /** Executes one command on a run, and answers how the run stands. */
  async function change(request: Asked, ids: { id: string; runId: string }, command: Command) {
    await incidentFor(incidents, ids.id, callerOf(request));
    const { incident } = await incidents.execute(ids.id, command, doingOf(request));
    return oneOf(await runsOf(db, incident), ids.runId);
  }

  app.post(
    `${AT}/playbook-runs/:runId/stop`,
    {
      config: { access: 'responder' },
      schema: {
        tags,
        summary: 'Stop carrying it out',
        operationId: 'stopPlaybook',
        params: runParams,
        body: z.object({ reason: filled(REASON_CHARACTERS_MAX) }),
        response: { 201: run },
      },
    },
    async (request, reply) => {
      const { runId } = request.params;
      const { reason } = request.body;
      return reply
        .code(201)
        .send(await change(request, request.params, { type: 'stop_playbook', runId, reason }));
    },
  );

  const step = `${AT}/playbook-runs/:runId/steps/:stepId`;

  app.post(
    `${step}/tick`,
    {
      config: { access: 'responder' },
      schema: {
        tags,
        summary: 'Tick a step, with its result',
        description: 'A step that is ticked already stays so; a new result becomes a note.',
        operationId: 'tickStep',
        params: stepParams,
        body: z.object({ result: text(RESULT_CHARACTERS_MAX).default('') }),
        response: { 201: run },
      },
    },
    async (request, reply) => {
      const { runId, stepId } = request.params;
      const { result } = request.body;
      return reply
        .code(201)
        .send(await change(request, request.params, { type: 'tick_step', runId, stepId, result }));
    },
  );

  app.delete(
    `${step}/tick`,
    {
      config: { access: 'responder' },
      schema: {
        tags,
        summary: 'Open a step again that was ticked or skipped; the earlier line stays',
        operationId: 'untickStep',
        params: stepParams,
        response: { 200: run },
      },
    },
    (request) => {
      const { runId, stepId } = request.params;
      return change(request, request.params, { type: 'untick_step', runId, stepId });
    },
  );

  app.post(
    `${step}/skip`,
    {
      config: { access: 'responder' },
      schema: {
        tags,
        summary: 'Skip a step, with the reason',
        operationId: 'skipStep',
        params: stepParams,
        body: z.object({ reason: filled(REASON_CHARACTERS_MAX) }),
        response: { 201: run },
      },
    },
    async (request, reply) => {
      const { runId, stepId } = request.params;
      const { reason } = request.body;
      return reply
        .code(201)
        .send(await change(request, request.params, { type: 'skip_step', runId, stepId, reason }));
    },
  );

  app.post(
    `${step}/notes`,
    {
      config: { access: 'responder' },
      schema: {
        tags,
        summary: 'Write down something about a step',
        operationId: 'noteStep',
        params: stepParams,
        body: z.object({ text: filled(RESULT_CHARACTERS_MAX) }),
        response: { 201: run },
      },
    },
    async (request, reply) => {
      const { runId, stepId } = request.params;
      return reply.code(201).send(
        await change(request, request.params, {
          type: 'note_step',
          runId,
          stepId,
          text: request.body.text,
        }),
      );
    },
  );

  app.post(
    `${step}/owner`,
    {
      config: { access: 'responder' },
      schema: {
        tags,
        summary: 'Take a step, or give it to somebody',
        operationId: 'takeStep',
        params: stepParams,
        body: z.object({ personId: text(64).optional().describe('Default: whoever asks') }),
        response: { 201: run },
      },
    },
    async (request, reply) => {
      const { runId, stepId } = request.params;
      const who = await personFor(request.body.personId, callerOf(request));
      return reply
        .code(201)
        .send(await change(request, request.params, { type: 'take_step', runId, stepId, who }));
    },
  );

  async function personFor(personId: string | undefined, caller: ReturnType<typeof callerOf>) {
    if (!personId) {
      if (caller.personId) return { personId: caller.personId, name: caller.name };
      throw new Refused('invalid', 'A step is taken by a person.', { mend: 'Name them: personId.' });
    }
    const person = await db
      .selectFrom('person')
      .select(['id', 'name'])
      .where('id', '=', personId)
      .where('archived_at', 'is', null)
      .executeTakeFirst();
    if (!person) throw notFound('person', personId);
    return { personId: person.id, name: person.name };
  }
}

function oneOf<T extends { id: string }>(runs: T[], id: string): T {
  const found = runs.find((each) => each.id === id);
  if (!found) throw notFound('playbook in this incident', id);
  return found;
}
