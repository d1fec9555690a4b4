import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { IncidentSummary } from '#incident/view.ts';
import { inOrder } from './mine.ts';

const held = (number: number, severity: string, dueAt: string | null, overdue = false, more: object = {}) =>
  ({
    number,
    severity,
    declaredAt: '2026-11-25T01:00:00Z',
    mine: true,
    nextStep: { kind: 'tell', dueAt, overdue },
    ...more,
  }) as IncidentSummary;
const numbers = (incidents: IncidentSummary[]) => inOrder(incidents).map((each) => each.incident.number);

test('what is overdue comes first, even if another is more serious', () => {
  assert.deepEqual(
    numbers([held(1, 'P1', '2026-11-25T02:20:00Z'), held(2, 'P2', '2026-11-25T02:00:00Z', true)]),
    [2, 1],
  );
});

test('of steps without a clock the more serious incident comes first, after those with one', () => {
  assert.deepEqual(
    numbers([held(1, 'P2', null), held(2, 'P1', null), held(3, 'P3', '2026-11-25T12:00:00Z')]),
    [3, 2, 1],
  );
});

test('what others hold, and what is only being watched, is not mine to do', () => {
  const watched = held(2, 'P1', null, false, { nextStep: { kind: 'watch', dueAt: null, overdue: false } });
  assert.deepEqual(numbers([held(1, 'P1', null, false, { mine: false }), watched]), []);
});
