import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sittingsOf } from './sittings.ts';

const saved = (version: number, savedBy: string, time: string) => ({
  version,
  savedBy,
  savedAt: `2026-11-25T${time}:00Z`,
});

test('what one person saved in one go is one version; another writer or a pause begins the next', () => {
  const sittings = sittingsOf([
    saved(7, 'Ana', '10:20'),
    saved(6, 'Ana', '10:02'),
    saved(5, 'Ana', '10:01'),
    saved(4, 'Bo', '10:00'),
    saved(3, 'Bo', '09:59'),
    saved(2, 'Ana', '09:58'),
    saved(1, 'Humdrum', '02:40'),
  ]);
  assert.deepEqual(
    sittings.map((each) => each.version),
    [7, 6, 4, 2, 1],
  );
});
