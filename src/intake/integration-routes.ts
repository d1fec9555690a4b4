/** Integrations for people: made, changed, given a new key, archived. The key is shown once; afterwards only its last four characters. */
import { sql } from 'kysely';
import { z } from 'zod';
import { type Db, json, type Tx, transaction } from '#platform/db/database.ts';
import { notFound, Refused } from '#platform/errors.ts';
import type { App } from '#platform/http/app.ts';
import { cursorOf, filled, pageQuery, readCursor } from '#platform/http/fields.ts';
import { newId, newSecret } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { hashOfKey, raiseVersion, signingOf } from './integrations.ts';
import { mappingShape } from './mapping.ts';
import { type Reading, readingShape } from './reading.ts';
import {
  type OutcomeRule,
  outcomeRuleShape,
  outcomesShape,
  type RoutingRule,
  routingRuleShape,
  routingShape,
} from './route.ts';
import { SIGNING_KINDS } from './signing-routes.ts';

const kind = z.enum([
  'pagerduty',
  'alertmanager',
  'alertmanager_api',
  'grafana',
  'generic',
  'github',
  'gitlab',
  'argocd',
  'kubernetes',
  'cloudevents',
  'launchdarkly',
  'flags',
  'sns',
  'slack',
  'standard_webhooks',
]);
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
  reading: readingShape,
};
const newIntegration = z.object({
  name: fields.name,
  kind: fields.kind,
  serviceId: fields.serviceId.default(null),
  routing: fields.routing.default([]),
  outcomes: fields.outcomes.default([]),
  mapping: fields.mapping.default(null),
  reading: fields.reading.prefault({}),
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
  reading: readingShape,
  signing: z
    .object({
      canSign: z.boolean(),
      set: z.boolean().describe('true: unsigned bodies are refused'),
      oldUntil: z.string().nullable().describe('until then the secret before is good too'),
    })
    .describe('the secret that the sender signs with; it is never shown again'),
  topic: z
    .object({ arn: z.string(), askedAt: z.string(), confirmedAt: z.string().nullable() })
    .nullable()
    .describe('Amazon SNS: the topic that asks to be confirmed, or was'),
  came: z
    .object({
      changes: z.number(),
      notChanges: z.number(),
      lastNotChange: z.string().nullable(),
      refused: z.number(),
      lastRefusedAt: z.string().nullable(),
      lastRefusedReason: z.string().nullable(),
    })
    .describe('what came of the deliveries since it was made'),
  /** Where events are sent; `<key>` stands for the key. */
  addresses: z.array(z.string()),
  lastReceivedAt: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
});
const withKey = shown.extend({ key: z.string().describe('shown this once') });

export function integrationRoutes(app: App, platform: Platform): void {
  const { db, clock } = platform;
  const show = (row: Row) => shownOf(row, platform);
  const showOne = async (id: string) => show(await find(db, id));
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
      let query = seen(db)
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
    (request) => showOne(request.params.id),
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
      return reply.code(201).send({ ...(await showOne(row.id)), key });
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
    async (request) => {
      const { id } = await transaction(db, (tx) => change(tx, request.params.id, request.body, clock.now()));
      return showOne(id);
    },
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
      return reply.code(201).send({ ...(await showOne(row.id)), key });
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

/** With what came of its deliveries. */
function seen(db: Db) {
  return db
    .selectFrom('integration')
    .leftJoin('integration_tally as t', 't.integration_id', 'integration.id')
    .leftJoin('topic_confirmation as topic', 'topic.integration_id', 'integration.id')
    .selectAll('integration')
    .select([
      't.changes',
      't.not_changes',
      't.last_not_change',
      't.refused',
      't.last_refused_at',
      't.last_refused_reason',
      'topic.topic_arn',
      'topic.asked_at',
      'topic.confirmed_at',
    ])
    .where('archived_at', 'is', null);
}

async function find(db: Db, id: string) {
  const row = await seen(db).where('integration.id', '=', id).executeTakeFirst();
  if (!row) throw notFound('integration', id);
  return row;
}

/** For set-up, demo and tests as well as for the route. @param key from `newSecret()`, never stored as it is */
export async function create(
  tx: Tx,
  what: z.input<typeof newIntegration>,
  key: string,
  now: Temporal.Instant,
) {
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
      reading: json(await withNamedServices(tx, it.reading)),
      created_at: now,
      updated_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

async function change(tx: Tx, id: string, what: z.infer<typeof patch>, now: Temporal.Instant) {
  if (what.name !== undefined) await refuseTakenName(tx, what.name, id);
  return update(tx, id, {
    updated_at: now,
    ...(what.name === undefined ? {} : { name: what.name }),
    ...(what.kind === undefined ? {} : { kind: what.kind }),
    ...(what.serviceId === undefined ? {} : { service_id: await serviceIdOf(tx, what.serviceId) }),
    ...(what.routing === undefined ? {} : { routing: json(await withServiceIds(tx, what.routing)) }),
    ...(what.outcomes === undefined ? {} : { outcomes: json(what.outcomes) }),
    ...(what.mapping === undefined ? {} : { mapping: what.mapping ? json(what.mapping) : null }),
    ...(what.reading === undefined ? {} : { reading: json(await withNamedServices(tx, what.reading)) }),
  });
}

async function update(tx: Tx, id: string, values: Record<string, unknown>) {
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

async function withNamedServices(tx: Tx, reading: Reading): Promise<Reading> {
  const services: Reading['services'] = [];
  for (const each of reading.services)
    services.push({ ...each, service: (await serviceIdOf(tx, each.service)) ?? each.service });
  return { ...reading, services };
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
  github: ['/hooks/github/<key>'],
  gitlab: ['/hooks/gitlab/<key>'],
  argocd: ['/hooks/argocd/<key>'],
  kubernetes: ['/hooks/kubernetes/<key>'],
  cloudevents: ['/hooks/cloudevents/<key>'],
  launchdarkly: ['/hooks/launchdarkly/<key>'],
  flags: ['/hooks/flags/<key>'],
  sns: ['/hooks/sns/<key>'],
  slack: ['/hooks/slack/<key>', '/services/T/B/<key>'],
  standard_webhooks: ['/hooks/standard-webhooks/<key>'],
  reports: [],
};

function shownOf(row: Row, { config: { url }, secret }: Platform): z.infer<typeof shown> {
  const signing = row.signing_sealed === null ? undefined : signingOf(row.signing_sealed, secret);
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
    reading: readingShape.parse(row.reading),
    signing: {
      canSign: SIGNING_KINDS.includes(of),
      set: signing !== undefined,
      oldUntil: signing?.previous?.until ?? null,
    },
    topic: row.topic_arn
      ? {
          arn: row.topic_arn,
          askedAt: row.asked_at?.toString() ?? '',
          confirmedAt: row.confirmed_at?.toString() ?? null,
        }
      : null,
    came: {
      changes: row.changes ?? 0,
      notChanges: row.not_changes ?? 0,
      lastNotChange: row.last_not_change,
      refused: row.refused ?? 0,
      lastRefusedAt: row.last_refused_at?.toString() ?? null,
      lastRefusedReason: row.last_refused_reason,
    },
    addresses: ADDRESSES[of].map((path) => `${url ?? ''}${path}`),
    lastReceivedAt: row.last_received_at?.toString() ?? null,
    createdAt: row.created_at.toString(),
    updatedAt: row.updated_at.toString(),
  };
}
