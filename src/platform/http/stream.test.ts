/** The live stream over a real socket; the test polls and checks by itself, so nothing waits. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type Database, transaction } from '#platform/db/database.ts';
import { timesOf } from '#platform/db/due-times.ts';
import { createLog } from '#platform/log.ts';
import { openTestDatabase } from '../../../test/test-database.ts';
import { type App, type Caller, createApp } from './app.ts';
import { createLive, type Live } from './live.ts';
import { createHub, type Hub, liveDue, streamRoutes } from './stream.ts';

const NOW = Temporal.Instant.from('2026-03-01T08:00:00Z');
const POLL_MILLISECONDS = 20;
const STREAM_MILLISECONDS_MAX = 60_000;
let database: Database;
let live: Live;
let hub: Hub;
let app: App;
let address: string;
const callers = new Map<string, Caller>();

before(async () => {
  database = await openTestDatabase();
  live = createLive(database.db);
  const log = createLog('silent');
  const authenticate = async (request: { headers: { authorization?: string } }) =>
    callers.get(request.headers.authorization ?? '');
  hub = createHub({ live, log, authenticate }, false);
  app = createApp(log, authenticate);
  streamRoutes(app, hub);
  address = await app.listen({ port: 0, host: '127.0.0.1' });
});

after(async () => {
  await app.close();
  await database.close();
});

function comeIn(name: string): Caller {
  const caller: Caller = {
    kind: 'person',
    loginId: name,
    personId: `per_${name}`,
    name,
    role: 'viewer',
    scopes: [],
    sessionId: undefined,
  };
  callers.set(name, caller);
  return caller;
}

async function publish(id: string, viewers?: string[]): Promise<void> {
  await transaction(database.db, (tx) =>
    live.publish(tx, { kind: 'incident', id, version: 1, viewers }, NOW),
  );
}

/** Opens a stream and reads from it until a text appears. */
async function listen(name: string, lastEventId?: string) {
  const headers = { authorization: name, ...(lastEventId ? { 'last-event-id': lastEventId } : {}) };
  const answer = await fetch(`${address}/api/v1/stream`, {
    headers,
    signal: AbortSignal.timeout(STREAM_MILLISECONDS_MAX),
  });
  assert.equal(answer.status, 200);
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    async until(expected: string): Promise<string> {
      let waiting = true;
      // What another database of the same server has not committed yet holds back all that came after it.
      const polling = (async () => {
        for (; waiting; await pause(POLL_MILLISECONDS)) await hub.poll();
      })();
      try {
        while (!text.includes(expected)) {
          const { value, done } = await reader.read();
          if (done) throw new Error(`The stream ended without "${expected}":\n${text}`);
          text += value;
        }
        return text;
      } finally {
        waiting = false;
        await polling;
      }
    },
    async end(): Promise<string> {
      for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
      return text;
    },
    leave: () => reader.cancel(),
  };
}

const lastId = (text: string) => [...text.matchAll(/^id: (.*)$/gm)].at(-1)?.[1] as string;

test('a hint reaches everybody who listens, and a later listener can resume', async () => {
  comeIn('ada');
  const stream = await listen('ada');
  const first = await stream.until('event: ready');
  await publish('inc_1');
  const seen = await stream.until('inc_1');
  assert.match(seen, /event: hint\ndata: \{"kind":"incident","id":"inc_1","version":1\}/);
  await stream.leave();
  await publish('inc_2');
  const resumed = await listen('ada', lastId(seen));
  const text = await resumed.until('inc_2');
  assert.ok(!text.includes('inc_1'), 'what was seen is not sent again');
  assert.notEqual(lastId(first), lastId(text));
  await resumed.leave();
});

test('a position that nobody knows is answered with a reset', async () => {
  comeIn('ada');
  const stream = await listen('ada', '999999.7');
  await stream.until('event: reset');
  await stream.leave();
});

test('a hint of a restricted incident reaches only the people named', async () => {
  comeIn('ada');
  comeIn('bob');
  const [ada, bob] = [await listen('ada'), await listen('bob')];
  await Promise.all([ada.until('event: ready'), bob.until('event: ready')]);
  await publish('inc_secret', ['per_ada']);
  await publish('inc_open');
  assert.ok((await ada.until('inc_open')).includes('inc_secret'));
  assert.ok(!(await bob.until('inc_open')).includes('inc_secret'));
  await Promise.all([ada.leave(), bob.leave()]);
});

test('a stream ends when its caller signs out or gets another role', async () => {
  comeIn('ada');
  const bob = comeIn('bob');
  const [one, other] = [await listen('ada'), await listen('bob')];
  await Promise.all([one.until('event: ready'), other.until('event: ready')]);
  await hub.check();
  await one.until(': still here');
  callers.delete('ada');
  callers.set('bob', { ...bob, role: 'responder' });
  await hub.check();
  assert.match(await one.end(), /event: ended\ndata: \{"why":"signed out"\}/);
  assert.match(await other.end(), /"why":"rights changed"/);
});

test('hints are forgotten after a day', async () => {
  const due = liveDue(database.db);
  await publish('inc_old');
  assert.equal(String(await timesOf(database.db, [due])), NOW.add({ hours: 24 }).toString());
  assert.ok((await due.run(NOW.add({ hours: 24 }))) > 0);
  assert.deepEqual(await timesOf(database.db, [due]), [undefined]);
});
