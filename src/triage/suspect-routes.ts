/** The lane of an incident over HTTP: ranked, tried with another onset, marked, ruled out; what else is odd; what was seen before. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Command } from '#incident/commands.ts';
import { doingOf } from '#incident/doing.ts';
import { incidentFor } from '#incident/seen-by.ts';
import type { Trigger } from '#incident/types.ts';
import { notFound } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { filled, instant, pageQuery, text } from '#platform/http/fields.ts';
import { findChanges } from './changes.ts';
import { laneOf } from './lane.ts';
import { oddAround } from './odd.ts';
import type { Triage } from './room.ts';
import { onsetShown, showLane } from './show-lane.ts';
import { similarTo } from './similar.ts';
import { laneShape, mark as markShape, oddShape, onsetShape, similarShape } from './suspect-shapes.ts';
import { HOURS_MAX } from './what-changed.ts';

const REASON_CHARACTERS_MAX = 2000;
const UNCERTAINTY_MINUTES_MAX = 24 * 60;
/** Two days: one incident in eight that follows a change follows it after more than six hours. */
const HOURS_DEFAULT = 48;
const CHART_BEFORE_HOURS = 6;
const CHART_AFTER_HOURS = 2;

const params = z.object({ id: text(64) });
const looking = z.object({
  hours: z.coerce.number().int().min(1).max(HOURS_MAX).default(HOURS_DEFAULT),
  onset: instant().optional().describe('Try another beginning; nothing is stored'),
  uncertainty: z.coerce
    .number()
    .int()
    .min(0)
    .max(UNCERTAINTY_MINUTES_MAX)
    .optional()
    .describe('Plus or minus so many minutes'),
});
const marked = z.object({ changeId: z.string(), mark: markShape.nullable() });
const tags = ['triage'];

