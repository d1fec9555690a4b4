import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeOf } from './nudge-link.ts';
import { readReply } from './nudge-sms.ts';

test('a reply is the word, the code, or both, however it is typed', () => {
  assert.deepEqual(readReply('SAME K7XD'), { word: true, code: 'K7XD' });
  assert.deepEqual(readReply('  same  k7xd. '), { word: true, code: 'K7XD' });
  assert.deepEqual(readReply('k7xd'), { word: false, code: 'K7XD' });
  assert.deepEqual(readReply('Same!'), { word: true, code: undefined });
  assert.deepEqual(readReply('Nothing new'), { word: true, code: undefined });
});

test('anything else is no reply of ours', () => {
  for (const text of ['', 'STOP please', 'the same again', 'SAME K7XD and M3PA', 'ok', 'nothing'])
    assert.equal(readReply(text), undefined, text);
});

test('a code is four signs that nobody takes for others, never the word itself, and of one nudge only', () => {
  const codes = Array.from({ length: 500 }, (_, cycle) =>
    codeOf('secret', { incidentId: 'inc_1', cycle, personId: 'per_1' }),
  );
  for (const code of codes) assert.match(code, /^[ACDEFHJKLMNPRTUVWXY3479]{4}$/);
  assert.ok(new Set(codes).size > 490);
});
