/** A part of `npm run fuzz` that every run of the tests repeats. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from './run.ts';

const COUNTS = { postgres: 18_000, embedded: 2_000 } as const;

for (const engine of ['postgres', 'embedded'] as const)
  test(`of twenty thousand strange payloads ${COUNTS[engine]} go to ${engine}: they break nothing, nothing is stored by half, no innocent event is harmed`, async () => {
    const { violations, accepted, refused } = await fuzz(COUNTS[engine], 4646, engine);
    assert.deepEqual(violations, []);
    // Both kinds have to occur in numbers, else the payloads have gone stale.
    const enough = COUNTS[engine] / 5;
    assert.ok(accepted > enough && refused > enough, `${accepted} accepted, ${refused} refused`);
  });
