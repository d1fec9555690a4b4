/** The incident over HTTP: a change of state is a resource. Each route parses, asks `execute`, and shows the incident afterwards. */
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Db } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import * as body from './bodies.ts';
import type { Command } from './commands.ts';
import { refuseSplit } from './decide-ending.ts';
import { doingOf, personFrom } from './doing.ts';
import type { Doing } from './execute.ts';
import { listRoutes } from './list-routes.ts';
import { merge } from './merge.ts';
import type { House } from './room.ts';
import { incidentFor } from './seen-by.ts';
import type { Finders, Shower } from './show.ts';
import type { Incident } from './types.ts';

const params = z.object({ id: body.id });
const tags = ['incidents'];
const act = { access: 'responder' as const };

/** Answers of every command: the incident as it is now. Its shape is IncidentView of view.ts. */
const shown = z.looseObject({
  id: z.string(),
  number: z.number(),
  state: z.string(),
  severity: z.string(),
  seq: z.number(),
});

/** What the heart is told by the rooms around it, for *Now*. */
export type Handed = Finders & {
  countActionItemsDueThisWeek(db: Db, viewerId: string | undefined, now: Temporal.Instant): Promise<number>;
};
export type IncidentRoutes = House & { shower: Shower } & Handed;

export function incidentRoutes(app: App, house: IncidentRoutes): void {
  listRoutes(app, house);
  declareRoute(app, house);

  const change = <Body extends z.ZodType>(
    path: string,
    summary: string,
    schema: Body,
    command: (
      sent: z.output<Body>,
      request: FastifyRequest,
      incident: Incident,
    ) => Command | Promise<Command>,
  ): void => {
    app.post(
      `/api/v1/incidents/:id/${path}`,
      {
        config: act,
        schema: {
          tags,
          summary,
          operationId: `incident_${path.replaceAll(/[^a-z]+/g, '_')}`,
          params,
          body: schema,
          response: { 200: shown },
        },
      },
      async (request) => {
        const incident = await visible(house, request, (request.params as { id: string }).id);
        const sent = request.body as z.output<Body>;
        await house.incidents.execute(
          incident.id,
          await command(sent, request, incident),
          withTime(doingOf(request), sent, house),
        );
        return show(house, request, incident.id);
      },
    );
  };

  change(
    'acknowledgement',
    'Say that you have it',
    z.object({ noComputer: z.boolean().default(false) }).default({ noComputer: false }),
    async (sent, request) => {
      const by = personFrom(callerOf(request));
      return {
        type: 'acknowledge',
        by,
        zone: await zoneOf(house, by.personId),
        via: 'app',
        noComputer: sent.noComputer,
      };
    },
  );
  change(
    'confirmation',
    'Confirm that it is real, with what you saw',
    z.object({ evidence: body.reason, happenedAt: body.happenedAt }),
    (sent) => ({ type: 'confirm', evidence: sent.evidence }),
  );
  change(
    'classification',
    'Answer the four questions',
    z.object({
      answers: body.answers,
      usersAffected: body.usersAffected.optional(),
      reason: body.optionalText,
    }),
    (sent) => ({ type: 'classify', ...sent }),
  );
  change(
    'severity',
    'Raise or lower the severity',
    z.object({ to: body.severity, reason: body.reason }),
    (sent, _request, incident) => ({
      type: sent.to < incident.severity ? 'raise' : 'lower',
      to: sent.to,
      reason: sent.reason,
    }),
  );
  change(
    'data-check',
    'Say whether data is affected',
    z.object({ result: z.enum(['safe', 'affected']), note: body.reason }),
    (sent) => ({ type: 'check_data', ...sent }),
  );
  change('dismissal', 'End it as a false alarm', z.object({ reason: body.reason }), (sent) => ({
    type: 'dismiss',
    reason: sent.reason,
  }));
  change(
    'roles',
    'Take a role, or give it to somebody',
    z.object({
      role: body.role,
      personId: body.id.optional(),
      how: z.enum(['taken', 'given', 'relieved']).default('taken'),
    }),
    async (sent, request) => {
      const who = await personNamed(house, sent.personId, request);
      const how =
        sent.how === 'taken' && sent.personId && sent.personId !== callerOf(request).personId
          ? 'given'
          : sent.how;
      return { type: 'take_role', role: sent.role, who, zone: await zoneOf(house, who.personId), how };
    },
  );
  change(
    'roles/offers',
    'Offer a role to somebody',
    z.object({ role: body.role, personId: body.id }),
    async (sent, request) => ({
      type: 'offer_role',
      role: sent.role,
      to: await personNamed(house, sent.personId, request),
    }),
  );
  change('stay-alone', 'Say that you stay alone, and why', z.object({ reason: body.reason }), (sent) => ({
    type: 'stay_alone',
    reason: sent.reason,
  }));
  change(
    'first-message-waiver',
    'Say why nobody has to be told',
    z.object({ reason: body.reason }),
    (sent) => ({ type: 'skip_first_message', reason: sent.reason }),
  );
  change(
    'message-waiver',
    'Say why a message that is owed is not sent',
    z.object({
      what: z.enum(['works_again', 'is_back', 'stand_down', 'correction', 'final']),
      reason: body.reason,
    }),
    (sent) => ({ type: 'skip_message', ...sent }),
  );
  change(
    'correction',
    'Say that something that was sent is not true',
    z.object({ what: body.reason }),
    (sent) => ({ type: 'owe_correction', what: sent.what }),
  );
  change(
    'cadence',
    'Stretch the cadence after two hours',
    z.object({ factor: z.number().min(1).max(10), reason: body.reason }),
    (sent) => ({ type: 'stretch_cadence', ...sent }),
  );
  change('title', 'Change the title', z.object({ title: z.string().trim().min(1).max(300) }), (sent) => ({
    type: 'retitle',
    title: sent.title,
  }));
  change(
    'impact-start',
    'Say since when users felt it, give or take some minutes',
    z.object({ at: body.instant, uncertaintyMinutes: z.number().int().min(0).max(1440).optional() }),
    (sent) => ({
      type: 'date_impact',
      impactStartedAt: sent.at,
      uncertaintyMinutes: sent.uncertaintyMinutes,
    }),
  );
  change(
    'services',
    'Say which services are affected',
    z.object({ serviceIds: z.array(body.id).max(100) }),
    async (sent) => ({ type: 'change_services', serviceIds: await knownServices(house, sent.serviceIds) }),
  );
  change(
    'client-impacts',
    'Set the impact on one client',
    z.object({ clientId: body.id, impact: z.enum(['down', 'degraded', 'not_affected']) }),
    (sent) => ({ type: 'set_client_impact', ...sent }),
  );
  change(
    'notes',
    'Write a line on the timeline',
    z.object({ text: body.reason, parked: z.boolean().default(false), happenedAt: body.happenedAt }),
    (sent) => ({ type: 'add_note', text: sent.text, parked: sent.parked }),
  );
  change(
    'restoration',
    'Say that users can do it again, with proof',
    z.object({ proof: body.proof, workaround: body.optionalText, watch: body.finalTexts.optional() }),
    (sent) => ({ type: 'restore', ...sent }),
  );
  change('watch', 'Watch for me, then resolve and send this', body.finalTexts, (sent) => ({
    type: 'approve_watch',
    ...sent,
  }));
  change(
    'resolution',
    'Resolve it after the watch period',
    z.object({ note: body.optionalText }).default({ note: '' }),
    (sent) => ({ type: 'resolve', note: sent.note }),
  );
  change('reopening', 'It is back', z.object({ reason: body.reason }), (sent) => ({
    type: 'reopen',
    reason: sent.reason,
  }));
  change(
    'restriction',
    'Let only named people see it',
    z.object({ viewers: z.array(body.id).max(100) }),
    (sent, _request, incident) => ({
      type: incident.restricted ? 'change_viewers' : 'restrict',
      viewers: sent.viewers,
    }),
  );
  change(
    'looking',
    'Give it an owner',
    z.object({ ownerId: body.id.optional() }).default({}),
    async (sent, request) => ({ type: 'look_at', owner: await personNamed(house, sent.ownerId, request) }),
  );
  change(
    'decision',
    'Fix it, accept it or close it',
    z.object({
      decision: z.enum(['fix', 'accept', 'close']),
      by: z.iso.date().optional(),
      note: body.optionalText,
    }),
    (sent) => {
      if (sent.decision === 'fix' && !sent.by)
        throw new Refused('invalid', 'Fixing needs a date.', {
          fields: [{ path: 'body.by', message: 'say by when, for example 2026-12-01' }],
        });
      return { type: 'decide_fate', ...sent };
    },
  );
  change('closure', 'Close it', z.object({ note: body.optionalText }).default({ note: '' }), (sent) => ({
    type: 'close',
    note: sent.note,
  }));

  app.delete(
    '/api/v1/incidents/:id/roles/:role',
    {
      config: act,
      schema: {
        tags,
        summary: 'Give up a role',
        operationId: 'incident_leave_role',
        params: params.extend({ role: body.role }),
        response: { 200: shown },
      },
    },
    async (request) => {
      const incident = await visible(house, request, request.params.id);
      await house.incidents.execute(
        incident.id,
        { type: 'leave_role', role: request.params.role, who: personFrom(callerOf(request)) },
        doingOf(request),
      );
      return show(house, request, incident.id);
    },
  );
  mergeRoute(app, house);
  splitRoute(app, house);
}

