/** How long it takes to draft a postmortem from an incident with thousands of facts, and to search thousands of postmortems, beside the bare query. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { stopwatch } from '#platform/clock.ts';
import { type Db, json, transaction } from '#platform/db/database.ts';
import { RANKED_MAX } from '#src/learn/library/search.ts';
import { keepText } from '#src/learn/library/text.ts';
import { emptySections, type Sections } from '#src/learn/sections.ts';
import { openLibrary } from '../test/library-house.ts';
import { startPostgres } from '../test/servers/postgres.ts';
import { at, middle, rounded, versionOf } from './figures.ts';

const LINES_EACH = 40;
const PAGE = 20;
const FIRST = 'inc_copied_';

type House = Awaited<ReturnType<typeof openLibrary>>;

/** @returns ms, p99 of restoring an incident of so many facts, which drafts its postmortem; limits are 300 ms, and 50 ms for a search */
export async function run(args: string[]): Promise<object> {
  const { values } = parseArgs({
    args,
    options: {
      facts: { type: 'string', default: '5000' },
      drafts: { type: 'string', default: '100' },
      postmortems: { type: 'string', default: '5000' },
      rounds: { type: 'string', default: '5' },
      searches: { type: 'string', default: '200' },
    },
  });
  const [facts, drafts, postmortems, rounds, searches] = [
    values.facts,
    values.drafts,
    values.postmortems,
    values.rounds,
    values.searches,
  ].map(Number) as [number, number, number, number, number];
  const postgres = await startPostgres({ settings: { synchronous_commit: 'on' } });
  await postgres.createDatabase('bench');
  const house = await openLibrary(postgres.url('bench'));
  try {
    const drafted = await draft(house, drafts, facts);
    await fill(house.db, postmortems);
    const lines: { ours: number[]; bare: number[] }[] = [];
    for (let round = -1; round < rounds; round += 1) {
      const line = { ours: [] as number[], bare: [] as number[] };
      for (let turn = 0; turn < searches; turn += 1) {
        const q = asked(turn + Math.max(0, round) * searches);
        // Whoever is first finds cold pages for the other: they take turns.
        if (turn % 2) line.ours.push(await ours(house, q));
        line.bare.push(await bare(house.db, q));
        if (turn % 2 === 0) line.ours.push(await ours(house, q));
      }
      // The first round warms up.
      if (round >= 0) lines.push(line);
    }
    console.table([
      { what: `draft of ${facts} facts`, 'p50 ms': at(drafted, 0.5), 'p99 ms': at(drafted, 0.99), n: drafts },
      ...lines.flatMap(({ ours: one, bare: other }, round) => [
        {
          what: `search, round ${round + 1}`,
          'p50 ms': at(one, 0.5),
          'p99 ms': at(one, 0.99),
          n: one.length,
        },
        {
          what: `bare query, round ${round + 1}`,
          'p50 ms': at(other, 0.5),
          'p99 ms': at(other, 0.99),
          n: other.length,
        },
      ]),
    ]);
    return {
      bench: 'postmortem-draft',
      ratio: rounded(middle(lines.map((line) => at(line.ours, 0.5) / at(line.bare, 0.5)))),
      value: at(drafted, 0.99),
      unit: `ms, p99 of restoring an incident of ${facts} facts, which drafts its postmortem`,
      draftMedian: at(drafted, 0.5),
      searchP99: at(
        lines.flatMap((line) => line.ours),
        0.99,
      ),
      searchMedian: at(
        lines.flatMap((line) => line.ours),
        0.5,
      ),
      bareP99: at(
        lines.flatMap((line) => line.bare),
        0.99,
      ),
      ratioIs:
        'a search through the router, with rights and excerpts, to the bare query of its newest hits by rank; medians',
      facts,
      postmortems,
      n: drafts,
      searches: rounds * searches,
      versions: { node: process.version, postgres: await versionOf(house.db) },
      cores: cpus().length,
    };
  } finally {
    await house.close();
    await postgres.stop();
  }
}

/** Each draft is of another incident, for a postmortem is opened once. */
async function draft(house: House, drafts: number, facts: number): Promise<number[]> {
  const took: number[] = [];
  const actor = { kind: 'person', name: 'Ana Lima', personId: 'per_ana' } as const;
  for (let index = -3; index < drafts; index += 1) {
    house.clock.set(Temporal.Instant.from('2026-11-25T02:00:00Z'));
    const { id } = await house.incidents.declare(
      {
        title: 'Payments fail',
        noticed: { by: 'monitoring' },
        serviceIds: ['svc_checkout'],
        proposedSeverity: 'P1',
      },
      { actor, source: 'bench' },
    );
    await house.execute(id, { type: 'confirm', evidence: 'Ana Lima saw the error page' });
    await house.tell(id, facts);
    house.clock.set(Temporal.Instant.from('2026-11-25T06:00:00Z'));
    const proof = { check: 'probe', shows: 'payments pass', since: house.clock.now() };
    const elapsed = stopwatch();
    await house.execute(id, { type: 'restore', proof });
    // The first three warm up.
    if (index >= 0) took.push(elapsed());
    if (index <= 0) await checked(house.db, id, facts);
  }
  return took;
}

async function checked(db: Db, incidentId: string, facts: number): Promise<void> {
  const row = await db
    .selectFrom('postmortem')
    .select('sections')
    .where('incident_id', '=', incidentId)
    .executeTakeFirstOrThrow();
  const lines = (row.sections as Sections).timeline.length;
  // The declaration makes two lines, and restoring one more.
  if (lines < facts) throw new Error(`Only ${lines} of ${facts} facts are on the timeline.`);
}

