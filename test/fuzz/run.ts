/** Sends random and mutated payloads to every intake address: `npm run fuzz -- --count 1000000 --seed 1 [--engine embedded]`. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { sql } from 'kysely';
import { type MovableClock, movableClock } from '#platform/clock.ts';
import { type Database, openDatabase, transaction } from '#platform/db/database.ts';
import { type App, createApp } from '#platform/http/app.ts';
import { createLog } from '#platform/log.ts';
import type { Platform } from '#platform/platform.ts';
import { createPolicies } from '#promise/policies.ts';
import { hashOfKey } from '#src/intake/integrations.ts';
import { createIntegration, type IntakeRoom, intakeRoom } from '#src/intake/room.ts';
import { createLedger } from '#src/triage/room.ts';
import { openTestDatabase, templateImage } from '../test-database.ts';
import { oneOf, type Random, randomFrom, type Shot, shot } from './payloads.ts';

const TOGETHER = 250;
const INNOCENTS = 8;
const POISONS = [
  { title: 'NUL \0 in the title' },
  { source: 'NUL \0 in the source' },
  { severity: 'purple' },
  { dedupKey: '\0' },
];
const KEY = '7'.repeat(32);
const PROMETHEUS_KEY = '6'.repeat(32);
const VIOLATIONS_SHOWN_MAX = 20;

export type Fuzzed = { count: number; seed: number; accepted: number; refused: number; violations: string[] };

type Tried = { app: App; room: IntakeRoom; platform: Platform; clock: MovableClock };

/** @returns what happened; `violations` is empty when intake kept its promises */
export async function fuzz(
  count: number,
  seed: number,
  engine: Database['engine'],
  say: (line: string) => void = () => {},
): Promise<Fuzzed> {
  const house = await open(engine);
  const random = randomFrom(seed);
  const result: Fuzzed = { count: 0, seed, accepted: 0, refused: 0, violations: [] };
  try {
    for (let round = 0; result.count < count && result.violations.length < VIOLATIONS_SHOWN_MAX; round++) {
      await volley(house, random, round, Math.min(TOGETHER, count - result.count), result);
      if (round % 40 === 39)
        say(
          `${result.count} sent, ${result.accepted} accepted, ${result.refused} refused, ${result.violations.length} violations`,
        );
    }
    result.violations.push(...(await halves(house.platform)));
    if (({} as Record<string, unknown>)['polluted'] !== undefined)
      result.violations.push('A payload has changed the prototype of all objects.');
  } finally {
    await house.app.close();
    await house.platform.database.close();
  }
  return result;
}

/** A volley travels together, so that its events share commits: strange ones, innocent ones, and one that the database cannot keep. */
async function volley(
  house: Tried,
  random: Random,
  round: number,
  size: number,
  result: Fuzzed,
): Promise<void> {
  house.clock.advance({ seconds: 1 });
  const shots = Array.from({ length: size }, () => shot(random, { prometheus: PROMETHEUS_KEY, others: KEY }));
  const innocents = Array.from({ length: INNOCENTS }, (_, index) => innocent(`innocent/${round}/${index}`));
  const poison = round % 3 === 0 ? poisoned(house, oneOf(random, POISONS), round) : [];
  const mixed = [...shots, ...innocents]
    .map((each) => ({ each, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ each }) => each);
  const [answers, refusals] = await Promise.all([
    Promise.all(mixed.map((each) => send(house.app, each))),
    house.room.recorder.record(poison).catch((error) => [error]),
  ]);
  result.count += size;
  let certain = 0;
  for (const [index, answer] of answers.entries()) {
    const sent = mixed[index] as Shot;
    if (answer.status < 300) result.accepted++;
    else result.refused++;
    const told = `${sent.method} ${sent.url} answered ${answer.status} to ${sent.body.subarray(0, 300).toString()}: ${answer.body.slice(0, 200)}`;
    if (answer.status >= 500 || answer.status < 200) result.violations.push(told);
    if (innocents.includes(sent) && answer.status !== 202)
      result.violations.push(`An innocent event was refused. ${told}`);
    certain += storedBy(sent, answer);
  }
  if (poison.length && (refusals.length !== 1 || refusals[0]?.code !== 'invalid'))
    result.violations.push(`A poisoned event was not refused as one: ${String(refusals[0])}`);
  const kept = await stored(house);
  if (kept !== certain)
    result.violations.push(`${certain} events were accepted in a volley and ${kept} stored.`);
  await innocentsStored(house, round, result);
}

