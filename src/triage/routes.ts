/** Changes come in, and are listed: all of them, and those around one incident. */
import { z } from 'zod';
import { CHANGE_KINDS } from '#incident/change.ts';
import { incidentFor } from '#incident/seen-by.ts';
import type { Db } from '#platform/db/database.ts';
import { notFound } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { instant, pageQuery, text } from '#platform/http/fields.ts';
import { type Change, findChanges, listChanges } from './changes.ts';
import { BY_HAND } from './feeds.ts';
import type { House, Triage } from './room.ts';
import { change, newChange, whatChangedShape } from './shapes.ts';
import { HOURS_DEFAULT, HOURS_MAX, whatChanged } from './what-changed.ts';

const incidentParams = z.object({ id: text(64) });
const hours = z.object({ hours: z.coerce.number().int().min(1).max(HOURS_MAX).default(HOURS_DEFAULT) });
/** Which changes of a list are asked for, apart from their service and time. */
export const changeFilter = {
  kind: z.enum(CHANGE_KINDS).optional(),
  environment: text(100).optional(),
  source: text(255).optional().describe('What sends them, or the id of an integration'),
};

/** @throws Refused when no service is called so */
export async function filterOf(
  db: Db,
  asked: { service?: string | undefined } & {
    [Name in keyof typeof changeFilter]?: z.output<(typeof changeFilter)[Name]>;
  },
) {
  const serviceId = asked.service ? await serviceCalled(db, asked.service) : undefined;
  if (asked.service && !serviceId) throw notFound('service', asked.service);
  return {
    serviceIds: serviceId ? [serviceId] : undefined,
    kinds: asked.kind ? [asked.kind] : undefined,
    environment: asked.environment || undefined,
    source: asked.source || undefined,
  };
}

export function changeRoutes(app: App, house: House): void {
  const { platform, ledger } = house;

  app.post(
    '/api/v1/changes',
    {
      config: { access: 'responder' },
      schema: {
        body: newChange,
        response: { 201: change.extend({ note: z.string().nullable() }) },
        tags: ['triage'],
        summary: 'Tell of a change: a deployment, a configuration, a flag',
        operationId: 'recordChange',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const { body } = request;
      const serviceId = body.service ? await serviceCalled(platform.db, body.service) : undefined;
      const [kept] = await ledger.keep([
        {
          integrationId: undefined,
          serviceId,
          serviceNamed: body.service || undefined,
          externalId: body.externalId || undefined,
          kind: body.kind,
          summary: body.summary,
          source: body.source || (caller.kind === 'token' ? caller.name : BY_HAND),
          happenedAt: body.happenedAt ?? platform.clock.now(),
          endsAt: body.endsAt,
          saidAt: body.saidAt,
          links: [
            ...(body.url ? [{ href: body.url, text: body.url }] : []),
            ...body.links.map(({ href, text: said }) => ({ href, text: said || href })),
          ],
          details: body.details,
          state: body.state,
          rollback: body.rollback,
          rollbackHow: body.rollbackHow || undefined,
          environment: body.environment || undefined,
          versionBefore: body.versionBefore || undefined,
          versionAfter: body.versionAfter || undefined,
          ramp: body.ramp,
          size: body.size,
          mends: body.mends,
          recordedBy: caller.name,
        },
      ]);
      if (kept?.refusal) throw kept.refusal;
      const [recorded] = await findChanges(platform.db, kept ? [kept.id] : []);
      if (!recorded) throw new Error('The change that was just recorded is gone.');
      const notes = [
        ...(body.service && !serviceId
          ? [
              `Recorded, but no service is called "${body.service}". Incidents show it as "no service stated".`,
            ]
          : []),
        ...(recorded.claimedAt ? [skewNote(recorded)] : []),
      ];
      const note = notes.length ? notes.join(' ') : null;
      return reply.code(201).send({ ...recorded, note });
    },
  );

  app.get(
    '/api/v1/changes',
    {
      config: { access: 'viewer' },
      schema: {
        querystring: z.object({
          service: text(200).optional(),
          from: instant().optional(),
          to: instant().optional(),
          ...changeFilter,
          ...pageQuery,
        }),
        response: { 200: z.object({ items: z.array(change), next: z.string().nullable() }) },
        tags: ['triage'],
        summary: 'Changes, newest first',
        operationId: 'listChanges',
      },
    },
    async (request) => {
      const { service, from, to, cursor, limit, ...asked } = request.query;
      const filter = { ...(await filterOf(platform.db, { service, ...asked })), from, to };
      return listChanges(platform.db, filter, { cursor, limit });
    },
  );
}

/** The changes around an incident as they came, newest first; suspect-routes.ts ranks them. */
export function changesOfIncidentRoute(app: App, house: Triage): void {
  const { platform, incidents } = house;
  app.get(
    '/api/v1/incidents/:id/changes',
    {
      config: { access: 'viewer' },
      schema: {
        params: incidentParams,
        querystring: hours,
        response: { 200: whatChangedShape },
        tags: ['triage'],
        summary: 'What changed around an incident, newest first',
        operationId: 'changesOfIncident',
      },
    },
    async (request) => {
      const incident = await incidentFor(incidents, request.params.id, callerOf(request));
      await house.ledger.feeds.write();
      const alerts = await house.handed.alertsSeen(incident.id);
      const found = await whatChanged(
        platform.db,
        incident,
        request.query.hours,
        platform.clock.now(),
        alerts,
      );
      return { ...found, next: null };
    },
  );
}

/** A clock that runs ahead must not put a change after the incident that it caused. */
function skewNote({ claimedAt, happenedAt }: Change): string {
  return `The clock of the sender says ${claimedAt}, which is still to come; the change stands at ${happenedAt}, when we heard of it.`;
}

/** @returns the id of the service with this slug, name or id, in that order */
export async function serviceCalled(db: Db, called: string): Promise<string | undefined> {
  const rows = await db
    .selectFrom('service')
    .select(['id', 'slug', 'name'])
    .where('archived_at', 'is', null)
    .where((row) =>
      row.or([
        row('id', '=', called),
        row(row.fn('lower', ['slug']), '=', called.toLowerCase()),
        row(row.fn('lower', ['name']), '=', called.toLowerCase()),
      ]),
    )
    .limit(10)
    .execute();
  const same = (value: string) => value.toLowerCase() === called.toLowerCase();
  return (rows.find((row) => same(row.slug)) ?? rows.find((row) => same(row.name)) ?? rows[0])?.id;
}
