/** The second decider: what a page answers to a command. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refused } from '#platform/errors.ts';
import { decide } from './decide.ts';
import { evolve, owed, type Page, type PageCommand, type PageFact, type Reason, wakeAt } from './page.ts';

const START = Temporal.Instant.from('2026-11-25T02:00:00Z');
const at = (minutes: number) => START.add({ minutes });
const MINUTE = 60_000;
const PERSON = { personId: 'ada', name: 'Ada', zone: 'Europe/Berlin' };
const REST = { milliseconds: 11 * 60 * MINUTE, from: '23:00', to: '07:00' };

function reason(key: string, more: Partial<Reason> = {}): Reason {
  return {
    kind: 'first',
    incidentId: 'inc_1',
    key,
    callId: `call_${key}`,
    number: 1,
    title: 'Checkout is down',
    severity: 'P1',
    text: 'Nobody has it.',
    level: 'primary',
    round: 1,
    answerWithin: 3 * MINUTE,
    addedAt: START,
    ...more,
  };
}

const begin = (more: Partial<Extract<PageCommand, { type: 'page' }>> = {}): PageCommand => ({
  type: 'page',
  id: 'page_1',
  kind: 'incident',
  person: PERSON,
  reasons: [reason('a')],
  rest: REST,
  ...more,
});

/** Plays commands, each at its minute. @returns the page and the kinds of all facts */
function play(...steps: [minutes: number, command: PageCommand][]): { page: Page; kinds: string[] } {
  let page: Page | undefined;
  const kinds: string[] = [];
  for (const [minutes, command] of steps)
    for (const body of decide(page, command, at(minutes))) {
      const fact: PageFact = { ...body, seq: (page?.seq ?? 0) + 1, recordedAt: at(minutes) };
      page = evolve(page, fact, 'page_1');
      kinds.push(fact.kind);
    }
  assert.ok(page);
  return { page, kinds };
}

test('a page rings at once and owes an answer by its time', () => {
  const { page } = play([0, begin()]);
  assert.equal(page.state, 'sent');
  assert.equal(wakeAt(page)?.toString(), at(3).toString());
  const [promise] = owed(page);
  assert.deepEqual(
    [promise?.kind, promise?.state, promise?.ownerId, promise?.dueAt.toString()],
    ['acknowledge', 'open', 'ada', at(3).toString()],
  );
});

test('a held page rings when its time has come, not before', () => {
  const { page } = play([0, begin({ holdUntil: at(7) })], [3, { type: 'wake' }]);
  assert.equal(page.state, 'held');
  assert.deepEqual(owed(page), []);
  const rung = play([0, begin({ holdUntil: at(7) })], [7, { type: 'wake' }]).page;
  assert.deepEqual([rung.state, rung.dueAt?.toString()], ['sent', at(10).toString()]);
});

test('the first reason of a new incident makes a held page ring, and the earlier time counts', () => {
  const urgent = reason('b', { incidentId: 'inc_2', addedAt: at(1) });
  const held = begin({ holdUntil: at(7), reasons: [reason('a', { answerWithin: 5 * MINUTE })] });
  const { page, kinds } = play([0, held], [1, { type: 'add_reason', reason: urgent, atOnce: true }]);
  assert.deepEqual(kinds, ['paged', 'reason_added', 'sent']);
  assert.equal(page.dueAt?.toString(), at(4).toString());
});

test('a reason that joins never gives more time than there was', () => {
  const { page } = play([0, begin()], [2, { type: 'add_reason', reason: reason('b'), atOnce: false }]);
  assert.equal(page.dueAt?.toString(), at(3).toString());
});

test('the same reason is not added twice', () => {
  const { kinds } = play([0, begin()], [1, { type: 'add_reason', reason: reason('a'), atOnce: true }]);
  assert.deepEqual(kinds, ['paged', 'sent']);
});

test('a stale wake does nothing, a due one is an unanswered page, and only once', () => {
  const { kinds } = play([0, begin()], [2, { type: 'wake' }], [3, { type: 'wake' }], [4, { type: 'wake' }]);
  assert.deepEqual(kinds, ['paged', 'sent', 'unanswered']);
});

test('a late answer keeps the promise late', () => {
  const { page } = play(
    [0, begin()],
    [3, { type: 'wake' }],
    [6, { type: 'acknowledge', answer: 'have_it', via: 'push' }],
  );
  assert.equal(page.state, 'acknowledged');
  assert.deepEqual(
    owed(page).map((each) => [each.state, each.endedAt?.toString()]),
    [['kept', at(6).toString()]],
  );
});

test('answering twice the same is one answer; after that the page is over', () => {
  const once: [number, PageCommand] = [1, { type: 'acknowledge', answer: 'have_it', via: 'push' }];
  assert.deepEqual(play([0, begin()], once, once).kinds, ['paged', 'sent', 'acknowledged']);
  assert.throws(
    () => play([0, begin()], once, [2, { type: 'acknowledge', answer: 'cant', via: 'email' }]),
    Refused,
  );
});

test('a page is withdrawn when its last reason ends, not before', () => {
  const add: [number, PageCommand] = [
    1,
    { type: 'add_reason', reason: reason('b', { incidentId: 'inc_2' }), atOnce: false },
  ];
  const end = (incidentId: string, key: string): PageCommand => ({
    type: 'end_reasons',
    ended: [{ incidentId, key }],
    why: 'kept',
  });
  const one = play([0, begin()], add, [2, end('inc_1', 'a')]);
  assert.equal(one.page.state, 'sent');
  const both = play([0, begin()], add, [2, end('inc_1', 'a')], [2, end('inc_2', 'b')]);
  assert.deepEqual([both.page.state, owed(both.page)[0]?.state], ['withdrawn', 'void']);
});

test('while it is paused nobody is waited for, and resuming rings again with the full time', () => {
  const paused = play([0, begin()], [1, { type: 'pause', why: 'quiet' }], [5, { type: 'wake' }]);
  assert.deepEqual(
    [paused.page.state, wakeAt(paused.page), owed(paused.page)[0]?.state],
    ['sent', undefined, 'void'],
  );
  const resumed = play([0, begin()], [1, { type: 'pause', why: 'quiet' }], [6, { type: 'resume' }]).page;
  assert.deepEqual(
    [resumed.ring, resumed.dueAt?.toString(), owed(resumed)[0]?.state],
    [2, at(9).toString(), 'open'],
  );
});

test('a test owes nothing to anybody and ends by itself', () => {
  const { page } = play([0, begin({ kind: 'test', reasons: [] })]);
  assert.deepEqual(owed(page), []);
  assert.equal(
    play([0, begin({ kind: 'test', reasons: [] })], [15, { type: 'wake' }]).page.state,
    'withdrawn',
  );
});

test('a test that was answered on one channel can still prove another', () => {
  const through = (via: string): PageCommand => ({ type: 'acknowledge', answer: 'have_it', via });
  const { page, kinds } = play(
    [0, begin({ kind: 'test', reasons: [] })],
    [1, through('email')],
    [2, through('push')],
    [3, through('push')],
  );
  assert.deepEqual(kinds, ['paged', 'sent', 'acknowledged', 'channel_proven']);
  assert.deepEqual(page.proven, ['email', 'push']);
});
