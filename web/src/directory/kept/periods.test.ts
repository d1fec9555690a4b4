import assert from 'node:assert/strict';
import { test } from 'node:test';
import { periods } from './periods.ts';

test('in January the month before is December of the last year, and so is the quarter', () => {
  const offered = periods(new Date('2027-01-15T00:00:00Z'));
  assert.deepEqual(
    [offered[0], offered[1], offered[12], offered[13]],
    [
      { value: '2027-01', label: 'January 2027' },
      { value: '2026-12', label: 'December 2026' },
      { value: '2027-Q1', label: 'Quarter 1, 2027' },
      { value: '2026-Q4', label: 'Quarter 4, 2026' },
    ],
  );
});
