/** The webhooks of senders of changes: one shape for all; each source brings its reader. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { transaction } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import { type App, BODY_BYTES_MAX } from '#platform/http/app.ts';
import { type Body, cleaned, cleanText, decoded, parsedJson, readJson } from '../clean.ts';
import { DELIVERY_CHARACTERS_MAX, isReplay, keepDelivery } from '../deliveries.ts';
import type { Format } from '../incoming.ts';
import { type Integration, Stale } from '../integrations.ts';
import type { Scheme } from '../signing.ts';
import { storeChanges } from '../store-told.ts';
import type { Told } from '../told.ts';
import {
  admitted,
  confessed,
  type Door,
  describing,
  incoming,
  type Known,
  keyOf,
  proven,
  recordAll,
  sendJson,
  statusOf,
} from './door.ts';

const CHANGES_MAX = 1000;
const STALE_ROUNDS_MAX = 5;

/** What a reader is given. `body` is cleaned and redacted, `raw` is as it came, for those that verify what is inside. */
export type Received = {
  body: unknown;
  raw: unknown;
  header: (name: string) => string | undefined;
  integration: Integration;
  now: Temporal.Instant;
};

export type Sender = {
  source: string;
  /** Other addresses of it, with `:key` in them. */
  urls?: string[];
  summary: string;
  scheme: Scheme;
  format?: Format;
  /** Its bodies can be larger than others'. */
  bodyBytesMax?: number;
  /** It may send a form with the JSON in the field `payload`. */
  form?: boolean;
  body: z.ZodType;
  /** Reading it does something, so that it must not be done by what memory held an hour ago. */
  acts?: boolean;
  read: (received: Received) => Told | Promise<Told>;
  /** What it expects to hear, where that is not our JSON. */
  answer?: { text: string; refusal: (status: number) => string };
};

const answers = {
  202: z.object({
    accepted: z.number().describe('changes and alerts that are stored'),
    changes: z.number(),
    note: z.string().optional().describe('why something is not a change'),
  }),
  400: z.object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string().optional(),
    accepted: z.number().optional(),
  }),
};

const knownOf = new WeakMap<FastifyRequest, Known>();

/** The key is looked at before the body is read, so that nobody without one can send us megabytes. */
export function senderRoutes(app: App, door: Door, sender: Sender): void {
  const own = [`/hooks/${sender.source}/:key`, `/hooks/${sender.source}`];
  for (const [index, url] of [...own, ...(sender.urls ?? [])].entries())
    app.post(
      url,
      {
        config: { access: 'integration' },
        bodyLimit: sender.bodyBytesMax ?? BODY_BYTES_MAX,
        onRequest: async (request) => {
          knownOf.set(request, await admitted(door.register, keyOf(request)));
        },
        errorHandler: (error, request, reply) => refuse(error, request, reply, { door, sender }),
        schema: describing({
          ...(url.includes(':key') ? { params: z.object({ key: z.string() }).loose() } : {}),
          body: sender.body,
          summary: sender.summary,
          operationId: `post${camel(sender.source)}${['Hook', 'HookWithHeader', 'HookElsewhere'][index]}`,
          response: answers,
        }),
      },
      (request, reply) => receive(door, sender, request, reply),
    );
}

function camel(source: string): string {
  return source.replaceAll(/(^|-)(\w)/g, (_, _dash, letter: string) => letter.toUpperCase());
}

/**
 * Read by what memory knows of the integration, and stored only if that still holds; else read again. Nobody is turned away by what was
 * true before either.
 */
async function receive(
  door: Door,
  sender: Sender,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { register } = door;
  if (sender.acts) await register.refresh();
  for (let round = 0; ; round++) {
    const version = register.version();
    try {
      const known = await admitted(register, keyOf(request));
      knownOf.set(request, known);
      return await take(door, sender, request, reply, { known, version });
    } catch (error) {
      const stale = error instanceof Stale;
      if (round >= STALE_ROUNDS_MAX || !(stale || error instanceof Refused)) throw error;
      await register.refresh();
      if (!stale && register.version() === version) throw error;
    }
  }
}

type Admitted = { known: Known; version: number };

async function take(
  door: Door,
  sender: Sender,
  request: FastifyRequest,
  reply: FastifyReply,
  { known, version }: Admitted,
): Promise<FastifyReply> {
  const now = door.clock.now();
  const bytes = bytesOf(request);
  proven(known.integration, sender.scheme, { headers: request.headers, bytes }, now);
  const key = keyOf(request);
  const body = sender.form && isForm(request) ? formOf(bytes) : readJson(bytes);
  const told = await sender.read({
    body: cleaned(body, key),
    raw: body.value,
    header: (name) => headerOf(request, name, key),
    integration: known.integration,
    now,
  });
  const stored = await store(door, sender, { known, version, told, now });
  await hearEnds(door, told);
  return answer(reply, sender, { ...stored, told });
}

/** After the commit. The change is stored whatever becomes of this: a run that does not hear of its end is looked at as before. */
async function hearEnds({ hearLeverEnds, log }: Door, { ends }: Told): Promise<void> {
  if (!ends.length || !hearLeverEnds) return;
  await hearLeverEnds(ends).catch((error: unknown) =>
    log.error({ err: error }, 'a lever could not be ended by its own webhook'),
  );
}

