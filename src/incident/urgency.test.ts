/** From when something owed is marked as soon due. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { soonFrom } from './urgency.ts';

const MINUTE = 60_000;

test('a promise is soon due from the first reminder of its ladder, however early that is', () => {
  assert.equal(soonFrom(0, 30 * MINUTE, 20 * MINUTE), 20 * MINUTE);
  assert.equal(soonFrom(0, 48 * 60 * MINUTE, 24 * 60 * MINUTE), 24 * 60 * MINUTE);
});

test('a reminder that lies before the promise was made counts from when it was made', () => {
  assert.equal(soonFrom(25 * MINUTE, 30 * MINUTE, 20 * MINUTE), 25 * MINUTE);
});

test('where the ladder speaks only once it is late, or there is none, the last minutes count', () => {
  assert.equal(soonFrom(0, 30 * MINUTE, 30 * MINUTE), 25 * MINUTE);
  assert.equal(soonFrom(0, 6 * MINUTE, undefined), 3 * MINUTE);
});
