/** Alerts and signals for people to read. What belongs to a restricted incident is seen by its viewers alone. */
import { sql } from 'kysely';
import { z } from 'zod';
import { notFound } from '#platform/errors.ts';
import { type App, type Caller, callerOf } from '#platform/http/app.ts';
import { cursorOf, pageQuery, readTimeCursor } from '#platform/http/fields.ts';
import type { Platform } from '#platform/platform.ts';
import { maySee, type SignalRow, signalRows } from './signals.ts';

const severity = z.enum(['critical', 'error', 'warning', 'info']);
const alertShown = z.object({
  id: z.string(),
  integrationId: z.string(),
  integrationName: z.string(),
  dedupKey: z.string(),
  serviceId: z.string().nullable(),
  serviceName: z.string().nullable(),
  serviceNamed: z
    .string()
    .nullable()
    .describe('what the sender called the service, where none has that name'),
  title: z.string(),
  severity,
  state: z.enum(['open', 'resolved']),
  outcome: z.enum(['declare', 'wait', 'record']),
  proposedSeverity: z.enum(['P1', 'P2', 'P3']).nullable(),
  rule: z.string(),
  source: z.string(),
  startedAt: z.string(),
  firstAt: z.string(),
  lastAt: z.string(),
  resolvedAt: z.string().nullable(),
  endedBy: z.enum(['signal', 'expiry']).nullable(),
  expiresAt: z.string().nullable(),
  upstreamAcknowledgedAt: z.string().nullable(),
  count: z.number(),
  labels: z.record(z.string(), z.string()),
  links: z.array(z.object({ href: z.string(), text: z.string() })),
  details: z.record(z.string(), z.unknown()),
  incidentId: z.string().nullable(),
});
const signalShown = z.object({
  id: z.string(),
  receivedAt: z.string(),
  integrationId: z.string(),
  integrationName: z.string(),
  alertId: z.string().nullable(),
  dedupKey: z.string(),
  action: z.enum(['trigger', 'acknowledge', 'resolve']),
  format: z.string(),
  title: z.string(),
  result: z.enum(['opened', 'appended', 'acknowledged', 'resolved', 'dropped', 'ignored']),
  payload: z.unknown(),
});
const id = z.string().max(64).optional();
const listOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), next: z.string().nullable() });

export function alertRoutes(app: App, platform: Platform): void {
  app.get(
    '/api/v1/alerts',
    {
      config: { access: 'viewer' },
      schema: {
        querystring: z.object({
          ...pageQuery,
          state: z.enum(['open', 'resolved']).optional(),
          outcome: z.enum(['declare', 'wait', 'record']).optional(),
          serviceId: id,
          incidentId: id,
          hasIncident: z.enum(['true', 'false']).optional(),
          integrationId: id,
        }),
        response: { 200: listOf(alertShown) },
        tags: ['intake'],
        summary: 'Alerts, newest first',
        operationId: 'listAlerts',
      },
    },
    async (request) => {
      const { limit } = request.query;
      const rows = await alertRows(platform, request.query, callerOf(request));
      const last = rows[limit - 1];
      return {
        items: rows.slice(0, limit).map(alertOf),
        next: rows.length > limit && last ? cursorOf(last.first_at.toString(), last.id) : null,
      };
    },
  );
  app.get(
    '/api/v1/alerts/:id',
    {
      config: { access: 'viewer' },
      schema: {
        params: z.object({ id: z.string().max(64) }),
        response: { 200: alertShown },
        tags: ['intake'],
        summary: 'One alert',
        operationId: 'getAlert',
      },
    },
    async (request) => {
      const [row] = await alertRows(platform, { limit: 1, alertId: request.params.id }, callerOf(request));
      if (!row) throw notFound('alert', request.params.id);
      return alertOf(row);
    },
  );
  app.get(
    '/api/v1/signals',
    {
      config: { access: 'responder' },
      schema: {
        querystring: z.object({ ...pageQuery, alertId: id, integrationId: id }),
        response: { 200: listOf(signalShown) },
        tags: ['intake'],
        summary: 'What was received in the last 30 days, as it came, newest first',
        operationId: 'listSignals',
      },
    },
    async (request) => {
      const { limit, cursor, alertId, integrationId } = request.query;
      const before = cursor ? readTimeCursor(cursor) : undefined;
      const rows = await signalRows(platform, { limit, before, alertId, integrationId }, callerOf(request));
      const last = rows[limit - 1];
      return {
        items: rows.slice(0, limit).map(signalOf),
        next: rows.length > limit && last ? cursorOf(last.received_at.toString(), last.id) : null,
      };
    },
  );
}

