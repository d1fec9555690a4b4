import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gapAfter } from './late.ts';

const MINUTE = 60_000;
const gaps = (cadence: number, count: number) =>
  Array.from({ length: count }, (_, said) => gapAfter(cadence * MINUTE, said) / MINUTE);

test('the gap between what the machine names doubles up to four hours, and stays there for as long as nobody speaks', () => {
  assert.deepEqual(gaps(30, 7), [30, 60, 120, 240, 240, 240, 240]);
  assert.deepEqual(gaps(10, 6), [10, 20, 40, 80, 160, 240]);
  assert.equal(gapAfter(30 * MINUTE, 5000) / MINUTE, 240);
});

test('a cadence that is longer than that is kept as it is', () => {
  assert.deepEqual(gaps(300, 3), [300, 300, 300]);
});
