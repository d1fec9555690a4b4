/** Lists as parameters: whatever a text, a document or a time holds arrives as it was, on both engines. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompiledQuery } from 'kysely';
import { startPostgres } from '../../../test/servers/postgres.ts';
import { type Column, parametersOf } from './columns.ts';
import { type Database, openDatabase } from './database.ts';

const TEXTS = [
  '',
  'plain',
  'quo"te \\ {brace},',
  'NULL',
  '12 % of 日本 🚨',
  '\n\t',
  'x'.repeat(70_000),
  null,
];
const COLUMNS: Column[] = [
  { type: 'text', values: TEXTS },
  { type: 'json', values: TEXTS.map((text) => (text === null ? null : JSON.stringify({ text }))) },
  { type: 'uuid', values: TEXTS.map((_, index) => `${index}`.padStart(32, 'ab')) },
  { type: 'int4', values: TEXTS.map((_, index) => index * 300_000_000 - 900_000_000) },
  {
    type: 'timestamptz',
    values: ['2026-11-27T13:00:00.123456Z', '1999-12-31T23:59:59.999999Z', '0001-01-01T00:00:00Z', null]
      .flatMap((text) => [text, text])
      .map((text) => (text === null ? null : Temporal.Instant.from(text))),
  },
];
const QUERY = `select t, j::text as j, replace(u::text, '-', '') as u, i, to_char(at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at
  from unnest($1::text[], $2::json[], $3::uuid[], $4::int4[], $5::timestamptz[]) as c(t, j, u, i, at)`;

async function arrives(database: Database): Promise<void> {
  const parameters = parametersOf(database.engine, COLUMNS);
  const { rows } = await database.plain.executeQuery<Record<string, unknown>>(
    CompiledQuery.raw(QUERY, parameters),
  );
  const [texts, documents, uuids, numbers, times] = COLUMNS.map(({ values }) => values);
  assert.deepEqual(
    rows.map(({ t }) => t),
    texts,
  );
  assert.deepEqual(
    rows.map(({ j }) => j),
    documents,
  );
  assert.deepEqual(
    rows.map(({ u }) => u),
    uuids,
  );
  assert.deepEqual(
    rows.map(({ i }) => i),
    numbers,
  );
  assert.deepEqual(
    rows.map(({ at }) => at),
    (times as (Temporal.Instant | null)[]).map((at) => at?.toString({ smallestUnit: 'microsecond' }) ?? null),
  );
}

test('texts, documents, uuids, numbers and times arrive in the embedded database as they were', async () => {
  const database = await openDatabase({});
  await arrives(database).finally(() => database.close());
});

test('texts, documents, uuids, numbers and times arrive in PostgreSQL as they were', async () => {
  const postgres = await startPostgres();
  const database = await openDatabase({ url: postgres.url() });
  try {
    await arrives(database);
  } finally {
    await database.close();
    await postgres.stop();
  }
});