type AlertFilter = {
  limit: number;
  cursor?: string | undefined;
  state?: string | undefined;
  outcome?: string | undefined;
  serviceId?: string | undefined;
  incidentId?: string | undefined;
  hasIncident?: 'true' | 'false' | undefined;
  integrationId?: string | undefined;
  alertId?: string | undefined;
};

function alertRows({ db }: Platform, filter: AlertFilter, caller: Caller) {
  let query = db
    .selectFrom('alert')
    .innerJoin('integration', 'integration.id', 'alert.integration_id')
    .leftJoin('service', 'service.id', 'alert.service_id')
    .leftJoin('alert_place', 'alert_place.alert_id', 'alert.id')
    .selectAll('alert')
    .select([
      'alert_place.incident_id',
      'integration.name as integration_name',
      'service.name as service_name',
    ])
    .where(maySee(sql.ref('alert_place.incident_id'), caller))
    // Ids of alerts sort by time.
    .orderBy('alert.id', 'desc')
    .limit(filter.limit + 1);
  if (filter.alertId) query = query.where('alert.id', '=', filter.alertId);
  if (filter.state) query = query.where('alert.state', '=', filter.state);
  if (filter.outcome) query = query.where('alert.outcome', '=', filter.outcome);
  if (filter.serviceId) query = query.where('alert.service_id', '=', filter.serviceId);
  if (filter.incidentId) query = query.where('alert_place.incident_id', '=', filter.incidentId);
  if (filter.hasIncident)
    query = query.where('alert_place.incident_id', filter.hasIncident === 'true' ? 'is not' : 'is', null);
  if (filter.integrationId) query = query.where('alert.integration_id', '=', filter.integrationId);
  if (filter.cursor) {
    const { id: before } = readTimeCursor(filter.cursor);
    query = query.where('alert.id', '<', before);
  }
  return query.execute();
}

type AlertRow = Awaited<ReturnType<typeof alertRows>>[number];

function alertOf(row: AlertRow): z.infer<typeof alertShown> {
  const text = (at: Temporal.Instant | null): string | null => at?.toString() ?? null;
  return {
    id: row.id,
    integrationId: row.integration_id,
    integrationName: row.integration_name,
    dedupKey: row.dedup_key,
    serviceId: row.service_id,
    serviceName: row.service_name,
    serviceNamed: row.service_hint,
    title: row.title,
    severity: row.severity as z.infer<typeof severity>,
    state: row.state as 'open' | 'resolved',
    outcome: row.outcome as 'declare' | 'wait' | 'record',
    proposedSeverity: row.proposed_severity as 'P1' | 'P2' | 'P3' | null,
    rule: row.rule,
    source: row.source,
    startedAt: row.started_at.toString(),
    firstAt: row.first_at.toString(),
    lastAt: row.last_at.toString(),
    resolvedAt: text(row.resolved_at),
    endedBy: row.ended_by as 'signal' | 'expiry' | null,
    expiresAt: text(row.expires_at),
    upstreamAcknowledgedAt: text(row.upstream_acknowledged_at),
    count: row.count,
    labels: row.labels as Record<string, string>,
    links: row.links as { href: string; text: string }[],
    details: row.details as Record<string, unknown>,
    incidentId: row.incident_id,
  };
}

function signalOf(row: SignalRow): z.infer<typeof signalShown> {
  return {
    id: row.id,
    receivedAt: row.received_at.toString(),
    integrationId: row.integration_id,
    integrationName: row.integration_name,
    alertId: row.alert_id,
    dedupKey: row.dedup_key,
    action: row.action as z.infer<typeof signalShown>['action'],
    format: row.format,
    title: row.title,
    result: row.result as z.infer<typeof signalShown>['result'],
    payload: row.payload,
  };
}
