/** The routes of telling people: send, preview, the prepared answer, what was said, who was told. */
import { z } from 'zod';
import { TOLD_BY } from '#directory/told-by.ts';
import type { House } from '#incident/room.ts';
import { actorOf, incidentFor } from '#incident/seen-by.ts';
import type { Incident, UpdateKind } from '#incident/types.ts';
import { type App, callerOf } from '#platform/http/app.ts';
import { instant, pageQuery, text } from '#platform/http/fields.ts';
import { newId } from '#platform/ids.ts';
import type { Mailer } from '#platform/mail.ts';
import { affectedClients, audienceOf as audienceTold, countRecipients } from './audience.ts';

import type { Channels } from './channels/channels.ts';
import { FIELD_CHARACTERS_MAX } from './check.ts';
import { type Composed, compose, notSent, refuseUnsendable } from './compose.ts';
import { readMailState } from './mail-state.ts';
import { plainText, sendLabel } from './message.ts';
import { SILENCE_MINUTES_MAX, waitsForEvidence } from './next-channel.ts';
import { kindNeeded, prepare } from './prepare.ts';
import {
  clientToldView,
  deliveryView,
  readClientsTold,
  readDeliveries,
  readUpdates,
  STATUSES,
  UPDATE_KINDS,
  updateView,
} from './read.ts';
import { readsOf } from './reads.ts';
import { keyOfClient } from './text.ts';
import { type Unreached, unreached } from './ways.ts';
import { timeWithZone } from './words.ts';

type Means = { mailer: Mailer; channels: Channels };

const CLIENTS_MAX = 1000;
const KINDS_OF_PEOPLE = UPDATE_KINDS.filter((kind) => kind !== 'late');

const WORDINGS_MAX = 100;

const params = z.object({ id: z.string().max(100) });
const ownAudience = z.union([
  z.enum(['internal', 'public']),
  z.templateLiteral(['client:', z.string().min(1).max(100)]),
]);
const body = z.object({
  kind: z.enum(KINDS_OF_PEOPLE),
  status: z.enum(STATUSES).default('looking'),
  impact: text(FIELD_CHARACTERS_MAX).describe('Who cannot do what, since when, how many, workaround.'),
  action: text(FIELD_CHARACTERS_MAX).describe('What we are doing now.'),
  nextAt: instant()
    .nullable()
    .optional()
    .describe('When people hear next. Left out: now plus the cadence. Null: only on the last message.'),
  nothingNew: z.boolean().default(false),
  audience: z
    .object({
      clientIds: z
        .union([z.literal('affected'), z.array(z.string().max(100)).max(CLIENTS_MAX)])
        .default('affected'),
      internal: z.boolean().default(true),
      publicPage: z.boolean().optional().describe('Left out: when an affected service is on the page.'),
    })
    .default({ clientIds: 'affected', internal: true }),
  wordings: z
    .array(
      z.object({
        audience: ownAudience,
        impact: text(FIELD_CHARACTERS_MAX),
        action: text(FIELD_CHARACTERS_MAX),
      }),
    )
    .max(WORDINGS_MAX)
    .default([])
    .describe(
      'Words of their own for one audience each; nobody else reads them. The others read the common ones.',
    ),
  confirmed: z
    .array(z.enum(['secret', 'client_name']))
    .max(2)
    .default([])
    .describe('What a second tap has confirmed.'),
});

