/** Tries a pasted example against a mapping and rules, and shows what would come of it. Stores nothing. */
import { sql } from 'kysely';
import { z } from 'zod';
import type { Db } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import type { App } from '#platform/http/app.ts';
import type { Platform } from '#platform/platform.ts';
import { cleaned, readJson } from './clean.ts';
import type { Parsed, ParsedBody } from './incoming.ts';
import { mappingShape } from './mapping.ts';
import { outcomesShape, route, routingShape } from './route.ts';
import { parse as parseAlertmanager } from './sources/alertmanager/parse.ts';
import { parse as parseAlertmanagerApi } from './sources/alertmanager-api/parse.ts';
import { isObject } from './sources/fields.ts';
import { parse as parseGeneric } from './sources/generic/parse.ts';
import { parse as parseGrafana } from './sources/grafana/parse.ts';
import { parseEvent } from './sources/pagerduty/parse.ts';

const EXAMPLE_CHARACTERS_MAX = 256 * 1024;
const SIGNALS_SHOWN_MAX = 50;

const trial = z.object({
  format: z.enum(['pagerduty', 'alertmanager', 'alertmanager_api', 'grafana', 'generic']).default('generic'),
  example: z.string().min(1).max(EXAMPLE_CHARACTERS_MAX).describe('the JSON as a text, as it was pasted'),
  mapping: mappingShape.nullable().default(null),
  serviceId: z.string().max(64).nullable().default(null),
  routing: routingShape.default([]),
  outcomes: outcomesShape.default([]),
});
const signal = z.object({
  action: z.enum(['trigger', 'acknowledge', 'resolve']),
  dedupKey: z.string(),
  title: z.string(),
  severity: z.enum(['critical', 'error', 'warning', 'info']),
  source: z.string(),
  labels: z.record(z.string(), z.string()),
  ignored: z.boolean(),
  service: z.object({ id: z.string(), name: z.string() }).nullable(),
  serviceNamed: z.string().nullable().describe('what the event calls its service'),
  outcome: z.enum(['declare', 'wait', 'record']),
  proposedSeverity: z.enum(['P1', 'P2', 'P3']).nullable(),
  rule: z.string(),
  startedAt: z.string(),
});

export function trialRoute(app: App, { db, clock }: Platform): void {
  app.post(
    '/api/v1/integrations/mapping-trial',
    {
      config: { access: 'responder' },
      schema: {
        body: trial,
        response: { 200: z.object({ signals: z.array(signal) }) },
        tags: ['intake'],
        summary: 'Try a mapping on a pasted example',
        operationId: 'tryMapping',
      },
    },
    async (request) => {
      const { events, problems } = read(request.body, clock.now());
      if (problems.length || events.length === 0)
        throw new Refused('invalid', problems[0] ?? 'The example contains no event.', {
          mend: 'Mend the mapping or the example and try again.',
          fields: problems.slice(0, 20).map((message) => ({ path: 'body.example', message })),
        });
      const signals = [];
      for (const event of events.slice(0, SIGNALS_SHOWN_MAX))
        signals.push(await shownOf(db, request.body, event));
      return { signals };
    },
  );
}

function read({ format, example, mapping }: z.infer<typeof trial>, now: Temporal.Instant): ParsedBody {
  // No key of ours can be in it, so any text that cannot occur will do.
  const body = cleaned(readJson(Buffer.from(example)), '\0');
  switch (format) {
    case 'generic':
      return parseGeneric(body, now, mapping ?? undefined);
    case 'alertmanager':
      return parseAlertmanager(body, now);
    case 'alertmanager_api':
      return parseAlertmanagerApi(body, now);
    case 'grafana':
      return parseGrafana(body, now);
    case 'pagerduty': {
      const { event, errors } = parseEvent(isObject(body) ? body : {}, () => '(made when it arrives)', now);
      return event ? { events: [event], problems: [] } : { events: [], problems: errors };
    }
  }
}

async function shownOf(db: Db, rules: z.infer<typeof trial>, event: Parsed): Promise<z.infer<typeof signal>> {
  const way = route(rules, event);
  return {
    action: event.action,
    dedupKey: event.dedupKey,
    title: event.title,
    severity: event.severity,
    source: event.source,
    labels: event.labels,
    ignored: way.ignore,
    service: await serviceOf(db, way.serviceId ? [way.serviceId] : way.names),
    serviceNamed: event.serviceNames[0] ?? null,
    outcome: way.outcome,
    proposedSeverity: way.proposedSeverity,
    rule: way.rule,
    startedAt: event.startedAt.toString(),
  };
}

async function serviceOf(db: Db, names: string[]): Promise<{ id: string; name: string } | null> {
  for (const name of names) {
    const row = await db
      .selectFrom('service')
      .select(['id', 'name'])
      .where('archived_at', 'is', null)
      .where(sql<boolean>`(id = ${name} or lower(slug) = lower(${name}) or lower(name) = lower(${name}))`)
      .executeTakeFirst();
    if (row) return row;
  }
  return null;
}