export function laneRoutes(app: App, triage: Triage): void {
  const { platform, incidents } = triage;
  const look = async (request: FastifyRequest, id: string, query: z.output<typeof looking>) => {
    const incident = await incidentFor(incidents, id, callerOf(request));
    return { incident, lane: await laneOf(triage, incident, query) };
  };

  app.get(
    '/api/v1/incidents/:id/suspects',
    {
      config: { access: 'viewer' },
      schema: {
        params,
        querystring: looking.extend(pageQuery),
        response: { 200: laneShape },
        tags,
        summary: 'What changed, in the order in which it is worth checking, with every point and its reason',
        operationId: 'suspectsOfIncident',
      },
    },
    async (request) => {
      const { incident, lane } = await look(request, request.params.id, request.query);
      return showLane(platform.db, incident, lane, request.query);
    },
  );

  app.get(
    '/api/v1/incidents/:id/onset',
    {
      config: { access: 'viewer' },
      schema: {
        params,
        response: { 200: onsetShape },
        tags,
        summary: 'When it began: alerts and signals over time',
        operationId: 'onsetOfIncident',
      },
    },
    async (request) => {
      const { incident, lane } = await look(request, request.params.id, { hours: 1 });
      const from = lane.onset.at.subtract({ hours: CHART_BEFORE_HOURS });
      const late = lane.onset.at.add({ hours: CHART_AFTER_HOURS });
      const now = platform.clock.now();
      const to = Temporal.Instant.compare(late, now) < 0 ? late : now;
      const [alerts, signals] = await Promise.all([
        triage.handed.alertsSeen(incident.id),
        triage.handed.signalsSeen(incident.id, from, to),
      ]);
      return {
        onset: onsetShown(lane),
        from: from.toString(),
        to: to.toString(),
        alerts: alerts.map(({ id, title, startedAt, resolvedAt }) => ({
          id,
          title,
          at: startedAt.toString(),
          until: resolvedAt?.toString() ?? null,
        })),
        signals: signals.map(({ at, count }) => ({ at: at.toString(), count })),
      };
    },
  );

  app.get(
    '/api/v1/incidents/:id/odd',
    {
      config: { access: 'viewer' },
      schema: {
        params,
        response: { 200: oddShape },
        tags,
        summary: 'Everything else that is odd: providers, expiries, scheduled jobs, signs of capacity',
        operationId: 'oddAroundIncident',
      },
    },
    async (request) => {
      const { incident, lane } = await look(request, request.params.id, { hours: HOURS_DEFAULT });
      return { items: await oddAround(triage, incident, lane), next: null };
    },
  );

  app.get(
    '/api/v1/incidents/:id/similar',
    {
      config: { access: 'viewer' },
      schema: {
        params,
        response: { 200: similarShape },
        tags,
        summary: 'Past incidents that look like this one, and what worked',
        operationId: 'similarIncidents',
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const incident = await incidentFor(incidents, request.params.id, caller);
      const services = await platform.db.selectFrom('service').select(['id', 'name']).execute();
      const names = new Map(services.map((each) => [each.id, each.name]));
      const { learnedFrom = async () => new Map() } = triage.handed;
      const items = await similarTo(platform.db, incident, caller.personId, { names, learnedFrom });
      return { items, next: null };
    },
  );
}

export function markRoutes(app: App, { platform, incidents }: Triage): void {
  const mark = async (
    request: FastifyRequest,
    id: string,
    changeId: string,
    command: (summary: string) => Command,
  ) => {
    await incidentFor(incidents, id, callerOf(request));
    const [found] = await findChanges(platform.db, [changeId]);
    if (!found) throw notFound('change', changeId);
    const { incident } = await incidents.execute(id, command(found.summary), doingOf(request));
    const suspect = incident.suspects[changeId];
    return { changeId, mark: suspect ? { state: suspect.state, reason: suspect.reason ?? null } : null };
  };

  app.post(
    '/api/v1/incidents/:id/suspects',
    {
      config: { access: 'responder' },
      schema: {
        params,
        body: z.object({ changeId: text(64) }),
        response: { 201: marked },
        tags,
        summary: 'Mark a change as suspect',
        operationId: 'suspectChange',
      },
    },
    async (request, reply) => {
      const { changeId } = request.body;
      const done = await mark(request, request.params.id, changeId, (summary) => ({
        type: 'suspect_change',
        changeId,
        summary,
      }));
      return reply.code(201).send(done);
    },
  );

  app.post(
    '/api/v1/incidents/:id/suspects/none',
    {
      config: { access: 'responder' },
      schema: {
        params,
        body: z.object({ reason: filled(REASON_CHARACTERS_MAX) }),
        response: { 201: z.object({ mark: laneShape.shape.none.shape.mark }) },
        tags,
        summary: 'Say that it is none of the changes, and why',
        operationId: 'suspectNone',
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await incidentFor(incidents, id, callerOf(request));
      const command = { type: 'suspect_none', reason: request.body.reason } as const;
      const { incident } = await incidents.execute(id, command, doingOf(request));
      const said = incident.noChangeSuspected;
      return reply.code(201).send({ mark: said ? { reason: said.reason, at: said.at.toString() } : null });
    },
  );

  app.post(
    '/api/v1/incidents/:id/suspects/:changeId/ruling-out',
    {
      config: { access: 'responder' },
      schema: {
        params: params.extend({ changeId: text(64) }),
        body: z.object({ reason: filled(REASON_CHARACTERS_MAX) }),
        response: { 201: marked },
        tags,
        summary: 'Rule a change out, with the reason',
        operationId: 'ruleOutChange',
      },
    },
    async (request, reply) => {
      const { id, changeId } = request.params;
      const { reason } = request.body;
      const done = await mark(request, id, changeId, (summary) => ({
        type: 'rule_out_change',
        changeId,
        summary,
        reason,
      }));
      return reply.code(201).send(done);
    },
  );

  app.post(
    '/api/v1/incidents/:id/what-changed-review',
    {
      config: { access: 'responder' },
      schema: {
        params,
        body: z.object({ note: text(REASON_CHARACTERS_MAX).default('') }),
        response: { 201: z.object({ reviewedAt: z.string() }) },
        tags,
        summary: 'Say that what changed has been looked at',
        operationId: 'reviewWhatChanged',
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await incidentFor(incidents, id, callerOf(request));
      const command = { type: 'review_what_changed', note: request.body.note } as const;
      const { incident } = await incidents.execute(id, command, doingOf(request));
      return reply.code(201).send({ reviewedAt: incident.whatChangedReviewedAt?.toString() ?? '' });
    },
  );

  app.post(
    '/api/v1/incidents/:id/trigger',
    {
      config: { access: 'responder' },
      schema: {
        params,
        body: z.union([
          z.strictObject({ changeId: filled(64) }),
          z.strictObject({ notAChange: filled(REASON_CHARACTERS_MAX).describe('What set it off instead') }),
        ]),
        response: { 201: z.object({ trigger: z.record(z.string(), z.string()) }) },
        tags,
        summary: 'Say what set it off, once it is restored: a change, or not a change',
        operationId: 'nameTrigger',
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await incidentFor(incidents, id, callerOf(request));
      const trigger = await triggerFrom(request.body);
      const { incident } = await incidents.execute(id, { type: 'name_trigger', trigger }, doingOf(request));
      return reply.code(201).send({ trigger: { ...(incident.trigger ?? trigger) } });
    },
  );

  async function triggerFrom(body: { changeId: string } | { notAChange: string }): Promise<Trigger> {
    if ('notAChange' in body) return { kind: 'not_a_change', what: body.notAChange };
    const [found] = await findChanges(platform.db, [body.changeId]);
    if (!found) throw notFound('change', body.changeId);
    return { kind: 'change', changeId: found.id, summary: found.summary };
  }
}
