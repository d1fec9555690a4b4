/** Differences of two texts: marked in their words, or one after the other where hardly a word is the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wordsChanged } from './differences.ts';

test('a mended sentence is marked in its words', () => {
  const changes = wordsChanged('The pipeline ships to everybody.', 'The pipeline ships to 1% first.');
  assert.deepEqual(
    changes?.filter((each) => each.added || each.removed).map((each) => each.value.trim()),
    ['everybody', '1% first'],
  );
});

test('two texts that have hardly a word in common are read one after the other', () => {
  const drafted = 'From 2026-11-13 01:40 to 2026-11-13 02:53 UTC, 73 min. About 40 to 90 users.';
  const written = 'About 70 orders that would have been placed at that hour. No confirmed order was lost.';
  assert.equal(wordsChanged(drafted, written), undefined);
});

test('what is new altogether, or gone altogether, is marked as such', () => {
  assert.deepEqual(
    [wordsChanged('', 'A disk was full.'), wordsChanged('A disk was full.', '')].map((changes) =>
      changes?.map((each) => [each.value, each.added, each.removed]),
    ),
    [[['A disk was full.', true, false]], [['A disk was full.', false, true]]],
  );
});