function declareRoute(app: App, house: IncidentRoutes): void {
  app.post(
    '/api/v1/incidents',
    {
      config: act,
      schema: {
        tags,
        summary: 'Declare an incident',
        operationId: 'incident_declare',
        body: body.declaration,
        response: { 201: shown },
      },
    },
    async (request, reply) => {
      const { answers, usersAffected, ...sent } = request.body;
      const doing = doingOf(request);
      const serviceIds = await knownServices(house, sent.serviceIds);
      const zone = await serviceZone(house, serviceIds[0]);
      const incident = await house.incidents.declare(
        { ...sent, serviceIds, zone, viewers: sent.restricted ? viewersOf(sent.viewers, doing) : [] },
        doing,
      );
      if (answers)
        await house.incidents.execute(incident.id, { type: 'classify', answers, usersAffected }, doing);
      return reply.code(201).send(await show(house, request, incident.id));
    },
  );
}

function viewersOf(viewers: string[], doing: Doing): string[] {
  return [...new Set([...viewers, ...(doing.actor.personId ? [doing.actor.personId] : [])])];
}

function mergeRoute(app: App, house: IncidentRoutes): void {
  app.post(
    '/api/v1/incidents/:id/merge',
    {
      config: act,
      schema: {
        tags,
        summary: 'Merge this incident into another',
        operationId: 'incident_merge',
        params,
        body: z.object({ into: body.id }),
        response: { 200: shown },
      },
    },
    async (request) => {
      const from = await visible(house, request, request.params.id);
      const into = await visible(house, request, request.body.into);
      await merge(house.incidents, { from, into, doing: doingOf(request) });
      return show(house, request, into.id);
    },
  );
}

