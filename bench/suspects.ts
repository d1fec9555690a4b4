/** How long the ranked lane takes on a large ledger, beside the bare query with the same conditions and rows and no ranking. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { stopwatch } from '#platform/clock.ts';
import type { Db } from '#platform/db/database.ts';
import { createPartitions } from '#platform/db/partitions.ts';
import { readAround } from '#src/triage/around.ts';
import { readCandidates } from '#src/triage/candidates.ts';
import { findChanges } from '#src/triage/changes.ts';
import { CHANGES_BY_WEEK } from '#src/triage/ledger.ts';
import { triageRoom } from '#src/triage/room.ts';
import { startPostgres } from '../test/servers/postgres.ts';
import { openSmallHouse } from '../test/small-house.ts';
import { handsOf } from '../test/triage-hands.ts';
import { at, middle, rounded, versionOf } from './figures.ts';

const SERVICES = 500;
const LAYERS = 5;
const DAYS = 90;
const INCIDENTS = 100;
const ALERTS_EACH = 5;
const HOURS = 48;
const DOUBT_MINUTES = 10;
const PAGE = 50;
const BATCH = 50_000;
const NOW = '2026-11-25T12:00:00Z';
// The record is counted afresh, in the background, when it is older than ten minutes.
const BETWEEN_ROUNDS_MINUTES = 11;

type House = Awaited<ReturnType<typeof openSmallHouse>>;
type Looked = { id: string; service: string; detectedAt: Temporal.Instant };

export async function run(args: string[]): Promise<object> {
  const { values } = parseArgs({
    args,
    options: {
      changes: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '5' },
      looks: { type: 'string', default: '400' },
    },
  });
  const [changes, rounds, looks] = [Number(values.changes), Number(values.rounds), Number(values.looks)];
  const postgres = await startPostgres({ settings: { synchronous_commit: 'on' } });
  await postgres.createDatabase('bench');
  const house = await openSmallHouse(
    NOW,
    (parts) => [triageRoom(parts, handsOf(parts.platform.db))],
    postgres.url('bench'),
  );
  try {
    await fill(house.db, changes);
    const incidents = await declareAll(house);
    const counted = stopwatch();
    await ours(house, incidents[0]!);
    console.log(`The first look, which counts the whole record: ${counted().toFixed(0)} ms.`);
    for (const each of incidents) {
      await ours(house, each);
      await bare(house.db, each);
    }
    const lines: { ours: number[]; bare: number[]; rows: number[] }[] = [];
    for (let round = 0; round < rounds; round++) {
      house.clock.advance({ minutes: BETWEEN_ROUNDS_MINUTES });
      const line = { ours: [] as number[], bare: [] as number[], rows: [] as number[] };
      for (let look = 0; look < looks; look++) {
        const incident = incidents[(look * 7 + round) % incidents.length]!;
        // Whoever is first finds cold pages for the other: they take turns.
        if (look % 2) line.ours.push(await ours(house, incident));
        const [took, rows] = await bare(house.db, incident);
        line.bare.push(took);
        line.rows.push(rows);
        if (look % 2 === 0) line.ours.push(await ours(house, incident));
      }
      lines.push(line);
    }
    console.table(
      lines.map((line) => ({
        'lane p50 ms': at(line.ours, 0.5),
        'lane p99 ms': at(line.ours, 0.99),
        'bare p50 ms': at(line.bare, 0.5),
        'bare p99 ms': at(line.bare, 0.99),
        'rows, median': at(line.rows, 0.5),
      })),
    );
    return {
      bench: 'suspects',
      ratio: rounded(middle(lines.map((line) => at(line.ours, 0.99) / at(line.bare, 0.99)))),
      value: rounded(
        at(
          lines.flatMap((line) => line.ours),
          0.99,
        ),
      ),
      unit: 'ms, p99 of one look at the ranked lane',
      ratioOfMedians: rounded(middle(lines.map((line) => at(line.ours, 0.5) / at(line.bare, 0.5)))),
      median: rounded(
        at(
          lines.flatMap((line) => line.ours),
          0.5,
        ),
      ),
      bareP99: rounded(
        at(
          lines.flatMap((line) => line.bare),
          0.99,
        ),
      ),
      rows: at(
        lines.flatMap((line) => line.rows),
        0.5,
      ),
      changes,
      services: SERVICES,
      n: rounds * looks,
      versions: { node: process.version, postgres: await versionOf(house.db) },
      cores: cpus().length,
    };
  } finally {
    await house.close();
    await postgres.stop();
  }
}

/** One request, through the router, as a page of fifty. @returns milliseconds */
async function ours(house: House, { id }: Looked): Promise<number> {
  const elapsed = stopwatch();
  const answer = await house.call('GET', `/incidents/${id}/suspects`);
  const took = elapsed();
  if (answer.status !== 200) throw new Error(answer.text);
  return took;
}

