/** From when something owed is marked as soon due. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { soonFrom } from './urgency.ts';

const MINUTE = 60_000;

test('a promise is soon due from the first reminder of its ladder, however early that is', () => {
  const steps = [{ at: -10 * MINUTE }, { at: -2 * MINUTE }, { at: 0 }];
  assert.equal(soonFrom(0, 30 * MINUTE, steps), 20 * MINUTE);
  assert.equal(soonFrom(0, 2880 * MINUTE, [{ at: -1440 * MINUTE }]), 1440 * MINUTE);
});

test('a reminder at the moment at which the promise is made marks nothing: the next one does', () => {
  const steps = [{ at: -10 * MINUTE }, { at: -2 * MINUTE }, { at: 0 }];
  assert.equal(soonFrom(20 * MINUTE, 30 * MINUTE, steps), 28 * MINUTE);
  assert.equal(soonFrom(25 * MINUTE, 30 * MINUTE, [{ at: -10 * MINUTE }]), 27.5 * MINUTE);
});

test('where the ladder speaks only once it is late, or there is none, the last minutes count', () => {
  assert.equal(soonFrom(0, 30 * MINUTE, [{ at: 0 }, { at: 3 * MINUTE }]), 25 * MINUTE);
  assert.equal(soonFrom(0, 6 * MINUTE, []), 3 * MINUTE);
});