const finding = z.object({
  code: z.string(),
  level: z.enum(['stop', 'ask', 'must', 'warn', 'hint']),
  field: z.enum(['status', 'impact', 'action', 'nextAt']),
  start: z.number(),
  end: z.number(),
  question: z.string(),
  rewrite: z.string().nullable().describe('Can stand in the place of what was found.'),
  example: z.string().nullable().describe('How it could be said; a frame to fill in.'),
  confirms: z.enum(['secret', 'client_name']).nullable(),
  audience: z.string().nullable().describe('Whose own words it is about; null: the common ones.'),
});
const audienceView = z.object({
  clients: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      contacts: z.number(),
      impact: z.enum(['down', 'degraded', 'not_affected']),
      included: z.boolean(),
    }),
  ),
  people: z.number().describe('Addresses that get a mail.'),
  contacts: z.number(),
  internal: z.number(),
  publicPage: z.boolean(),
  publicNames: z.array(z.string()),
  notSent: z.array(z.string()).describe('What will not be sent, and why.'),
  button: z.string().describe('The label of the one button.'),
});
const preview = z.object({
  reads: z
    .array(
      z.object({
        audience: z.string().describe('"internal", "public" or "client:<id>"'),
        who: z.string(),
        channel: z.enum([...TOLD_BY, 'page']),
        turn: z
          .enum(['first', 'next'])
          .describe('"first": told by it at once; "next": tried when the first gives no evidence or fails.'),
        notConfigured: z.string().nullable().describe('Why this installation sends nothing by it.'),
        head: z.string(),
        text: z.string(),
        html: z.string().nullable(),
        note: z.string().nullable().describe('How long it is, where that matters.'),
      }),
    )
    .describe(
      'The message as each audience reads it, for at most forty audiences: by exactly the channels by which somebody of it would be reached.',
    ),
  nextAfterMinutes: z
    .number()
    .nullable()
    .describe(
      'So long without evidence, and the next channel is tried. Null (P3): only when the first fails.',
    ),
  nobody: z
    .array(
      z.object({
        audience: z.string().describe('"client:<id>"'),
        who: z.string(),
        words: z.string(),
        callable: z.boolean().describe('A contact has a telephone number: they stand on the call list.'),
      }),
    )
    .describe('Clients that the message is for and does not reach.'),
  audience: audienceView,
  nextAt: z.string().nullable(),
  findings: z.array(finding),
});
const draftView = z.object({
  kind: z.enum(UPDATE_KINDS),
  status: z.enum(STATUSES),
  impact: z.string(),
  action: z.string(),
  nextAt: z.string().nullable(),
  nothingNew: z.boolean(),
  wordings: z
    .array(z.object({ audience: z.string(), impact: z.string(), action: z.string() }))
    .describe('Words of their own that audiences were told last, carried over.'),
  since: z
    .array(z.object({ seq: z.number(), at: z.string(), words: z.string() }))
    .describe('The lines of the timeline that it was drafted from; empty when it was carried over.'),
  text: z.string().describe('The message as one paragraph, in the zone of the organisation.'),
  audience: audienceView,
  findings: z.array(finding),
});