/** @throws Refused when there is nothing, or it is packed */
function bytesOf(request: FastifyRequest): Buffer {
  const encoding = request.headers['content-encoding'];
  if (encoding && encoding.toLowerCase() !== 'identity')
    throw new Refused(
      'invalid',
      `The body is packed (${cleanText(encoding.slice(0, 40))}); nothing was stored.`,
      {
        mend: 'Send it without a Content-Encoding.',
      },
    );
  const bytes = request.body;
  if (!Buffer.isBuffer(bytes) || bytes.length === 0)
    throw new Refused('invalid', 'The request body is empty; JSON was expected.', {
      mend: 'Send one JSON document as the body.',
    });
  return bytes;
}

function isForm(request: FastifyRequest): boolean {
  return /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
}

function formOf(bytes: Buffer): Body {
  const payload = new URLSearchParams(decoded(bytes)).get('payload');
  if (payload === null)
    throw new Refused('invalid', 'The form has no field "payload"; nothing was stored.', {
      mend: 'Send JSON, or a form with the JSON in the field "payload".',
    });
  return parsedJson(payload);
}

function headerOf(request: FastifyRequest, name: string, key: string): string | undefined {
  const value = request.headers[name.toLowerCase()];
  const text = Array.isArray(value) ? value[0] : value;
  return text ? cleanText(text.slice(0, 2048), key) : undefined;
}

type Arrived = Admitted & { told: Told; now: Temporal.Instant };
type Stored = { accepted: number; changes: number; problems: string[]; replay: boolean };

/** Alerts first, for they are counted by their key when they come twice; then the changes, with the delivery that brought them. */
async function store(door: Door, sender: Sender, { known, version, told, now }: Arrived): Promise<Stored> {
  const { integration } = known;
  const { recordChanges } = door;
  const delivery = told.delivery?.slice(0, DELIVERY_CHARACTERS_MAX);
  if (told.changes.length > CHANGES_MAX)
    throw new Refused('invalid', `The body has more than ${CHANGES_MAX} changes; nothing was stored.`, {
      mend: 'Send fewer in one request.',
    });
  if (!recordChanges) throw new Refused('invalid', 'This copy of Humdrum keeps no changes.');
  // Changes alone are compared in their own transaction, where a delivery that came before is seen as well.
  if (told.alerts.length || !told.changes.length) {
    await door.register.refresh();
    if (door.register.version() !== version) throw new Stale();
    if (delivery && (await isReplay(door.db, integration.id, delivery))) return replayed(told);
  }
  const alerts = told.alerts.length
    ? await recordAll(
        door.recorder,
        incoming(known, sender.format ?? 'generic', now, told.alerts),
        told.problems,
      )
    : { stored: 0, problems: told.problems };
  const changes = await transaction(door.db, async (tx) => {
    if (delivery && !(await keepDelivery(tx, integration.id, delivery, now))) return undefined;
    return told.changes.length
      ? storeChanges(tx, recordChanges, { integration, steps: told.changes, now, version })
      : 0;
  });
  if (changes === undefined) return replayed(told);
  tally(door, { integration, told, changes: changes + alerts.stored, problems: alerts.problems, now });
  return { accepted: changes + alerts.stored, changes, problems: alerts.problems, replay: false };
}

function replayed(told: Told): Stored {
  return { accepted: 0, changes: 0, problems: told.problems, replay: true };
}

function tally(
  { tally: counts }: Door,
  came: { integration: Integration; told: Told; changes: number; problems: string[]; now: Temporal.Instant },
): void {
  const { integration, told, changes, problems, now } = came;
  if (changes) counts.count(integration.id, { came: 'change', count: changes }, now);
  for (const why of told.others) counts.count(integration.id, { came: 'not_change', why }, now);
  for (const why of problems) counts.count(integration.id, { came: 'refused', why }, now);
}

function answer(reply: FastifyReply, sender: Sender, came: Stored & { told: Told }): FastifyReply {
  const { accepted, changes, problems, told, replay } = came;
  if (problems.length)
    return problem(reply, sender, {
      type: 'urn:humdrum:invalid',
      title: accepted
        ? `${accepted} events were stored; others could not be read.`
        : 'The body could not be read; nothing was stored.',
      status: 400,
      detail: problems.slice(0, 20).join(' '),
      accepted,
      changes,
    });
  if (sender.answer) return reply.code(200).header('content-type', 'text/plain').send(sender.answer.text);
  const note = replay ? 'This delivery was stored before.' : told.others[0];
  return sendJson(reply, 202, JSON.stringify({ accepted, changes, ...(note ? { note } : {}) }));
}

function refuse(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { door, sender }: { door: Door; sender: Sender },
): FastifyReply {
  const known = statusOf(error, sender.bodyBytesMax);
  if (!known)
    return problem(reply, sender, {
      type: 'urn:humdrum:bug',
      title: confessed(error, request, door.log),
      status: 500,
    });
  const integration = knownOf.get(request)?.integration;
  if (integration && known.status < 500)
    door.tally.count(integration.id, { came: 'refused', why: known.message }, door.clock.now());
  // Most webhook senders try again after a 5xx only, so that is what "later" has to look like.
  const status = known.status === 429 ? 503 : known.status;
  if (status === 503) void reply.header('retry-after', '60');
  return problem(reply, sender, {
    type: `urn:humdrum:${error instanceof Refused ? error.code : 'invalid'}`,
    title: known.message,
    status,
    detail: error instanceof Refused ? error.mend : undefined,
  });
}

function problem(
  reply: FastifyReply,
  sender: Sender,
  body: { status: number } & Record<string, unknown>,
): FastifyReply {
  if (sender.answer)
    return reply
      .code(body.status)
      .header('content-type', 'text/plain; charset=utf-8')
      .send(sender.answer.refusal(body.status));
  return reply
    .code(body.status)
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify(body));
}
