/** `/v2/enqueue` and `/v2/change/enqueue`: PagerDuty clients work by changing the host alone. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Refused } from '#platform/errors.ts';
import type { App } from '#platform/http/app.ts';
import { newSecret } from '#platform/ids.ts';
import { cleanedEvent } from '../../clean.ts';
import { KEY_CHARACTERS_MAX, type Parsed } from '../../incoming.ts';
import { hashOfKey } from '../../integrations.ts';
import { keepAlone } from '../../store-told.ts';
import {
  bodyOf,
  confessed,
  type Door,
  describing,
  incoming,
  type Known,
  provenAnyhow,
  sendJson,
  statusOf,
} from '../door.ts';
import type { Json } from '../fields.ts';
import { complainAboutKey, parseChange, parseEvent, toldOf } from './parse.ts';

const INVALID_KEY = 'Invalid routing key';

const eventShape = z.looseObject({
  routing_key: z.string().length(32),
  event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
  dedup_key: z.string().max(KEY_CHARACTERS_MAX).optional(),
  payload: z
    .looseObject({
      summary: z.string().max(1024),
      source: z.string(),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
    })
    .optional(),
});
const changeShape = z.looseObject({
  routing_key: z.string().length(32),
  payload: z.looseObject({ summary: z.string().max(1024) }),
});
const answers = {
  202: z.object({ status: z.string(), message: z.string(), dedup_key: z.string().optional() }),
  400: z.object({ status: z.string(), message: z.string(), errors: z.array(z.string()) }),
};

export function pagerdutyRoutes(app: App, door: Door): void {
  const errorHandler = (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
    refuse(error, request, reply, door);
  app.post(
    '/v2/enqueue',
    {
      config: { access: 'integration' },
      errorHandler,
      schema: describing({
        body: eventShape,
        summary: 'PagerDuty Events API v2: trigger, acknowledge, resolve',
        operationId: 'enqueueEvent',
        response: answers,
      }),
    },
    (request, reply) => enqueue(door, request, reply),
  );
  app.post(
    '/v2/change/enqueue',
    {
      config: { access: 'integration' },
      errorHandler,
      schema: describing({
        body: changeShape,
        summary: 'PagerDuty change events',
        operationId: 'enqueueChange',
        response: answers,
      }),
    },
    (request, reply) => enqueueChange(door, request, reply),
  );
}

async function enqueue(door: Door, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const opened = await open(door, request);
  if ('errors' in opened) return invalid(reply, opened.errors);
  const now = door.clock.now();
  const sent = opened.original['dedup_key'];
  const { event, errors } = parseEvent(opened.body, newSecret, now);
  if (!event) return invalid(reply, errors);
  const returned = typeof sent === 'string' && sent !== '' ? sent : event.dedupKey;
  const [refusal] = await door.recorder.record(
    incoming(opened.known, 'pagerduty', now, [apart(event, sent)]),
  );
  if (refusal) return invalid(reply, [refusal.code === 'unauthenticated' ? INVALID_KEY : refusal.message]);
  return sendJson(
    reply,
    202,
    `{"status":"success","message":"Event processed","dedup_key":${JSON.stringify(returned)}}`,
  );
}

/** Keys that only differ in what was redacted must stay two keys. */
function apart(event: Parsed, sent: unknown): Parsed {
  if (typeof sent !== 'string' || sent === '' || sent === event.dedupKey) return event;
  return {
    ...event,
    dedupKey: `${event.dedupKey.slice(0, KEY_CHARACTERS_MAX - 13)}#${hashOfKey(sent).slice(0, 12)}`,
  };
}

async function enqueueChange(
  door: Door,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const opened = await open(door, request);
  if ('errors' in opened) return invalid(reply, opened.errors);
  const { change, errors } = parseChange(opened.body, door.clock.now());
  if (!change) return invalid(reply, errors);
  const { integration } = opened.known;
  const { keepChanges } = door;
  if (!keepChanges) return invalid(reply, ['This copy of Humdrum keeps no changes']);
  const now = door.clock.now();
  const [kept] = await keepAlone(door.services, keepChanges, { integration, steps: [toldOf(change)], now });
  if (kept?.refusal) throw kept.refusal;
  if (kept) door.tally.count(integration.id, { came: 'change', count: 1 }, now);
  return sendJson(reply, 202, '{"status":"success","message":"Change event processed"}');
}

type Opened = { known: Known; body: Json; original: Json } | { errors: string[] };

async function open(door: Door, request: FastifyRequest): Promise<Opened> {
  const body = bodyOf(request);
  const complaint = complainAboutKey(body.value);
  if (complaint) return { errors: [complaint] };
  const original = body.value as Json;
  const key = original['routing_key'] as string;
  const known = await door.register.find(key);
  if (!known) return { errors: [INVALID_KEY] };
  provenAnyhow(door, known, request, door.clock.now());
  return { known, original, body: cleanedEvent({ text: body.text, value: original }, key) };
}

function invalid(reply: FastifyReply, errors: string[], status = 400): FastifyReply {
  return sendJson(
    reply,
    status,
    JSON.stringify({ status: 'invalid event', message: 'Event object is invalid', errors }),
  );
}

function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply, door: Door): FastifyReply {
  const known = statusOf(error);
  if (!known)
    return sendJson(
      reply,
      500,
      JSON.stringify({ status: 'error', message: confessed(error, request, door.log) }),
    );
  if (known.status === 429 || known.status === 503) {
    void reply.header('retry-after', '60');
    return sendJson(
      reply,
      known.status,
      JSON.stringify({ status: 'throttle exceeded', message: known.message }),
    );
  }
  return invalid(
    reply,
    [error instanceof Refused && error.mend ? `${known.message} ${error.mend}` : known.message],
    known.status,
  );
}
