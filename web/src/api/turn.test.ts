import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PromiseView } from '#incident/view.ts';
import { untilNextTurn } from './turn.ts';

const NOW = Date.parse('2026-11-25T02:10:00Z');
const promise = (openedAt: string, dueAt: string, state: PromiseView['state'] = 'open') =>
  ({ openedAt: `2026-11-25T${openedAt}Z`, dueAt: `2026-11-25T${dueAt}Z`, state }) as PromiseView;
const ask = (...promises: PromiseView[]) => untilNextTurn({ promises, watch: null }, NOW);

test('an incident is asked for again just after a promise becomes urgent', () => {
  assert.equal(ask(promise('01:45:30', '02:15:30')), 32_000);
});

test('and when it is due', () => {
  assert.equal(ask(promise('01:40:10', '02:10:10')), 12_000);
});

test('a short promise becomes urgent in its second half', () => {
  assert.equal(ask(promise('02:09:50', '02:10:30')), 12_000);
});

test('nothing that is over or far away keeps it from being asked for each minute', () => {
  assert.equal(ask(promise('02:00:00', '02:10:05', 'kept'), promise('02:00:00', '04:00:00')), 60_000);
});
