/** Folding: each key at most once per statement, and its events in their order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fold, type Sorted } from './fold.ts';
import type { Action } from './incoming.ts';

const event = (dedupKey: string, action: Action, ignore = false) =>
  ({
    integrationId: 'int_1',
    incoming: { event: { dedupKey, action } },
    route: { ignore },
  }) as unknown as Sorted;
const shape = (events: Sorted[]) =>
  fold(events).slots.map(({ kind, steps }) =>
    `${kind} ${steps.map(({ dedupKey, events: list }) => `${dedupKey}${list.length}`).join(' ')}`.trim(),
  );

test('triggers of one key become one row', () => {
  assert.deepEqual(shape([event('a', 'trigger'), event('b', 'trigger'), event('a', 'trigger')]), [
    'put a2 b1',
  ]);
});

test('a resolve before a trigger stays before it', () => {
  assert.deepEqual(shape([event('a', 'resolve'), event('a', 'trigger')]), ['put', 'end a1', 'put a1']);
});

test('a key that flaps takes as many statements as it has turns, others do not wait for it', () => {
  const events = [
    event('a', 'trigger'),
    event('a', 'resolve'),
    event('b', 'trigger'),
    event('a', 'trigger'),
    event('a', 'acknowledge'),
    event('a', 'resolve'),
  ];
  assert.deepEqual(shape(events), ['put a1 b1', 'end a1', 'put a1', 'end a2']);
});

test('rows are in one order, however their events came, so that two processes never lock each other out', () => {
  const keys = ['a', 'b', 'c', 'd'];
  const sorted = (names: string[]) => shape(names.map((name) => event(name, 'trigger')));
  const [one] = sorted(keys);
  assert.deepEqual(sorted(keys.toReversed()), [one]);
  assert.deepEqual(sorted(['c', 'a', 'd', 'b']), [one]);
});

test('what is ignored makes no alert', () => {
  const { slots, ignored } = fold([event('a', 'trigger', true)]);
  assert.deepEqual([slots.length, ignored.length], [0, 1]);
});
