/** What cannot be kept is replaced before anybody sees it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleaned, keepable } from './clean-text.ts';

test('NUL and halves of characters are replaced in texts and in names, everything else stays', () => {
  const given = { 'a\0': ['x\ud800y', 1, null, true, { deep: '\0' }], ok: 'über 🚲' };
  assert.deepEqual(cleaned(given), {
    'a\uFFFD': ['x\uFFFDy', 1, null, true, { deep: '\uFFFD' }],
    ok: 'über 🚲',
  });
});

test('a body that is nested without end is refused before it costs anything', () => {
  let deep: unknown = 'x';
  for (let level = 0; level < 100_000; level++) deep = [deep];
  assert.throws(() => cleaned(deep), /nested/);
});

test('an address is keepable when all its parts are', () => {
  assert.equal(keepable({ id: 'inc_1', q: ['a', 'b'] }), true);
  assert.equal(keepable({ id: 'a\0b' }), false);
  assert.equal(keepable({ q: ['a', '\ud800'] }), false);
  assert.equal(keepable(undefined), true);
});
