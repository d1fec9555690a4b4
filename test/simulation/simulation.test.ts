/** Seeded days lived through by scripted people, checked against invariants that read the record alone. `npm run simulate` does more of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulate } from './simulate.ts';

test('no open incident stays silent past its promise without a call, nobody is called after its end, every restored one owes its postmortem', async () => {
  const result = await simulate({ seed: 11, days: 1, perDay: 6 });
  assert.ok(result.incidents > 0);
  assert.deepEqual(result.violations, []);
});
