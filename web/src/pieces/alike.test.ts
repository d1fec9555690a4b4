/** What would read the same stands once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { alike } from './alike.ts';

const handOver = {
  kind: 'hand_over',
  state: 'open' as const,
  dueAt: '2026-11-23T06:00:00Z',
  ownerId: 'ana',
  incidentId: 'one',
};

test('two roles that one person hands over at the same time are one line', () => {
  assert.deepEqual(alike([handOver, { ...handOver }]), [handOver]);
});

test('the same promise of another incident, or of another person, stays a line of its own', () => {
  const list = [handOver, { ...handOver, incidentId: 'two' }, { ...handOver, ownerId: 'bo' }];
  assert.deepEqual(alike(list), list);
});
