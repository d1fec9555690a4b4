/** The webhooks `/hooks/<source>/<key>`: one shape for all; each source brings its parser. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Refused } from '#platform/errors.ts';
import type { App } from '#platform/http/app.ts';
import { cleaned } from '../clean.ts';
import type { Format, ParsedBody } from '../incoming.ts';
import type { Integration } from '../integrations.ts';
import {
  admitted,
  bodyOf,
  confessed,
  type Door,
  describing,
  incoming,
  keyOf,
  provenAnyhow,
  recordAll,
  sendJson,
  statusOf,
} from './door.ts';

export type Hook = {
  source: string;
  format: Format;
  methods: ('POST' | 'PUT')[];
  summary: string;
  body: z.ZodType;
  parse: (body: unknown, now: Temporal.Instant, integration: Integration) => ParsedBody;
};

const answers = {
  202: z.object({ accepted: z.number() }),
  400: z.object({
    type: z.string(),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
    accepted: z.number(),
  }),
};

/** Answers 202 when everything is stored; 400 names what was not, and what was valid beside it is stored all the same. */
export function hookRoutes(app: App, door: Door, hook: Hook): void {
  for (const url of [`/hooks/${hook.source}/:key`, `/hooks/${hook.source}`])
    for (const method of hook.methods)
      app.route({
        method,
        url,
        config: { access: 'integration' },
        errorHandler: (error, request, reply) => refuse(error, request, reply, door),
        schema: describing({
          ...(url.endsWith(':key') ? { params: z.object({ key: z.string() }) } : {}),
          body: hook.body,
          summary: hook.summary,
          operationId: `${method.toLowerCase()}${hook.source[0]?.toUpperCase()}${hook.source.slice(1)}Hook${url.endsWith(':key') ? '' : 'WithHeader'}`,
          response: answers,
        }),
        handler: (request, reply) => receive(door, hook, request, reply),
      });
}

async function receive(
  door: Door,
  hook: Hook,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const key = keyOf(request);
  const known = await admitted(door.register, key);
  const now = door.clock.now();
  provenAnyhow(door, known, request, now);
  await door.recorder.turn();
  const body = cleaned(bodyOf(request), key);
  const parsed = hook.parse(body, now, known.integration);
  const { stored, problems } = await recordAll(
    door.recorder,
    incoming(known, hook.format, now, parsed.events),
    parsed.problems,
  );
  if (problems.length === 0) return sendJson(reply, 202, `{"accepted":${stored}}`);
  return problem(reply, {
    type: 'urn:humdrum:invalid',
    title: stored
      ? `${stored} events were stored; others could not be read.`
      : 'The body could not be read; nothing was stored.',
    status: 400,
    detail: problems.join(' '),
    accepted: stored,
  });
}

function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply, door: Door): FastifyReply {
  const known = statusOf(error);
  if (!known)
    return problem(reply, {
      type: 'urn:humdrum:bug',
      title: confessed(error, request, door.log),
      status: 500,
    });
  // Most webhook senders try again after a 5xx only, so that is what "later" has to look like.
  const status = known.status === 429 ? 503 : known.status;
  if (status === 503) void reply.header('retry-after', '60');
  const detail = error instanceof Refused ? error.mend : undefined;
  return problem(reply, {
    type: `urn:humdrum:${error instanceof Refused ? error.code : 'invalid'}`,
    title: known.message,
    status,
    detail,
  });
}

function problem(reply: FastifyReply, body: { status: number } & Record<string, unknown>): FastifyReply {
  return reply
    .code(body.status)
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify(body));
}
