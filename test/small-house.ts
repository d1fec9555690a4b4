/** A house in memory with only the rooms that a test names: real database, real decider, a clock that is moved by hand. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createIncidents, type Incidents } from '#incident/execute.ts';
import type { Reaction, Room } from '#incident/room.ts';
import { movableClock } from '#platform/clock.ts';
import { openDatabase, transaction } from '#platform/db/database.ts';
import { type Caller, createApp } from '#platform/http/app.ts';
import { createLive } from '#platform/http/live.ts';
import type { Job } from '#platform/jobs/jobs.ts';
import { createLog } from '#platform/log.ts';
import type { Platform } from '#platform/platform.ts';
import { createPolicies, type Policies } from '#promise/policies.ts';
import { openTestDatabase } from './test-database.ts';

const POLICY = readFileSync(join(import.meta.dirname, '../policy/default.yaml'), 'utf8');

export type SmallHouse = { platform: Platform; incidents: Incidents; policies: Policies };
// biome-ignore lint/suspicious/noExplicitAny: a test looks into answers of every shape
export type Json = any;
export type Answer = { status: number; body: Json; text: string };

export const ANA: Caller = {
  kind: 'person',
  loginId: 'log_ana',
  personId: 'per_ana',
  name: 'Ana Lima',
  role: 'responder',
  scopes: [],
  sessionId: 'ses_1',
};
export const BO: Caller = { ...ANA, loginId: 'log_bo', personId: 'per_bo', name: 'Bo Falk' };

/**
 * @param build makes the rooms of this test
 * @param databaseUrl a database that others open too, instead of its own
 */
export async function openSmallHouse(
  start: string,
  build: (house: SmallHouse) => Room[],
  databaseUrl?: string,
) {
  const clock = movableClock(start);
  const database = databaseUrl ? await openDatabase({ url: databaseUrl }) : await openTestDatabase();
  const queue: Job[] = [];
  let expected = 0;
  const log = createLog('silent');
  const platform = {
    config: { url: 'https://humdrum.example' } as Platform['config'],
    clock,
    log,
    database,
    db: database.db,
    jobs: {
      enqueue: async (_tx, jobs) => void queue.push(...jobs),
      start: async () => {},
      stop: async () => {},
      expect() {
        expected += 1;
        return () => {
          expected -= 1;
        };
      },
      idle: async () => queue.length === 0 && expected === 0,
    },
    live: createLive(database.db),
    secret: 'not-a-secret-not-a-secret-not-a-secret',
  } satisfies Platform;
  const policies = createPolicies();
  await transaction(platform.db, (tx) => policies.save(tx, POLICY, undefined, '', clock.now()));
  const reactions: Reaction[] = [];
  const incidents = createIncidents(platform, policies, reactions);
  const house: SmallHouse = { platform, incidents, policies };
  const rooms = build(house);
  for (const room of rooms) if (room.react) reactions.push(room.react);
  let caller: Caller | undefined = ANA;
  const app = createApp(log, async () => caller);
  for (const room of rooms) room.routes?.(app);
  await app.ready();
  const handlers = Object.assign({}, ...rooms.map((room) => room.jobs ?? {}));
  return {
    ...house,
    clock,
    db: platform.db,
    rooms,
    as(who: Caller | undefined) {
      caller = who;
    },
    async call(
      method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
      url: string,
      body?: object,
    ): Promise<Answer> {
      const answer = await app.inject({ method, url: `/api/v1${url}`, ...(body ? { payload: body } : {}) });
      const isJson = String(answer.headers['content-type']).includes('json');
      return { status: answer.statusCode, body: isJson ? answer.json() : undefined, text: answer.body };
    },
    /** Any address, any body: what a browser or another program would ask. */
    async visit(method: 'GET' | 'POST', url: string, payload?: string, headers: Record<string, string> = {}) {
      const answer = await app.inject({
        method,
        url,
        headers,
        ...(payload === undefined ? {} : { payload }),
      });
      return { status: answer.statusCode, headers: answer.headers, text: answer.body };
    },
    /** A file, byte for byte. */
    async fetch(url: string) {
      const answer = await app.inject({ method: 'GET', url });
      return { status: answer.statusCode, headers: answer.headers, bytes: answer.rawPayload };
    },
    /** Does what was enqueued, until nothing is left. */
    async work() {
      for (let job = queue.shift(); job; job = queue.shift())
        await handlers[job.queue]?.run([{ id: 'job', data: job.data }]);
    },
    /** Waits for what was begun beside the sweep. */
    async rest() {
      while (!(await platform.jobs.idle())) await pause(2);
    },
    async person(
      id: string,
      name: string,
      more: { zone?: string; rest_until?: Temporal.Instant; email?: string } = {},
    ) {
      const now = clock.now();
      await platform.db
        .insertInto('person')
        .values({
          id,
          name,
          email: more.email ?? `${id}@example.com`,
          created_at: now,
          updated_at: now,
          ...more,
        })
        .execute();
    },
    async service(id: string, name: string, more: { owner_team_id?: string; manager_id?: string } = {}) {
      const now = clock.now();
      await platform.db
        .insertInto('service')
        .values({
          id,
          name,
          slug: name.toLowerCase().replaceAll(' ', '-'),
          created_at: now,
          updated_at: now,
          ...more,
        })
        .execute();
    },
    async close() {
      await app.close();
      await database.close();
    },
  };
}
