/** What the intake addresses share: the raw body, the key wherever the sender puts it, and answers in the sender's own words. */
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import type { KeepChanges, RecordChanges } from '#incident/change.ts';
import type { HearLeverEnds } from '#incident/lever-ends.ts';
import type { Clock } from '#platform/clock.ts';
import type { Db } from '#platform/db/database.ts';
import { Failed, Refused } from '#platform/errors.ts';
import { type App, BODY_BYTES_MAX } from '#platform/http/app.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import type { Logger } from '#platform/log.ts';
import { type Body, readJson } from '../clean.ts';
import type { Format, Incoming, Parsed } from '../incoming.ts';
import { type Integration, type Register, secretsAt } from '../integrations.ts';
import type { Recorder } from '../record.ts';
import type { Services } from '../services.ts';
import { complaintAbout, type Scheme, type Signed } from '../signing.ts';
import type { Tally } from '../tally.ts';
import type { SnsHosts } from './sns/verify.ts';

/** What every source needs to do its work. */
export type Door = {
  db: Db;
  clock: Clock;
  log: Logger;
  register: Register;
  recorder: Recorder;
  /** Which service a name means. */
  services: Services;
  /** Within a transaction; `keepChanges` is the faster way. */
  recordChanges?: RecordChanges | undefined;
  /** Keeps changes, those of many requests in one commit. */
  keepChanges?: KeepChanges | undefined;
  /** Ends the runs of levers whose own webhook says that they are over. */
  hearLeverEnds?: HearLeverEnds | undefined;
  tally: Tally;
  outbound: Outbound;
  snsHosts: SnsHosts;
  /** Seals what senders entrust to us. */
  secret: string;
};

export type Known = { keyHash: string; integration: Integration };

/** Routes inside read their body as bytes, whatever the content type says, and check no schema before the handler does. */
export function withRawBodies(app: App, routes: (door: App) => void): void {
  app.register(async (plain: FastifyInstance) => {
    plain.removeAllContentTypeParsers();
    plain.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    plain.setValidatorCompiler(() => (data) => ({ value: data }));
    routes(plain as unknown as App);
  });
}

/** @throws Refused when there is no body or it is not JSON */
export function bodyOf(request: FastifyRequest): Body {
  const bytes = request.body;
  if (!Buffer.isBuffer(bytes) || bytes.length === 0)
    throw new Refused('invalid', 'The request body is empty; JSON was expected.', {
      mend: 'Send one JSON document as the body.',
    });
  return readJson(bytes);
}

/** The key from the path, from `Authorization: Bearer` or from the password (or name) of `Authorization: Basic`. */
export function keyOf(request: FastifyRequest): string {
  const { key } = request.params as { key?: string };
  if (key) return key;
  const header = request.headers.authorization ?? '';
  const [scheme = '', credentials = ''] = header.split(' ', 2);
  if (/^basic$/i.test(scheme)) {
    const [name = '', ...password] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
    return password.join(':') || name;
  }
  return /^(bearer|geniekey|token)$/i.test(scheme) ? credentials : '';
}

/** @throws Refused when the key opens nothing */
export async function admitted(register: Register, key: string): Promise<Known> {
  const known = await register.find(key);
  if (!known)
    throw new Refused('unauthenticated', 'The integration key is not known; nothing was stored.', {
      mend: 'Copy the address again from the page of the integration, or make a new key there.',
    });
  return known;
}

/** @throws Refused when the integration holds a signing secret and this body was not signed with it */
export function proven(
  { signing }: Integration,
  scheme: Scheme,
  signed: Signed,
  now: Temporal.Instant,
): void {
  const complaint = signing && complaintAbout(scheme, signed, secretsAt(signing, now), now);
  if (complaint)
    throw new Refused('unauthenticated', `${complaint}; nothing was stored.`, {
      mend: 'This integration has a signing secret. Give the sender the same one, or set a new one on the page of the integration.',
    });
}

/** The same for addresses whose senders have no scheme of their own. */
export function provenAnyhow(
  door: Door,
  { integration }: Known,
  request: FastifyRequest,
  now: Temporal.Instant,
): void {
  if (!integration.signing) return;
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  try {
    proven(integration, 'any', { headers: request.headers, bytes }, now);
  } catch (error) {
    door.tally.count(integration.id, { came: 'refused', why: (error as Error).message }, now);
    throw error;
  }
}

export function incoming(
  { keyHash }: Known,
  format: Format,
  receivedAt: Temporal.Instant,
  events: Parsed[],
): Incoming[] {
  return events.map((event) => ({ key: keyHash, format, receivedAt, event }));
}

/** Stores what can be stored and tells, one sentence each, what was not. */
export async function recordAll(
  recorder: Recorder,
  events: Incoming[],
  problems: string[],
): Promise<{ stored: number; problems: string[] }> {
  const recorded = await recorder.record(events);
  // The key was withdrawn while the event was on its way.
  const withdrawn = recorded.find((refusal) => refusal?.code === 'unauthenticated');
  if (withdrawn) throw withdrawn;
  const refused = recorded.flatMap((refusal, index) =>
    refusal ? [`"${events[index]?.event.title.slice(0, 80)}": ${refusal.message}`] : [],
  );
  return { stored: recorded.length - refused.length, problems: [...problems, ...refused].slice(0, 20) };
}

/** Turns a failure into the status that makes a sender try again, or not. Bugs stay bugs. */
export function statusOf(
  error: unknown,
  bodyBytesMax = BODY_BYTES_MAX,
): { status: number; message: string } | undefined {
  if (error instanceof Refused) {
    const status =
      { invalid: 400, unauthenticated: 401, too_large: 413, too_many: 429 }[error.code as string] ?? 400;
    return { status, message: error.message };
  }
  if (error instanceof Failed) return { status: 503, message: error.message };
  const { statusCode, code } = error as { statusCode?: unknown; code?: unknown };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return { status: 413, message: `The request body is larger than ${inWords(bodyBytesMax)}.` };
  if (typeof statusCode === 'number' && statusCode < 500)
    return { status: statusCode, message: (error as Error).message };
  return undefined;
}

function inWords(bytes: number): string {
  return bytes < 1024 * 1024 ? `${bytes / 1024} KB` : `${bytes / 1024 / 1024} MB`;
}

/** Logs a bug and answers for it; only bugs come here. */
export function confessed(error: unknown, request: FastifyRequest, log: Logger): string {
  log.error({ err: error, id: request.id }, 'a bug in intake');
  return `Something is wrong in Humdrum itself; its log has the details under ${request.id}.`;
}

/** Sends a text that is JSON already. */
export function sendJson(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply.code(status).header('content-type', 'application/json; charset=utf-8').send(text);
}

/** Describes a route for the API document only; the parser of the source does the checking. */
export function describing(schema: FastifySchema & { operationId: string; summary: string }): FastifySchema {
  return { tags: ['intake'], ...schema };
}