function splitRoute(app: App, house: IncidentRoutes): void {
  const schema = z.object({
    title: z.string().trim().min(1).max(300),
    serviceIds: z.array(body.id).max(100).default([]),
    alertIds: z.array(body.id).max(500).default([]),
  });
  app.post(
    '/api/v1/incidents/:id/split',
    {
      config: act,
      schema: {
        tags,
        summary: 'Split a second incident off',
        operationId: 'incident_split',
        params,
        body: schema,
        response: { 201: shown },
      },
    },
    async (request, reply) => {
      const incident = await visible(house, request, request.params.id);
      const { title, serviceIds, alertIds } = request.body;
      const doing = doingOf(request);
      refuseSplit(incident, { serviceIds, alertIds });
      const alerts = incident.alerts.filter((alert) => alertIds.includes(alert.alertId));
      const fresh = await house.incidents.declare(
        {
          title,
          serviceIds,
          alerts,
          zone: incident.zone,
          noticed: incident.noticed,
          detectedAt: incident.detectedAt,
          proposedSeverity: incident.severity,
          restricted: incident.restricted,
          viewers: incident.viewers,
          splitFrom: { id: incident.id, number: incident.number },
        },
        doing,
      );
      await house.incidents.execute(
        incident.id,
        { type: 'split', to: { id: fresh.id, number: fresh.number, title }, serviceIds, alertIds },
        doing,
      );
      return reply.code(201).send(await show(house, request, fresh.id));
    },
  );
}

