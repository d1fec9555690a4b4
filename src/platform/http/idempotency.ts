/** A write with an Idempotency-Key happens once: repeating it gives the kept answer, kept for 24 hours. */

import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import type { Clock } from '#platform/clock.ts';
import type { Db } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import { Refused } from '#platform/errors.ts';
import type { Due } from '#platform/platform.ts';
import type { App, Caller } from './app.ts';

const KEPT_HOURS = 24;
const KEY_CHARACTERS_MAX = 200;
/** A process that died while it answered holds the key no longer than this. */
const IN_FLIGHT_SECONDS_MAX = 60;
const ANSWER_BYTES_MAX = 256 * 1024;
const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

declare module 'fastify' {
  interface FastifyContextConfig {
    /** False where the answer carries a secret: a repetition is refused instead of answered. */
    keepsAnswer?: boolean;
  }
  interface FastifyRequest {
    idempotent: { caller: string; key: string } | undefined;
  }
}

/** Register before the routes. Covers every write under /api/v1 that has a caller. */
export function idempotency(app: App, { db, clock }: { db: Db; clock: Clock }): void {
  app.decorateRequest('idempotent', undefined);
  app.addHook('preHandler', (request, reply, done) => {
    if (request.headers['idempotency-key'] === undefined || !request.caller) return done();
    begin(request, request.caller, reply).then((answered) => answered || done(), done);
  });
  /** @returns true when the request has been answered already */
  async function begin(request: FastifyRequest, by: Caller, reply: FastifyReply): Promise<boolean> {
    const key = keyOf(request);
    if (!key) return false;
    const caller = `${by.kind}:${by.loginId}`;
    const kept = await reserve(db, { caller, key, hash: hashOf(request) }, clock.now());
    if (kept === 'reserved') {
      request.idempotent = { caller, key };
      return false;
    }
    replay(kept, reply);
    return true;
  }
  app.addHook('onSend', (request, reply, payload, done) => {
    const { idempotent } = request;
    if (!idempotent) return done(null, payload);
    request.idempotent = undefined;
    const keepsAnswer = request.routeOptions.config.keepsAnswer !== false;
    settle(db, { ...idempotent, reply, payload, keepsAnswer }).then(() => done(null, payload), done);
  });
}

function keyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined || !WRITES.has(request.method) || !request.url.startsWith('/api/v1/'))
    return undefined;
  if (typeof key === 'string' && key.length > 0 && key.length <= KEY_CHARACTERS_MAX) return key;
  throw new Refused('invalid', `An Idempotency-Key has 1 to ${KEY_CHARACTERS_MAX} characters.`, {
    mend: 'Send a random text, for example a UUID.',
  });
}

function hashOf(request: FastifyRequest): string {
  const body = request.body === undefined ? '' : JSON.stringify(request.body);
  return createHash('sha256').update(`${request.method} ${request.url}\n${body}`).digest('hex');
}

type Kept = { request_hash: string; status: number | null; body: string | null };
type Asked = { caller: string; key: string; hash: string };

async function reserve(db: Db, asked: Asked, now: Temporal.Instant): Promise<'reserved' | Kept> {
  const abandoned = now.subtract({ seconds: IN_FLIGHT_SECONDS_MAX });
  const forgotten = now.subtract({ hours: KEPT_HOURS });
  const taken = await sql<{ key: string }>`
    insert into idempotency as held (caller, key, request_hash, created_at)
    values (${asked.caller}, ${asked.key}, ${asked.hash}, ${now})
    on conflict (caller, key) do update
      set request_hash = excluded.request_hash, status = null, body = null, created_at = excluded.created_at
      where held.created_at < ${forgotten}
         or (held.status is null and held.created_at < ${abandoned} and held.request_hash = excluded.request_hash)
    returning key`.execute(db);
  if (taken.rows.length) return 'reserved';
  const kept = await db
    .selectFrom('idempotency')
    .select(['request_hash', 'status', 'body'])
    .where('caller', '=', asked.caller)
    .where('key', '=', asked.key)
    .executeTakeFirst();
  // Released between the two statements: the other one failed, so this one may try.
  if (!kept) return reserve(db, asked, now);
  if (kept.request_hash !== asked.hash)
    throw new Refused('conflict', 'This Idempotency-Key was used for a different request.', {
      mend: 'Send a new key with a new request.',
    });
  return kept;
}

function replay(kept: Kept, reply: FastifyReply): FastifyReply {
  if (kept.status === null)
    throw new Refused('conflict', 'The same request is being answered at this moment.', {
      mend: 'Wait a second and send it again with the same key.',
    });
  if (kept.body === null)
    throw new Refused('conflict', 'This was done already; its answer carried a secret and was not kept.', {
      mend: 'Look whether you have the answer; if not, undo what was created and send a new key.',
    });
  reply.code(kept.status).header('idempotency-replayed', 'true').type('application/json');
  reply.serializer((body: string) => body);
  return reply.send(kept.body);
}

/** Only what changed something is kept; a refusal may be tried again with the same key. */
async function settle(
  db: Db,
  {
    caller,
    key,
    reply,
    payload,
    keepsAnswer,
  }: { caller: string; key: string; reply: FastifyReply; payload: unknown; keepsAnswer: boolean },
): Promise<void> {
  const mine = db.updateTable('idempotency').where('caller', '=', caller).where('key', '=', key);
  if (reply.statusCode >= 400) {
    await db.deleteFrom('idempotency').where('caller', '=', caller).where('key', '=', key).execute();
    return;
  }
  const text =
    payload === undefined || payload === null ? '' : typeof payload === 'string' ? payload : undefined;
  const body = keepsAnswer && text !== undefined && text.length <= ANSWER_BYTES_MAX ? text : null;
  await mine.set({ status: reply.statusCode, body }).execute();
}

/** Forgets keys after their day. */
export function idempotencyDue(db: Db): Due {
  return {
    name: 'idempotency',
    next: () => sql`${earliest('idempotency', 'created_at')} + make_interval(hours => ${KEPT_HOURS}::int)`,
    async run(now) {
      const { numDeletedRows } = await db
        .deleteFrom('idempotency')
        .where('created_at', '<=', now.subtract({ hours: KEPT_HOURS }))
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}
