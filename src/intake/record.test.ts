/** The one way in: grouped, answered after the commit, the guilty told apart from the innocent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failed, Refused } from '#platform/errors.ts';
import { createLog } from '#platform/log.ts';
import type { Incoming } from './incoming.ts';
import { createRecorder } from './record.ts';

const event = (title: string) => ({ key: 'k', event: { title } }) as unknown as Incoming;
const broken = (code: string) => Object.assign(new Error(`refused with ${code}`), { code });
const log = createLog('silent');

test('events that arrive together are written together', async () => {
  const groups: number[] = [];
  const { record } = createRecorder(async (events) => {
    groups.push(events.length);
    return new Map();
  }, log);
  await Promise.all(Array.from({ length: 40 }, (_, index) => record([event(String(index))])));
  assert.deepEqual(groups, [40]);
});

test('only the guilty event of a group is refused', async () => {
  const written: string[] = [];
  const { record } = createRecorder(async (events) => {
    if (events.some(({ event: { title } }) => title === 'guilty')) throw broken('22P05');
    written.push(...events.map(({ event: { title } }) => title));
    return new Map();
  }, log);
  const titles = Array.from({ length: 21 }, (_, index) => (index === 13 ? 'guilty' : `e${index}`));
  const recorded = await Promise.all(titles.map((title) => record([event(title)])));
  assert.deepEqual(
    written,
    titles.filter((title) => title !== 'guilty'),
  );
  assert.deepEqual(
    recorded.map(([refusal]) => refusal?.code),
    titles.map((title) => (title === 'guilty' ? 'invalid' : undefined)),
  );
});

test('a request with several events is told of each', async () => {
  const refusal = new Refused('unauthenticated', 'The integration key is not known.');
  const { record } = createRecorder(
    async (events) =>
      new Map(events.filter(({ event: { title } }) => title === 'b').map((each) => [each, refusal])),
    log,
  );
  assert.deepEqual(await record([event('a'), event('b'), event('c')]), [undefined, refusal, undefined]);
});

test('when the database does not answer, senders are told to come back and nothing is blamed', async () => {
  for (const code of ['ECONNREFUSED', '57P01', '53300']) {
    const { record } = createRecorder(async () => {
      throw broken(code);
    }, log);
    const [one, other] = await Promise.allSettled([record([event('a')]), record([event('b')])]);
    assert.ok(
      one?.status === 'rejected' && one.reason instanceof Failed && other?.status === 'rejected',
      code,
    );
  }
});

test('a deadlock is tried again', async () => {
  let tries = 0;
  const { record } = createRecorder(async () => {
    if (++tries < 3) throw broken('40P01');
    return new Map();
  }, log);
  assert.deepEqual(await record([event('a')]), [undefined]);
  assert.equal(tries, 3);
});

test('nobody is answered before the write has ended', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { record } = createRecorder(async () => {
    await promise;
    return new Map();
  }, log);
  let answered = false;
  const recording = record([event('a')]).then(() => {
    answered = true;
  });
  await new Promise((done) => setImmediate(done));
  assert.equal(answered, false);
  resolve();
  await recording;
  assert.equal(answered, true);
});

test('whoever reads a long body waits while a whole group waits to be written, and is let in one group later', async () => {
  const written = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const rest = [...written];
  const { record, turn } = createRecorder(async () => {
    await rest.shift()?.promise;
    return new Map();
  }, log);
  await turn();
  const body = Array.from({ length: 500 }, (_, index) => event(String(index)));
  const first = record(body);
  await new Promise((done) => setImmediate(done));
  await turn();
  const second = record(body);
  let letIn = false;
  const third = turn().then(() => {
    letIn = true;
  });
  await new Promise((done) => setImmediate(done));
  assert.equal(letIn, false);
  written[0]?.resolve();
  await first;
  await third;
  written[1]?.resolve();
  await second;
});

test('more bodies than can be read soon are refused, and the others are not', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { record, turn } = createRecorder(async () => {
    await promise;
    return new Map();
  }, log);
  const recording = [record([event('a')]), record(Array.from({ length: 1000 }, () => event('b')))];
  const waiting = Array.from({ length: 400 }, () => turn());
  await assert.rejects(turn(), (error: Refused) => error.code === 'too_many');
  resolve();
  await Promise.all([...recording, ...waiting]);
});
