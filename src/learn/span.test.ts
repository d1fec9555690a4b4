import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chance } from '../../test/simulation/random.ts';
import { rebased, type Span, spanBetween, spanned, wordSpans } from './span.ts';

const span = (before: string, after: string, caret?: number): Span[] => {
  const found = spanBetween(before, after, caret);
  return found ? [found] : [];
};

test('a key that is typed among equal letters stands where the caret is', () => {
  assert.deepEqual(span('aaa', 'aaaa', 1), [{ at: 0, removed: 0, inserted: 'a' }]);
  assert.deepEqual(span('aaa', 'aaaa', 3), [{ at: 2, removed: 0, inserted: 'a' }]);
  assert.deepEqual(span('one two', 'one', 3), [{ at: 3, removed: 4, inserted: '' }]);
  assert.deepEqual(span('same', 'same'), []);
});

test('a character of two units is never cut in half', () => {
  const [found] = span('a😀b', 'a😁b');
  assert.deepEqual(found, { at: 1, removed: 2, inserted: '😁' });
});

test('a text that a program sends changes only the words that differ', () => {
  const before = 'The pipeline ships to everybody at once.';
  const after = 'The pipeline ships slowly to everybody, twice.';
  assert.equal(spanned(before, wordSpans(before, after)), after);
  assert.deepEqual(
    wordSpans('one two three four', 'one 2 three 4').map(({ inserted }) => inserted),
    ['2', '4'],
  );
});

test('words at different places of a text do not touch; at the same place they do, and none is lost', () => {
  const base = 'The alert fired late. The rollback was slow.';
  const current = 'The alert fired ten minutes late. The rollback was slow.';
  const apart = rebased(
    base,
    current,
    wordSpans(base, 'The alert fired late. The rollback was painfully slow.'),
  );
  assert.equal(apart.touched, false);
  assert.equal(
    spanned(current, apart.spans),
    'The alert fired ten minutes late. The rollback was painfully slow.',
  );
  const same = rebased('', 'From Ana', wordSpans('', 'From Bo'));
  assert.equal(same.touched, true);
  assert.equal(spanned('From Ana', same.spans), 'From AnaFrom Bo');
});

test('what others removed is not removed twice, and what they wrote in between stays', () => {
  const base = 'one two three four five';
  const current = 'one three and more four five';
  const { spans } = rebased(base, current, [{ at: 4, removed: 'two three four'.length, inserted: 'X' }]);
  assert.equal(spanned(current, spans), 'one X and more five');
});

test('of texts made at random the spans make one into the other, and carrying them over loses no new word', () => {
  const dice = chance(7);
  const text = (mark: string) =>
    Array.from(
      { length: dice.whole(0, 12) },
      (_, n) => `${mark}${dice.whole(0, 3)}${n % 3 ? ' ' : '  '}`,
    ).join('');
  for (let round = 0; round < 2000; round += 1) {
    const [base, mine, theirs] = [text('w'), text('w'), text('w')];
    assert.equal(spanned(base, span(base, mine)), mine);
    assert.equal(spanned(base, wordSpans(base, mine)), mine);
    const marked = mine.replaceAll('w1', `mine${round}`);
    const { spans } = rebased(base, theirs, wordSpans(base, marked));
    const joined = spanned(theirs, spans);
    const count = (of: string) => of.split(`mine${round}`).length - 1;
    assert.equal(count(joined), count(marked));
    for (let index = 1; index < spans.length; index += 1)
      assert.ok(spans[index - 1]!.at + spans[index - 1]!.removed <= spans[index]!.at, 'in order, and apart');
  }
});
