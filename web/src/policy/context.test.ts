import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffLines } from '../../../src/promise/diff.ts';
import { withContext } from './context.ts';

test('a comparison shows what changed with three lines around it, and says where lines are left out', () => {
  const before = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  const lines = diffLines(before.join('\n'), before.with(10, 'changed').join('\n'));
  const shown = withContext(lines).map((each) => (each === 'gap' ? '…' : each.text));
  assert.deepEqual(shown, [
    '…',
    'line 7',
    'line 8',
    'line 9',
    'line 10',
    'changed',
    'line 11',
    'line 12',
    'line 13',
    '…',
  ]);
});
