/** DECLARE: a signal or a person makes an incident. People declare through the incident's own routes; alerts are considered here. */
import { z } from 'zod';
import { doingOf } from '#incident/doing.ts';
import type { Room } from '#incident/room.ts';
import { incidentFor as visibleIncident } from '#incident/seen-by.ts';
import { transaction } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { type ConsiderHouse, consider, isReport, noticedBy } from './consider.ts';

// Several groups of signals are considered in one go, so that a storm costs one look and not hundreds.
const JOBS_AT_ONCE_MAX = 200;

export function declareRoom(house: ConsiderHouse): Room {
  return {
    name: 'declare',
    routes: (app) => declareRoutes(app, house),
    jobs: {
      'declare.consider': {
        batchMax: JOBS_AT_ONCE_MAX,
        async run(batch) {
          await consider(
            house,
            batch.flatMap(({ data }) => (data as { alertIds: string[] }).alertIds),
          );
        },
      },
    },
  };
}

/** An alert that waits for a person: declare an incident from it, or say to which one it belongs. */
function declareRoutes(app: App, house: ConsiderHouse): void {
  const { platform, incidents, alerts } = house;
  const params = z.object({ id: z.string().min(1).max(64) });
  const answer = z.object({ incidentId: z.string(), number: z.number() });
  const schema = { tags: ['alerts'], params };
  app.post(
    '/api/v1/alerts/:id/declaration',
    {
      config: { access: 'responder' },
      schema: {
        ...schema,
        summary: 'Declare an incident from an alert that waits',
        operationId: 'alert_declare',
        response: { 201: answer },
      },
    },
    async (request, reply) => {
      const [alert] = await alerts.readAlerts(platform.db, [request.params.id]);
      if (!alert) throw notFound('alert', request.params.id);
      if (alert.incidentId)
        throw new Refused('conflict', 'This alert belongs to an incident already.', {
          mend: 'Open that incident.',
        });
      const incident = await incidents.declare(
        {
          title: alert.title,
          proposedSeverity: alert.proposedSeverity,
          noticed: noticedBy(alert),
          detectedAt: isReport(alert) ? alert.startedAt : alert.firstAt,
          serviceIds: alert.serviceId ? [alert.serviceId] : [],
          alerts: [
            {
              alertId: alert.id,
              title: alert.title,
              source: alert.source,
              serviceId: alert.serviceId,
              firing: alert.state === 'open' && !isReport(alert),
            },
          ],
        },
        doingOf(request),
      );
      await transaction(platform.db, (tx) => alerts.attachAlerts(tx, [alert.id], incident.id));
      return reply.code(201).send({ incidentId: incident.id, number: incident.number });
    },
  );
  app.post(
    '/api/v1/alerts/:id/incident',
    {
      config: { access: 'responder' },
      schema: {
        ...schema,
        summary: 'Say to which open incident an alert belongs',
        operationId: 'alert_join',
        body: z.object({ incidentId: z.string().max(64) }),
        response: { 200: answer },
      },
    },
    async (request) => {
      const [alert] = await alerts.readAlerts(platform.db, [request.params.id]);
      if (!alert) throw notFound('alert', request.params.id);
      const incident = await visibleIncident(incidents, request.body.incidentId, callerOf(request));
      await incidents.execute(
        incident.id,
        {
          type: 'join_alerts',
          alerts: [
            {
              alertId: alert.id,
              title: alert.title,
              source: alert.source,
              serviceId: alert.serviceId,
              firing: alert.state === 'open' && !isReport(alert),
            },
          ],
        },
        doingOf(request),
      );
      await transaction(platform.db, (tx) => alerts.attachAlerts(tx, [alert.id], incident.id));
      return { incidentId: incident.id, number: incident.number };
    },
  );
}
