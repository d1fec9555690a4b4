/** Live hints to browsers and programs: resumable, only what the caller may know, ended when the caller may no longer listen. */

import type { ServerResponse } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Db } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import { Refused } from '#platform/errors.ts';
import type { Logger } from '#platform/log.ts';
import type { Due } from '#platform/platform.ts';
import { type App, type Authenticate, type Caller, callerOf } from './app.ts';
import type { Live, LiveEvent, LivePosition } from './live.ts';

const POLL_MILLISECONDS = 300;
// A heartbeat and a look at the rights of every listener about every 15 s.
const CHECK_EVERY_POLLS = 50;
const RETRY_MILLISECONDS = 2000;
const STREAMS_MAX = 2000;
const EVENTS_PER_READ_MAX = 500;
const CATCH_UP_READS_MAX = 20;
const UNSENT_BYTES_MAX = 1024 * 1024;
const KEPT_HOURS = 24;

export type StreamParts = { live: Live; log: Logger; authenticate: Authenticate };

type Listener = {
  caller: Caller;
  request: FastifyRequest;
  out: ServerResponse;
  position: LivePosition;
  /** False while it still reads what it missed. */
  level: boolean;
};

export type Hub = {
  open(request: FastifyRequest, out: ServerResponse): Promise<void>;
  /** Reads what is new and passes it on. */
  poll(): Promise<void>;
  /** A heartbeat to everybody, and an end for those who may no longer listen. */
  check(): Promise<void>;
  close(): void;
  size(): number;
};

