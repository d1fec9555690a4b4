/** The installation's secret outlives restarts and is readable by its owner alone. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Database } from '#platform/db/database.ts';
import { openTestDatabase } from '../../../test/test-database.ts';
import { loadSecret } from './secret.ts';

const NOW = Temporal.Instant.from('2026-03-01T08:00:00Z');
const folder = mkdtempSync(join(tmpdir(), 'humdrum-secret-'));
let database: Database;
before(async () => {
  database = await openTestDatabase();
});
after(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

const config = (more: object) => ({ secret: undefined, dataFolder: folder, databaseUrl: undefined, ...more });

test('a secret given by the operator is used as it is', async () => {
  assert.equal(
    await loadSecret(config({ secret: 'given by the operator, long enough' }), database, NOW),
    'given by the operator, long enough',
  );
});

test('an embedded house keeps its secret in a file that nobody else can read', async () => {
  const secret = await loadSecret(config({}), database, NOW);
  assert.ok(secret.length >= 32);
  assert.equal(statSync(join(folder, 'secret')).mode & 0o777, 0o600);
  assert.equal(await loadSecret(config({}), database, NOW), secret);
});

test('processes that share a database share the secret', async () => {
  const shared = config({ databaseUrl: 'postgres://humdrum', dataFolder: join(folder, 'nowhere') });
  const secrets = await Promise.all([loadSecret(shared, database, NOW), loadSecret(shared, database, NOW)]);
  assert.equal(secrets[0], secrets[1]);
});

test('a damaged secret stops the start instead of signing everybody out', async () => {
  writeFileSync(join(folder, 'secret'), 'short');
  await assert.rejects(loadSecret(config({}), database, NOW), /damaged/);
});
