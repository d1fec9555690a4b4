/** What the room says of who has been told: a client that knows only what is old is not counted, and says so. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toldOf } from './told.ts';

test('a client that lacks the latest message is half told, and the count leaves it out', () => {
  const told = toldOf([
    { id: 'northwind', impact: 'down', told: true, latestTold: true },
    { id: 'tailspin', impact: 'down', told: true, latestTold: false },
    { id: 'contoso', impact: 'degraded', told: false, latestTold: false },
    { id: 'fabrikam', impact: 'not_affected', told: true, latestTold: true },
  ]);
  assert.deepEqual(['northwind', 'tailspin', 'contoso'].map(told.of), ['told', 'half', 'not_told']);
  assert.deepEqual([told.told, told.affected], [1, 3]);
});