/** @throws Refused `not_found` also for an incident that the caller must not know of */
export async function visible(
  house: Pick<IncidentRoutes, 'incidents'>,
  request: FastifyRequest,
  incidentId: string,
): Promise<Incident> {
  return incidentFor(house.incidents, incidentId, callerOf(request));
}

async function show(house: IncidentRoutes, request: FastifyRequest, incidentId: string) {
  const incident = await visible(house, request, incidentId);
  return house.shower.view(incident, { personId: callerOf(request).personId }, house.platform.clock.now());
}

const HAPPENED_DAYS_MAX = 31;

/** What people say happened earlier is kept with that time, within reason. */
function withTime(doing: Doing, sent: unknown, house: IncidentRoutes): Doing {
  const happenedAt = (sent as { happenedAt?: Temporal.Instant } | undefined)?.happenedAt;
  if (!happenedAt) return doing;
  const now = house.platform.clock.now();
  if (Temporal.Instant.compare(happenedAt, now) > 0)
    throw new Refused('invalid', 'That time is still to come.', {
      fields: [{ path: 'body.happenedAt', message: 'must not be in the future' }],
    });
  if (Temporal.Instant.compare(happenedAt, now.subtract({ hours: 24 * HAPPENED_DAYS_MAX })) < 0)
    throw new Refused('invalid', `That is more than ${HAPPENED_DAYS_MAX} days ago.`, {
      fields: [{ path: 'body.happenedAt', message: 'is too long ago' }],
    });
  return { ...doing, happenedAt };
}

async function personNamed(house: IncidentRoutes, personId: string | undefined, request: FastifyRequest) {
  if (!personId || personId === callerOf(request).personId) return personFrom(callerOf(request));
  const row = await house.platform.db
    .selectFrom('person')
    .select(['id', 'name'])
    .where('id', '=', personId)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  if (!row) throw notFound('person', personId);
  return { personId: row.id, name: row.name };
}

async function zoneOf(house: IncidentRoutes, personId: string): Promise<string> {
  const row = await house.platform.db
    .selectFrom('person')
    .select('zone')
    .where('id', '=', personId)
    .executeTakeFirst();
  return row?.zone ?? 'UTC';
}

async function serviceZone(house: IncidentRoutes, serviceId: string | undefined): Promise<string> {
  if (!serviceId) return 'UTC';
  const row = await house.platform.db
    .selectFrom('service')
    .select('zone')
    .where('id', '=', serviceId)
    .executeTakeFirst();
  return row?.zone ?? 'UTC';
}

async function knownServices(house: IncidentRoutes, serviceIds: string[]): Promise<string[]> {
  if (serviceIds.length === 0) return [];
  const rows = await house.platform.db
    .selectFrom('service')
    .select('id')
    .where('id', 'in', serviceIds)
    .where('archived_at', 'is', null)
    .execute();
  const known = new Set(rows.map((row) => row.id));
  const unknown = serviceIds.filter((each) => !known.has(each));
  if (unknown.length)
    throw new Refused('invalid', 'Some services are not in the directory.', {
      mend: 'Choose services that exist, or leave it open.',
      fields: unknown.map((each) => ({ path: 'body.serviceIds', message: `there is no service "${each}"` })),
    });
  return [...new Set(serviceIds)];
}
