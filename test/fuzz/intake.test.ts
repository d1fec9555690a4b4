/** A part of `npm run fuzz` that every run of the tests repeats. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from './run.ts';

test('twenty thousand strange payloads break nothing, store nothing by half and harm no innocent event', async () => {
  const { violations, accepted, refused } = await fuzz(20_000, 4646);
  assert.deepEqual(violations, []);
  // Both kinds have to occur in numbers, else the payloads have gone stale.
  assert.ok(accepted > 4000 && refused > 4000, `${accepted} accepted, ${refused} refused`);
});