function innocent(dedupKey: string): Shot {
  const body = {
    routing_key: KEY,
    event_action: 'trigger',
    dedup_key: dedupKey,
    payload: { summary: dedupKey, source: 'prod', severity: 'critical', component: 'checkout' },
  };
  return {
    method: 'POST',
    url: '/v2/enqueue',
    headers: { 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
  };
}

/** An event that no parser would let through: only the database can refuse it. */
function poisoned({ platform }: Tried, damage: object, round: number) {
  const now = platform.clock.now();
  const event = {
    action: 'trigger' as const,
    dedupKey: `poison/${round}`,
    title: 'poison',
    source: 'fuzz',
    severity: 'error' as const,
    serviceNames: [],
    labels: {},
    links: [],
    details: {},
    startedAt: now,
    expiresAt: undefined,
    payload: {},
  };
  return [
    {
      key: hashOfKey(KEY),
      format: 'generic' as const,
      receivedAt: now,
      event: { ...event, ...damage } as typeof event,
    },
  ];
}

type Answer = { status: number; body: string };

async function send(app: App, { method, url, headers, body }: Shot): Promise<Answer> {
  const answer = await app.inject({ method, url, headers, payload: body });
  return { status: answer.statusCode, body: answer.body };
}

/** How many signals an answer says are stored; Alertmanager's address does not tell, and stores repetitions once an hour. */
function storedBy({ url }: Shot, { status, body: text }: Answer): number {
  if (url === '/v2/enqueue') return status === 202 ? 1 : 0;
  // What senders of changes brought is no signal.
  if (url.startsWith('/hooks/'))
    return Number(/"accepted":(\d+)/.exec(text)?.[1] ?? 0) - Number(/"changes":(\d+)/.exec(text)?.[1] ?? 0);
  return 0;
}

/** Everything as it came: the event that opened an alert lies with the alert, what followed is a signal. */
const RECEIVED = sql`
  select 'sig_' || id as id, received_at, alert_id, dedup_key, format, title, result, payload::text from signal
  union all
  select id, first_at, id, dedup_key, format, title, 'opened', payload::text from alert where payload is not null`;

/** How many signals this volley has brought; each has its own second. */
async function stored({ platform, clock }: Tried): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from (${RECEIVED}) s
    where s.received_at >= ${clock.now()} and s.format <> 'alertmanager_api'`.execute(platform.db);
  return Number(rows[0]?.count);
}

async function innocentsStored({ platform, clock }: Tried, round: number, result: Fuzzed): Promise<void> {
  const { rows } = await sql<{
    count: number;
  }>`select count(*) as count from alert a join service s on s.id = a.service_id
    where a.first_at >= ${clock.now()} and a.dedup_key like ${`innocent/${round}/%`} and a.title = a.dedup_key and a.state = 'open' and a.count = 1`.execute(
    platform.db,
  );
  if (Number(rows[0]?.count) !== INNOCENTS)
    result.violations.push(
      `Of ${INNOCENTS} innocent events of volley ${round}, ${rows[0]?.count} are alerts.`,
    );
}

/** Every alert has exactly the signals that it counts, every signal that names an alert finds it, and no secret of ours is in any. */
async function halves({ db }: Platform): Promise<string[]> {
  const { rows } = await sql<{ what: string }>`
    select 'The alert ' || a.id || ' counts ' || a.count || ' signals and has ' || count(s.id) as what
    from alert a left join (${RECEIVED}) s on s.alert_id = a.id and s.result in ('opened','appended')
    group by a.id, a.count, a.format having case when a.format = 'alertmanager_api' then count(s.id) = 0 or count(s.id) > a.count else count(s.id) <> a.count end
    union all select 'The signal ' || s.id || ' has no alert' from (${RECEIVED}) s left join alert a on a.id = s.alert_id
      where a.id is null and s.result not in ('dropped','ignored')
    union all select 'The key is stored in the signal ' || s.id from (${RECEIVED}) s where concat(s.payload, s.title) like any (${[`%${KEY}%`, `%${PROMETHEUS_KEY}%`]}::text[])
    union all select 'A poisoned event is stored' from (${RECEIVED}) s where s.dedup_key like 'poison/%'
    limit 20`.execute(db);
  return rows.map(({ what }) => what);
}

async function open(engine: Database['engine']): Promise<Tried> {
  const clock = movableClock('2026-11-25T02:00:00Z');
  const database =
    engine === 'embedded' ? await openDatabase({ image: await templateImage() }) : await openTestDatabase();
  // Each volley asks what it has brought, among all that came before it.
  await sql`create index on alert (first_at)`.execute(database.db);
  const log = createLog('silent');
  const platform = {
    config: {} as Platform['config'],
    clock,
    log,
    database,
    db: database.db,
    secret: 'x'.repeat(32),
    live: undefined as never,
    jobs: {
      enqueue: async () => {},
      start: async () => {},
      stop: async () => {},
      expect: () => () => {},
      idle: async () => true,
    },
  } satisfies Platform;
  const live = { publish: async () => {} } as unknown as Platform['live'];
  const policies = createPolicies();
  const policy = readFileSync(join(import.meta.dirname, '../../policy/default.yaml'), 'utf8');
  await transaction(platform.db, (tx) => policies.save(tx, policy, undefined, '', clock.now()));
  const ledger = createLedger({ ...platform, live }, policies);
  const room = intakeRoom({ platform }, { recordChanges: ledger.record, keepChanges: ledger.keep });
  const app = createApp(log, async () => undefined);
  room.routes?.(app);
  await app.ready();
  const service = {
    id: 'svc_checkout',
    name: 'Checkout',
    slug: 'checkout',
    created_at: clock.now(),
    updated_at: clock.now(),
  };
  await database.db.insertInto('service').values(service).execute();
  await transaction(database.db, async (tx) => {
    await createIntegration(tx, { name: 'Fuzz', kind: 'generic' }, KEY, clock.now());
    await createIntegration(
      tx,
      { name: 'Prometheus', kind: 'alertmanager_api' },
      PROMETHEUS_KEY,
      clock.now(),
    );
  });
  return { app, room, platform, clock };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      count: { type: 'string', default: '1000000' },
      seed: { type: 'string', default: '1' },
      engine: { type: 'string', default: 'postgres' },
    },
  });
  const engine = values.engine === 'embedded' ? 'embedded' : 'postgres';
  const result = await fuzz(Number(values.count), Number(values.seed), engine, (line) => console.error(line));
  for (const violation of result.violations) console.error(`✗ ${violation}`);
  console.log(JSON.stringify({ ...result, violations: result.violations.length }));
  process.exitCode = result.violations.length ? 1 : 0;
}