/** The same services, times and limits, and the first fifty rows in full; nothing is ranked or shown. @returns milliseconds and rows */
async function bare(db: Db, { service, detectedAt }: Looked): Promise<[number, number]> {
  const elapsed = stopwatch();
  const { distances } = await readAround(db, [service]);
  const rows = await readCandidates(db, [...(distances?.keys() ?? [])], {
    from: detectedAt.subtract({ hours: HOURS }),
    onset: detectedAt,
    until: detectedAt.add({ minutes: DOUBT_MINUTES }),
    to: Temporal.Instant.from(NOW),
  });
  const page = rows.slice(0, PAGE);
  const times = page.map((row) => row.happened);
  await findChanges(
    db,
    page.map((row) => row.id),
    {
      from: Temporal.Instant.fromEpochMilliseconds(Math.min(...times)),
      to: Temporal.Instant.fromEpochMilliseconds(Math.max(...times)),
    },
  );
  return [elapsed(), rows.length];
}

/** Five layers of services, each calling one to three of the next; changes fall mostly on the busy ones. */
async function fill(db: Db, changes: number): Promise<void> {
  const now = Temporal.Instant.from(NOW);
  const ids = Array.from({ length: SERVICES }, (_, index) => `svc_${index}`);
  await db
    .insertInto('service')
    .values(
      ids.map((id, index) => ({
        id,
        name: `Service ${index}`,
        slug: `service-${index}`,
        created_at: now,
        updated_at: now,
      })),
    )
    .execute();
  const layer = (index: number) => Math.floor((index * LAYERS) / SERVICES);
  const links = ids.flatMap((id, index) => {
    const below = ids.filter((_, other) => layer(other) === layer(index) + 1);
    const wanted = below.length ? 1 + (index % 3) : 0;
    return Array.from({ length: wanted }, (_, turn) => ({
      service_id: id,
      depends_on_id: below[(index * 31 + turn * 17) % below.length]!,
    }));
  });
  await db.insertInto('service_dependency').values(links).execute();
  const days = Array.from({ length: DAYS + 1 }, (_, ago) => now.subtract({ hours: 24 * ago }));
  await createPartitions(db, CHANGES_BY_WEEK).ready(days);
  for (let from = 0; from < changes; from += BATCH) {
    const to = Math.min(changes, from + BATCH);
    // The square of an even spread puts a quarter of the changes on a sixteenth of the services.
    await sql`insert into change (id, service_id, kind, summary, source, external_id, links, details, happened_at, received_at,
        recorded_by, live_at, version_after, size, ramp, environment)
      select 'chg_' || lpad(n::text, 20, '0'), s.id, k.kind,
        'service ' || s.number || ': orders_' || (n::bigint * 7919 % 997) || ' and /basket/v' || (n::bigint * 104729 % 89) || ' moved to the new pool',
        'ci', 'run-' || n, '[{"href":"https://git.example/runs/1","text":"run"}]', '{"pipeline":"main","stage":"deploy"}',
        t.at, t.at, 'ci', t.at, 'v' || n, (n::bigint * 31 % 900)::int,
        case when n % 3 = 0 then jsonb_build_array(jsonb_build_object('at', t.at, 'percent', 10)) else '[]' end,
        'production'
      from generate_series(${from}::int, ${to - 1}::int) as n
      cross join lateral (select floor(500 * power((n::bigint * 48271 % 2147483647) / 2147483647.0, 2))::int as number) d
      cross join lateral (select d.number, 'svc_' || d.number as id) s
      cross join lateral (select (array['deploy','deploy','deploy','config','flag','infra','migration','secret'])[1 + n % 8] as kind) k
      cross join lateral (select ${now}::timestamptz - make_interval(secs => ${DAYS * 86_400}::float8 * n / ${changes}::float8) as at) t`.execute(
      db,
    );
  }
  await sql`vacuum analyze change`.execute(db);
}

/** Over sixty days, at services of every layer, with alerts that name something. */
async function declareAll(house: House): Promise<Looked[]> {
  const looked: Looked[] = [];
  for (let index = 0; index < INCIDENTS; index++) {
    const service = `svc_${(index * 37) % SERVICES}`;
    const detectedAt = Temporal.Instant.from(NOW).subtract({ minutes: 30 + index * 860 });
    const { id } = await house.incidents.declare(
      {
        title: `Orders fail on service ${(index * 37) % SERVICES}`,
        noticed: { by: 'monitoring' },
        serviceIds: [service],
        detectedAt,
      },
      { actor: { kind: 'system', name: 'bench' }, source: 'bench' },
    );
    await sql`insert into alert (id, integration_id, dedup_key, key_hash, service_id, title, severity, state, outcome, rule, source, format,
        started_at, first_at, last_at, count, signal_at, labels, links, details)
      select ${id} || '_' || n, 'int_bench', ${id} || n, gen_random_uuid(), ${service}, 'orders_' || (n * ${index * 13 + 7}::int % 997) || ': 12% of requests fail', 'critical',
        'open', 'declare', 'bench', 'bench', 'events', ${detectedAt}, ${detectedAt}, ${detectedAt}, 1, ${detectedAt},
        '{"region":"eu-1","environment":"production"}', '[]', '{}' from generate_series(1, ${ALERTS_EACH}::int) as n`.execute(
      house.db,
    );
    await sql`insert into alert_place (alert_id, incident_id, considered_seq)
      select ${id} || '_' || n, ${id}, 0 from generate_series(1, ${ALERTS_EACH}::int) as n`.execute(house.db);
    looked.push({ id, service, detectedAt });
  }
  return looked;
}
