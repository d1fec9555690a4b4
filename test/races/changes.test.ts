/** The ledger on PostgreSQL: what stood before the weeks stays, and one change sent to two processes at once is one row. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import type { IncomingChange } from '#incident/change.ts';
import { transaction } from '#platform/db/database.ts';
import { migrate, readMigrations } from '#platform/db/migrate.ts';
import { createLedger } from '#src/triage/ledger.ts';
import { temporaryFolder } from '../servers/program.ts';
import { openSmallHouse } from '../small-house.ts';
import { createTestDatabase, type TestDatabase } from '../test-database.ts';

const START = '2026-11-25T02:00:00Z';
let shared: TestDatabase;
let one: Awaited<ReturnType<typeof openSmallHouse>>;
let other: Awaited<ReturnType<typeof openSmallHouse>>;

before(async () => {
  shared = await createTestDatabase();
  one = await openSmallHouse(START, () => [], shared.url);
  other = await openSmallHouse(START, () => [], shared.url);
});
after(async () => {
  await one?.close();
  await other?.close();
  await shared?.remove();
});

const change = (externalId: string, day: number, summary = 'deploy'): IncomingChange => ({
  integrationId: 'int_1',
  externalId,
  kind: 'deploy',
  summary,
  source: 'ci',
  happenedAt: Temporal.Instant.from('2026-11-24T02:00:00Z').subtract({ hours: 24 * day }),
  links: [],
  details: {},
});

test('one change sent to two processes at once, with other times, is one row in one week', async () => {
  const ledgers = [one, other].map((house) => createLedger(house.platform, house.policies));
  const ids = await Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      const ledger = ledgers[index % 2];
      assert.ok(ledger);
      const sent = [change('same', index), change(`own ${index % 7}`, index % 20)];
      if (index % 3 === 0)
        return transaction((index % 2 ? other : one).db, (tx) => ledger.record(tx, sent.toReversed()));
      return (await ledger.keep(sent)).map((kept) => kept.id ?? kept.refusal?.message).toReversed();
    }),
  );
  assert.equal(new Set(ids.map(([, same]) => same)).size, 1, 'all were told the same id');
  const { rows } = await sql<{ count: number; keys: number; lost: number }>`
    select (select count(*) from change)::int as count, (select count(*) from change_sent)::int as keys,
      (select count(*) from change_sent s where not exists (
        select from change c where c.id = s.change_id and c.happened_at = s.happened_at))::int as lost`.execute(
    one.db,
  );
  assert.deepEqual(rows[0], { count: 8, keys: 8, lost: 0 });
});

test('two processes make the weeks at once, and both may write', async () => {
  const far = (index: number) => ({ ...change(`far ${index}`, 60 + index), summary: `far ${index}` });
  const ledgers = [one, other].map((house) => createLedger(house.platform, house.policies));
  const kept = await Promise.all(ledgers.map((ledger, index) => ledger.keep([far(index), far(index + 7)])));
  assert.ok(kept.flat().every(({ id }) => id));
});

test('changes, their keys and who sent them are carried over into the weeks', async () => {
  const empty = await createTestDatabase('template0');
  const { db, plain, close } = await empty.open();
  const earlier = temporaryFolder('migrations');
  const all = readMigrations();
  for (const { name, text } of all.slice(
    0,
    all.findIndex(({ name }) => name.includes('change_partitions')),
  ))
    writeFileSync(join(earlier.path, name), text);
  const now = Temporal.Instant.from(START);
  await migrate(plain, now, earlier.path);
  earlier.remove();
  await sql`insert into service (id, name, slug, created_at, updated_at) values ('svc_a', 'A', 'a', ${now}, ${now})`.execute(
    db,
  );
  await sql`insert into change (id, service_id, kind, summary, source, external_id, happened_at, live_at, received_at, recorded_by)
    select 'chg_' || n, 'svc_a', 'deploy', 'deploy ' || n, case when n < 3 then 'by hand' else 'ci' end, n::text,
      ${now}::timestamptz - n * interval '5 days', ${now}, ${now}::timestamptz - n * interval '5 days', 'ci'
    from generate_series(1, 20) n`.execute(db);
  await migrate(plain, now);
  const { rows } = await sql<object>`select count(*)::int as changes, count(distinct tableoid)::int as weeks,
    (select count(*)::int from change_sent) as keys from change`.execute(db);
  assert.deepEqual(rows[0], { changes: 20, weeks: 14, keys: 20 });
  const feeds = await db.selectFrom('change_feed').selectAll().orderBy('service_id').execute();
  assert.deepEqual(
    feeds.map((feed) => [
      feed.service_id,
      feed.kind,
      feed.sender,
      feed.changes,
      feed.longest_silence_seconds / 86_400,
    ]),
    [
      ['', '', 'ci', 18, 5],
      ['svc_a', 'deploy', 'ci', 18, 5],
    ],
  );
  await close();
  await empty.remove();
});
