import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toldHead } from './told-head.ts';

test('a board is green only when every affected client has the latest message', () => {
  const head = (...states: Parameters<typeof toldHead>[0][number]['state'][]) =>
    toldHead(states.map((state) => ({ state, automatic: false })));
  assert.deepEqual(head('told', 'not_affected'), {
    words: 'Every affected client has been told',
    tone: 'green',
  });
  assert.deepEqual(head('told', 'half'), { words: '1 client not told of the latest', tone: 'amber' });
  assert.deepEqual(head('half', 'not_told', 'not_told'), { words: '2 clients not told', tone: 'red' });
});

test('an automatic message tells a client, and is no reason for green', () => {
  assert.deepEqual(
    toldHead([
      { state: 'told', automatic: true },
      { state: 'told', automatic: false },
    ]),
    { words: '1 client told by an automatic message alone', tone: 'amber' },
  );
});
