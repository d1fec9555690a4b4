/** Integrations for people: made, changed, given a new key, archived. The key is shown once; afterwards only its last four characters. */
import { sql } from 'kysely';
import { z } from 'zod';
import { type Db, json, type Tx, transaction } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import type { App } from '#platform/http/app.ts';
import { cursorOf, filled, pageQuery, readCursor } from '#platform/http/fields.ts';
import { newId, newSecret } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { hashOfKey, raiseVersion } from './integrations.ts';
import { mappingShape } from './mapping.ts';
import {
  type OutcomeRule,
  outcomeRuleShape,
  outcomesShape,
  type RoutingRule,
  routingRuleShape,
  routingShape,
} from './route.ts';

const kind = z.enum(['pagerduty', 'alertmanager', 'alertmanager_api', 'grafana', 'generic']);
const anyKind = z.enum([...kind.options, 'reports']);
const params = z.object({ id: z.string().max(64) });
const fields = {
  name: filled(120),
  kind,
  serviceId: z
    .string()
    .max(200)
    .nullable()
    .describe('id, slug or name of the service that every event means, unless a routing rule says otherwise'),
  routing: routingShape,
  outcomes: outcomesShape,
  mapping: mappingShape.nullable(),
};
const newIntegration = z.object({
  name: fields.name,
  kind: fields.kind,
  serviceId: fields.serviceId.default(null),
  routing: fields.routing.default([]),
  outcomes: fields.outcomes.default([]),
  mapping: fields.mapping.default(null),
});
const patch = z.object(fields).partial();
const shown = z.object({
  id: z.string(),
  name: z.string(),
  kind: anyKind.describe('"reports" is the one that clients\' reports come by; it has no key'),
  keyHint: z.string().describe('the last four characters of the key'),
  serviceId: z.string().nullable(),
  routing: z.array(z.object(routingRuleShape.shape)),
  outcomes: z.array(outcomeRuleShape),
  mapping: mappingShape.nullable(),
  /** Where events are sent; `<key>` stands for the key. */
  addresses: z.array(z.string()),
  lastReceivedAt: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
const withKey = shown.extend({ key: z.string().describe('shown this once') });

export function integrationRoutes(app: App, platform: Platform): void {
  const { db, clock } = platform;
  const show = (row: Row) => shownOf(row, platform.config.url);
  app.get(
    '/api/v1/integrations',
    {
      config: { access: 'responder' },
      schema: {
        querystring: z.object(pageQuery),
        response: { 200: z.object({ items: z.array(shown), next: z.string().nullable() }) },
        tags: ['intake'],
        summary: 'Integrations by name',
        operationId: 'listIntegrations',
      },
    },
    async (request) => {
      const { cursor, limit } = request.query;
      let query = db
        .selectFrom('integration')
        .selectAll()
        .where('archived_at', 'is', null)
        .orderBy('name')
        .orderBy('id')
        .limit(limit + 1);
      if (cursor) {
        const [name, id] = readCursor(cursor);
        query = query.where(sql<boolean>`(name, id) > (${name}, ${id})`);
      }
      const rows = await query.execute();
      const last = rows[limit - 1];
      return {
        items: rows.slice(0, limit).map(show),
        next: rows.length > limit && last ? cursorOf(last.name, last.id) : null,
      };
    },
  );
  app.get(
    '/api/v1/integrations/:id',
    {
      config: { access: 'responder' },
      schema: {
        params,
        response: { 200: shown },
        tags: ['intake'],
        summary: 'One integration',
        operationId: 'getIntegration',
      },
    },
    async (request) => show(await find(db, request.params.id)),
  );
  app.post(
    '/api/v1/integrations',
    {
      config: { access: 'administrator', keepsAnswer: false },
      schema: {
        body: newIntegration,
        response: { 201: withKey },
        tags: ['intake'],
        summary: 'Make an integration; its key is in this answer only',
        operationId: 'createIntegration',
      },
    },
    async (request, reply) => {
      const key = newSecret();
      const row = await transaction(db, (tx) => create(tx, request.body, key, clock.now()));
      return reply.code(201).send({ ...show(row), key });
    },
  );
  app.patch(
    '/api/v1/integrations/:id',
    {
      config: { access: 'administrator' },
      schema: {
        params,
        body: patch,
        response: { 200: shown },
        tags: ['intake'],
        summary: 'Change an integration',
        operationId: 'changeIntegration',
      },
    },
    async (request) =>
      show(await transaction(db, (tx) => change(tx, request.params.id, request.body, clock.now()))),
  );
  app.post(
    '/api/v1/integrations/:id/key',
    {
      config: { access: 'administrator', keepsAnswer: false },
      schema: {
        params,
        response: { 201: withKey },
        tags: ['intake'],
        summary: 'Make a new key; the old one stops at once',
        operationId: 'rotateIntegrationKey',
      },
    },
    async (request, reply) => {
      const key = newSecret();
      const row = await transaction(db, (tx) =>
        update(tx, request.params.id, {
          key_hash: hashOfKey(key),
          key_hint: key.slice(-4),
          updated_at: clock.now(),
        }),
      );
      return reply.code(201).send({ ...show(row), key });
    },
  );
  app.delete(
    '/api/v1/integrations/:id',
    {
      config: { access: 'administrator' },
      schema: {
        params,
        response: { 204: z.null() },
        tags: ['intake'],
        summary: 'Archive an integration; its key stops at once',
        operationId: 'archiveIntegration',
      },
    },
    async (request, reply) => {
      await transaction(db, (tx) =>
        update(tx, request.params.id, { archived_at: clock.now(), updated_at: clock.now() }),
      );
      return reply.code(204).send(null);
    },
  );
}

type Row = Awaited<ReturnType<typeof find>>;

async function find(db: Db, id: string) {
  const row = await db
    .selectFrom('integration')
    .selectAll()
    .where('id', '=', id)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  if (!row) throw notFound('integration', id);
  return row;
}

/** For set-up, demo and tests as well as for the route. @param key from `newSecret()`, never stored as it is */
export async function create(
  tx: Tx,
  what: z.input<typeof newIntegration>,
  key: string,
  now: Temporal.Instant,
): Promise<Row> {
  const it = newIntegration.parse(what);
  await refuseTakenName(tx, it.name, '');
  await raiseVersion(tx);
  return tx
    .insertInto('integration')
    .values({
      id: newId('int'),
      name: it.name,
      kind: it.kind,
      key_hash: hashOfKey(key),
      key_hint: key.slice(-4),
      service_id: await serviceIdOf(tx, it.serviceId),
      routing: json(await withServiceIds(tx, it.routing)),
      outcomes: json(it.outcomes),
      mapping: it.mapping ? json(it.mapping) : null,
      created_at: now,
      updated_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

async function change(tx: Tx, id: string, what: z.infer<typeof patch>, now: Temporal.Instant): Promise<Row> {
  if (what.name !== undefined) await refuseTakenName(tx, what.name, id);
  return update(tx, id, {
    updated_at: now,
    ...(what.name === undefined ? {} : { name: what.name }),
    ...(what.kind === undefined ? {} : { kind: what.kind }),
    ...(what.serviceId === undefined ? {} : { service_id: await serviceIdOf(tx, what.serviceId) }),
    ...(what.routing === undefined ? {} : { routing: json(await withServiceIds(tx, what.routing)) }),
    ...(what.outcomes === undefined ? {} : { outcomes: json(what.outcomes) }),
    ...(what.mapping === undefined ? {} : { mapping: what.mapping ? json(what.mapping) : null }),
  });
}

async function update(tx: Tx, id: string, values: Record<string, unknown>): Promise<Row> {
  await raiseVersion(tx);
  const row = await tx
    .updateTable('integration')
    .set(values)
    .where('id', '=', id)
    .where('archived_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
  if (!row) throw notFound('integration', id);
  return row;
}

async function refuseTakenName(tx: Tx, name: string, exceptId: string): Promise<void> {
  const taken = await tx
    .selectFrom('integration')
    .select('id')
    .where(sql<boolean>`lower(name) = lower(${name})`)
    .where('archived_at', 'is', null)
    .where('id', '<>', exceptId)
    .executeTakeFirst();
  if (taken)
    throw new Refused('conflict', `There is already an integration called "${name}".`, {
      mend: 'Choose another name, or archive the other one.',
    });
}

/** Rules keep the id, so that renaming a service does not break them. */
async function withServiceIds(tx: Tx, routing: RoutingRule[]): Promise<RoutingRule[]> {
  const list: RoutingRule[] = [];
  for (const rule of routing) list.push({ ...rule, service: await serviceIdOf(tx, rule.service) });
  return list;
}

async function serviceIdOf(tx: Db, named: string | null): Promise<string | null> {
  if (named === null) return null;
  const row = await tx
    .selectFrom('service')
    .select('id')
    .where('archived_at', 'is', null)
    .where(sql<boolean>`(id = ${named} or lower(slug) = lower(${named}) or lower(name) = lower(${named}))`)
    .executeTakeFirst();
  if (!row)
    throw new Refused('invalid', `There is no service called "${named}".`, {
      mend: 'Use the id, the slug or the name of a service in the directory.',
    });
  return row.id;
}

const ADDRESSES: Record<z.infer<typeof anyKind>, string[]> = {
  pagerduty: ['/v2/enqueue', '/v2/change/enqueue'],
  alertmanager: ['/hooks/alertmanager/<key>'],
  alertmanager_api: ['/in/<key>/api/v2/alerts'],
  grafana: ['/hooks/grafana/<key>'],
  generic: ['/hooks/generic/<key>'],
  reports: [],
};

function shownOf(row: Row, url: string | undefined): z.infer<typeof shown> {
  const of = row.kind as z.infer<typeof anyKind>;
  return {
    id: row.id,
    name: row.name,
    kind: of,
    keyHint: row.key_hint,
    serviceId: row.service_id,
    routing: row.routing as RoutingRule[],
    outcomes: row.outcomes as OutcomeRule[],
    mapping: row.mapping === null ? null : mappingShape.parse(row.mapping),
    addresses: ADDRESSES[of].map((path) => `${url ?? ''}${path}`),
    lastReceivedAt: row.last_received_at?.toString() ?? null,
    createdAt: row.created_at.toString(),
    updatedAt: row.updated_at.toString(),
  };
}