/** @param timers false in tests, which call `poll` and `check` themselves */
export function createHub({ live, log, authenticate }: StreamParts, timers = true): Hub {
  const listeners = new Set<Listener>();
  let position: LivePosition = { tx: 0, seq: 0 };
  let running = false;

  const hub: Hub = {
    async open(request, out) {
      const asked = positionOf(request.headers['last-event-id']);
      if (listeners.size >= STREAMS_MAX)
        throw new Refused('too_many', 'Too many streams are open.', {
          mend: 'Close some browser windows, or read the lists instead.',
        });
      if (listeners.size === 0) {
        const newest = await live.newest();
        // Somebody may have joined meanwhile and rely on where the hub stands.
        if (listeners.size === 0) position = newest;
      }
      const known = asked !== undefined && (await live.knows(asked));
      const listener: Listener = {
        caller: callerOf(request),
        request,
        out,
        position: known ? asked : await live.newest(),
        level: false,
      };
      listeners.add(listener);
      out.on('close', () => leave(listener));
      out.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      out.write(`retry: ${RETRY_MILLISECONDS}\n\n`);
      // Without a known position nobody can tell what was missed: the client fetches everything again.
      const first = request.headers['last-event-id'] !== undefined && !known ? 'reset' : 'ready';
      send(listener, first, listener.position, {});
      start();
      await catchUp(listener);
    },
    async poll() {
      if (listeners.size === 0) return;
      const events = await live.after(position, EVENTS_PER_READ_MAX);
      const last = events.at(-1);
      if (!last) return;
      position = last;
      for (const listener of listeners) if (listener.level) pass(listener, events);
    },
    async check() {
      for (const listener of [...listeners]) {
        listener.out.write(': still here\n\n');
        const why = await whyNoLonger(listener);
        if (why) end(listener, why);
      }
    },
    close() {
      for (const listener of [...listeners]) leave(listener, true);
    },
    size: () => listeners.size,
  };
  return hub;

  /** Reads until it stands where the hub stands; the last comparison and the joining happen without a pause between them. */
  async function catchUp(listener: Listener): Promise<void> {
    for (let reads = 0; listeners.has(listener); reads++) {
      if (reads === CATCH_UP_READS_MAX) {
        listener.position = position;
        send(listener, 'reset', position, {});
        break;
      }
      const events = await live.after(listener.position, EVENTS_PER_READ_MAX);
      pass(listener, events);
      if (events.length < EVENTS_PER_READ_MAX && !isAfter(position, listener.position)) break;
    }
    listener.level = true;
  }

  function pass(listener: Listener, events: LiveEvent[]): void {
    for (const event of events) {
      if (!isAfter(event, listener.position)) continue;
      listener.position = event;
      if (mayKnow(listener.caller, event))
        send(listener, 'hint', event, { kind: event.kind, id: event.id, version: event.version });
    }
  }

  function send(listener: Listener, name: string, at: LivePosition, data: object): void {
    if (!listeners.has(listener)) return;
    // Whoever reads too slowly is hung up on, comes back and resumes.
    if (listener.out.writableLength > UNSENT_BYTES_MAX) leave(listener, true);
    else listener.out.write(`id: ${at.tx}.${at.seq}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  async function whyNoLonger(listener: Listener): Promise<string | undefined> {
    try {
      const caller = await authenticate(listener.request);
      if (!caller) return 'signed out';
      if (caller.role !== listener.caller.role || caller.personId !== listener.caller.personId)
        return 'rights changed';
      return undefined;
    } catch (error) {
      // A database that cannot answer says nothing about the caller.
      log.warn({ err: error }, 'a stream could not be checked');
      return undefined;
    }
  }

  function end(listener: Listener, why: string): void {
    listener.out.write(`event: ended\ndata: ${JSON.stringify({ why })}\n\n`);
    leave(listener, true);
  }

  function leave(listener: Listener, hangUp = false): void {
    listeners.delete(listener);
    if (hangUp) listener.out.end();
  }

  /** One loop for all streams; it ends by itself when nobody listens. */
  function start(): void {
    if (!timers || running) return;
    running = true;
    let polls = 0;
    const again = async (): Promise<void> => {
      if (listeners.size === 0) {
        running = false;
        return;
      }
      await hub.poll().catch((error) => log.warn({ err: error }, 'the live stream could not be read'));
      if (++polls % CHECK_EVERY_POLLS === 0) await hub.check();
      setTimeout(again, POLL_MILLISECONDS);
    };
    setTimeout(again, POLL_MILLISECONDS);
  }
}

/** Registers `GET /api/v1/stream`. Streams end when the server closes. */
export function streamRoutes(app: App, hub: Hub): void {
  app.addHook('preClose', async () => hub.close());
  app.get(
    '/api/v1/stream',
    {
      config: { access: 'viewer' },
      schema: {
        tags: ['platform'],
        summary: 'What changed, live',
        description:
          'Server-sent events. `hint` carries {kind, id, version}: fetch it again. `reset`: fetch everything again. `ended`: sign in again. Resume with Last-Event-ID.',
        operationId: 'stream',
        headers: z.object({ 'last-event-id': z.string().max(64).optional() }),
      },
    },
    async (request, reply) => {
      reply.hijack();
      try {
        await hub.open(request, reply.raw);
      } catch (error) {
        if (reply.raw.headersSent) reply.raw.end();
        else reply.raw.writeHead(error instanceof Refused ? 429 : 503, { 'retry-after': '10' }).end();
      }
    },
  );
}

/** Hints are kept for a day; whoever was away for longer fetches again. */
export function liveDue(db: Db): Due {
  return {
    name: 'live hints',
    next: () => sql`${earliest('live_event', 'created_at')} + make_interval(hours => ${KEPT_HOURS}::int)`,
    async run(now) {
      const { numDeletedRows } = await db
        .deleteFrom('live_event')
        .where('created_at', '<=', now.subtract({ hours: KEPT_HOURS }))
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

function mayKnow(caller: Caller, event: LiveEvent): boolean {
  return (
    event.viewers === undefined || (caller.personId !== undefined && event.viewers.includes(caller.personId))
  );
}

function isAfter(one: LivePosition, other: LivePosition): boolean {
  return one.tx > other.tx || (one.tx === other.tx && one.seq > other.seq);
}

function positionOf(header: string | string[] | undefined): LivePosition | undefined {
  const match = /^(\d{1,15})\.(\d{1,15})$/.exec(String(header ?? ''));
  return match ? { tx: Number(match[1]), seq: Number(match[2]) } : undefined;
}