// The thousandth word of a language is a thousand times as rare as its first.
const WORDS = Array.from(
  { length: 8000 },
  (_, index) => `${'bcdfglmnprst'[index % 12]}${'aeiou'[index % 5]}${index.toString(36)}ing`,
);
const COMMON =
  'checkout payments requests failed release pipeline alert pool connections queue retry timeout database index replica customers orders slow error region'.split(
    ' ',
  );

function word(seed: number): string {
  const spread = spreadOf(seed);
  if (seed % 3 === 0) return COMMON[Math.floor(spread * spread * COMMON.length)] ?? 'pool';
  return WORDS[Math.floor(spread ** 3 * WORDS.length)] ?? 'pool';
}

/** The same for the same seed, and evenly spread from 0 to 1 also for small ones. */
function spreadOf(seed: number): number {
  const once = Math.imul(seed ^ (seed >>> 15), 2_246_822_519);
  const twice = Math.imul(once ^ (once >>> 13), 3_266_489_917);
  return ((twice ^ (twice >>> 16)) >>> 0) / 2 ** 32;
}

function sentence(seed: number, words: number): string {
  return Array.from({ length: words }, (_, index) => word(seed * 131 + index * 17 + 1)).join(' ');
}

function asked(turn: number): string {
  switch (turn % 4) {
    case 0:
      return COMMON[turn % COMMON.length] ?? 'pool';
    case 1:
      return `${COMMON[(turn >> 2) % COMMON.length]} ${word(turn * 7 + 1)}`;
    case 2:
      return word(turn * 13 + 2).slice(0, 4);
    default:
      return `${word(turn * 3 + 1)} ${word(turn * 5 + 2)}`;
  }
}

/** Copies of one incident, each with a published postmortem of its own words, written by what always writes them. */
async function fill(db: Db, postmortems: number): Promise<void> {
  await sql`insert into incident (id, reference, seq, title, state, severity, service_ids, policy_version, detected_at, declared_at,
      restored_at, updated_at, document)
    select ${FIRST} || n, 'BENCH-' || n, seq, title, state, severity, service_ids, policy_version, detected_at - make_interval(hours => n),
      declared_at - make_interval(hours => n), restored_at - make_interval(hours => n), updated_at, document
    from (select * from incident limit 1) one cross join generate_series(1, ${postmortems}::int) as n`.execute(
    db,
  );
  const at = Temporal.Instant.from('2026-11-25T06:00:00Z');
  for (let index = 1; index <= postmortems; index += 1) {
    const sections = sectionsOf(index);
    const created = at.subtract({ hours: index });
    await transaction(db, async (tx) => {
      await tx
        .insertInto('postmortem')
        .values({
          id: `pm_copied_${index}`,
          incident_id: `${FIRST}${index}`,
          state: 'published',
          version: 1,
          sections: json(sections),
          drafted_through: 1,
          published: json({ title: sentence(index, 6), sections }),
          published_version: 1,
          published_at: created,
          created_at: created,
          updated_at: created,
        })
        .execute();
      await keepText(tx, `pm_copied_${index}`);
    });
  }
  await sql`vacuum analyze postmortem_search`.execute(db);
  await sql`vacuum analyze postmortem`.execute(db);
  await sql`vacuum analyze incident`.execute(db);
}

function sectionsOf(index: number): Sections {
  const factor = (turn: number) => ({ answer: 'yes', text: sentence(index * 11 + turn, 20) }) as const;
  return {
    ...emptySections(),
    summary: sentence(index * 3, 40),
    impact: sentence(index * 5, 20),
    trigger: sentence(index * 7, 12),
    rootCause: sentence(index * 13, 80),
    contributingFactors: {
      slowDetection: factor(1),
      missingDocumentation: factor(2),
      missingMonitoring: factor(3),
      others: sentence(index * 17, 20),
    },
    timeline: Array.from({ length: LINES_EACH }, (_, line) => ({
      id: `l${line}`,
      at: '2026-11-25T02:00:00Z',
      recordedAt: '2026-11-25T02:00:00Z',
      text: sentence(index * 100 + line, 12),
      source: 'bench',
      from: 'record',
    })),
  };
}

/** One search through the router, as a page of twenty with excerpts. @returns milliseconds */
async function ours(house: House, q: string): Promise<number> {
  const elapsed = stopwatch();
  const answer = await house.call('GET', `/postmortem-search?limit=${PAGE}&q=${encodeURIComponent(q)}`);
  const took = elapsed();
  if (answer.status !== 200) throw new Error(answer.text);
  return took;
}

/** The same words, the newest hits by the same indexes, ranked, the best twenty; no stems, no rights, no excerpts, nothing shown. @returns milliseconds */
async function bare(db: Db, q: string): Promise<number> {
  const elapsed = stopwatch();
  const query = q
    .split(' ')
    .map((each) => `'${each}':*`)
    .join(' & ');
  await sql`select postmortem_id, ts_rank(head, to_tsquery('simple', ${query}::text)) as rank from (
      select postmortem_id, head from postmortem_search where words @@ to_tsquery('simple', ${query}::text)
      order by opened_at desc, postmortem_id desc limit ${RANKED_MAX}) newest
    order by 2 desc, 1 desc limit ${PAGE}`.execute(db);
  return elapsed();
}
