/** What was accepted survives a process that is killed, on both engines. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crash, type Engine } from './crash.ts';

for (const engine of ['embedded', 'postgres'] satisfies Engine[])
  test(`killing the process under load loses nothing that was accepted (${engine})`, async () => {
    const counted = await crash({ runs: 2, engine, seed: 7 });
    assert.ok(counted.accepted > 10, `only ${counted.accepted} were accepted`);
    assert.deepEqual(counted.problems, []);
    assert.ok(counted.duplicated <= counted.duplicatedMax, `${counted.duplicated} duplicates`);
    assert.ok(counted.lateMaxSeconds <= 60, `something was ${counted.lateMaxSeconds} s late`);
  });