export function updateRoutes(app: App, house: House, means: Means): void {
  const { mailer } = means;
  const { db, clock } = house.platform;
  const tags = ['communicate'];
  const at = '/api/v1/incidents/:id/updates';

  app.post(
    at,
    {
      config: { access: 'responder' },
      schema: {
        tags,
        params,
        body,
        response: { 201: updateView },
        summary: 'Send a message to everyone affected',
        operationId: 'sendUpdate',
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const incident = await incidentFor(house.incidents, request.params.id, caller);
      const composed = await compose(house, incident, request.body, newId('upd'), clock.now());
      refuseUnsendable(composed.findings, composed.update, request.body.confirmed);
      await house.incidents.execute(
        incident.id,
        { type: 'send_update', update: composed.update },
        { actor: actorOf(caller), source: 'app' },
      );
      const { items } = await readUpdates(db, incident.id, { limit: 1, id: composed.update.updateId });
      return reply.code(201).send(items[0]!);
    },
  );

  app.post(
    `${at}/preview`,
    {
      config: { access: 'responder' },
      schema: {
        tags,
        params,
        body,
        response: { 200: preview },
        summary: 'How a message would read, and whom it would reach; nothing is sent',
        operationId: 'previewUpdate',
      },
    },
    async (request) => {
      const now = clock.now();
      const incident = await incidentFor(house.incidents, request.params.id, callerOf(request));
      const composed = await compose(house, incident, request.body, 'preview', now);
      return previewOf(house, incident, composed, means, now);
    },
  );

  app.get(
    `${at}/draft`,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        params,
        querystring: z.object({
          kind: z.enum(KINDS_OF_PEOPLE).optional(),
          clientId: z.string().max(100).optional().describe('For this client alone, as its contract asks.'),
          nothingNew: z.stringbool().default(false).describe('true: carried over, whatever happened since'),
        }),
        response: { 200: draftView },
        summary: 'The prepared message for the next step, with its audience and counts',
        operationId: 'draftUpdate',
      },
    },
    async (request) => {
      const now = clock.now();
      const incident = await incidentFor(house.incidents, request.params.id, callerOf(request));
      const kind: UpdateKind = request.query.kind ?? kindNeeded(incident);
      const { nothingNew, clientId } = request.query;
      const { since, ...fields } = await prepare(house, incident, { kind, nothingNew, clientId }, now);
      const nextAt =
        fields.nextAt === null ? null : Temporal.Instant.fromEpochMilliseconds(Number(fields.nextAt));
      const composed = await compose(
        house,
        incident,
        {
          ...fields,
          nextAt,
          audience: clientId
            ? { clientIds: [clientId], internal: false, publicPage: false }
            : { clientIds: 'affected', internal: true },
        },
        'draft',
        now,
      );
      return {
        ...fields,
        nextAt: nextAt?.toString() ?? null,
        since: since.map(({ seq, at, words }) => ({ seq, at: new Date(at).toISOString(), words })),
        text: plainText(fields, (time) =>
          timeWithZone(time, composed.organisation.zone, now.epochMilliseconds),
        ),
        audience: await audienceOf(house, incident, composed, {
          mailer,
          nobody: await unreached(db, incident, composed.update),
        }),
        findings: composed.findings,
      };
    },
  );

  app.get(
    at,
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        params,
        querystring: z.object(pageQuery),
        response: { 200: z.object({ items: z.array(updateView), next: z.string().nullable() }) },
        summary: 'What was said, newest first',
        operationId: 'listUpdates',
      },
    },
    async (request) => {
      const incident = await incidentFor(house.incidents, request.params.id, callerOf(request));
      return readUpdates(db, incident.id, request.query);
    },
  );

  app.get(
    '/api/v1/incidents/:id/deliveries',
    {
      config: { access: 'viewer' },
      schema: {
        tags,
        params,
        querystring: z.object({ ...pageQuery, updateId: z.string().max(200).optional() }),
        response: {
          200: z.object({
            items: z.array(deliveryView),
            next: z.string().nullable(),
            clients: z.array(clientToldView),
            mail: z.object({
              configured: z.boolean(),
              down: z.boolean().describe('Messages wait because mail is down; the call list is next.'),
              waiting: z.number(),
              words: z.string().nullable(),
              command: z.string().nullable(),
            }),
          }),
        },
        summary: 'Who was told, by what, when, with which evidence; the untold on top',
        operationId: 'listDeliveries',
      },
    },
    async (request) => {
      const incident = await incidentFor(house.incidents, request.params.id, callerOf(request));
      return {
        ...(await readDeliveries(db, incident.id, request.query)),
        clients: await readClientsTold(db, incident),
        mail: await readMailState(db, mailer, incident.id),
      };
    },
  );
}

async function audienceOf(
  house: House,
  incident: Incident,
  composed: Composed,
  { mailer, nobody }: { mailer: Mailer; nobody: Unreached[] },
): Promise<z.output<typeof audienceView>> {
  const { db } = house.platform;
  const { update } = composed;
  const counts = await countRecipients(db, incident, audienceTold(update));
  const clients = await affectedClients(db, incident);
  const others = update.clientIds.filter((id) => !clients.some((client) => client.id === id));
  const named = others.length
    ? await db.selectFrom('client').select(['id', 'name']).where('id', 'in', others).execute()
    : [];
  return {
    clients: [
      ...clients.map(({ id, name, contacts, impact }) => ({
        id,
        name,
        contacts,
        impact,
        included: update.clientIds.includes(id),
      })),
      ...named.map(({ id, name }) => ({
        id,
        name,
        contacts: 0,
        impact: 'degraded' as const,
        included: true,
      })),
    ],
    ...counts,
    publicPage: update.publicPage,
    publicNames: composed.publicNames,
    notSent: await notSent(house, incident, composed, { mailConfigured: mailer.configured, nobody }),
    button: sendLabel(counts.people, update.publicPage),
  };
}

async function previewOf(
  house: House,
  incident: Incident,
  composed: Composed,
  { mailer, channels }: Means,
  now: Temporal.Instant,
): Promise<z.output<typeof preview>> {
  const { db, config } = house.platform;
  const nobody = await unreached(db, incident, composed.update);
  return {
    reads: await readsOf({ db, config, channels }, incident, composed, now),
    nextAfterMinutes: waitsForEvidence(incident) ? SILENCE_MINUTES_MAX : null,
    nobody: nobody.map(({ clientId, name, words, callable }) => ({
      audience: keyOfClient(clientId),
      who: name,
      words,
      callable,
    })),
    audience: await audienceOf(house, incident, composed, { mailer, nobody }),
    nextAt: composed.update.nextAt?.toString() ?? null,
    findings: composed.findings,
  };
}
