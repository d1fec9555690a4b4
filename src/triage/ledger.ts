/** The ledger: changes are written here and nowhere else, many in one commit, each once however often it is sent, and none for ever. */
import { CompiledQuery, sql } from 'kysely';
import type { IncomingChange, KeepChanges, RecordChanges } from '#incident/change.ts';
import { stopwatch } from '#platform/clock.ts';
import { type Db, refuseInsideTransaction, type Tx, transaction } from '#platform/db/database.ts';
import { at } from '#platform/db/due-times.ts';
import { createGroups } from '#platform/db/groups.ts';
import { createPartitions, type Partitions } from '#platform/db/partitions.ts';
import { Refused } from '#platform/errors.ts';
import type { Due, Platform } from '#platform/platform.ts';
import type { Policies } from '#promise/policies.ts';
import { createFeeds, type Feeds } from './feeds.ts';
import { COLUMNS, keyOf, merged, RECORDSET, type Row, rowOf } from './ledger-row.ts';

const WEEK = 7;
const WEEKS_AHEAD = 2;
const CHECK_HOURS = 6;
const BELIEVED_MILLISECONDS = 60_000;
/** What happened in one week lies in one partition. */
export const CHANGES_BY_WEEK = { table: 'change', days: WEEK };

export type Ledger = {
  record: RecordChanges;
  keep: KeepChanges;
  feeds: Feeds;
  /** How long changes are kept, by the policy in force. */
  kept(db: Db): Promise<number>;
  due: Due[];
};

type Parts = Pick<Platform, 'clock' | 'live' | 'db' | 'database' | 'log'>;

export function createLedger(platform: Parts, policies: Policies): Ledger {
  const { db, clock } = platform;
  const partitions = createPartitions(db, CHANGES_BY_WEEK);
  const feeds = createFeeds(db);
  const kept = createKept(policies);
  const groups = createGroups<Waiting>(
    writerOf({ platform, partitions, kept, feeds }),
    platform.log,
    'change',
  );
  return {
    feeds,
    kept,
    async record(tx, changes) {
      if (changes.length === 0) return [];
      const now = clock.now();
      const keptFor = await kept(tx);
      const rows = changes.map((change) => rowOf(change, now, keptFor));
      await partitions.readyIn(tx, timesOf(rows));
      const ids = await put(tx, rows);
      await platform.live.publish(tx, { kind: 'change', id: ids[0] ?? '', version: 1 }, now);
      feeds.heard(rows, now);
      return ids;
    },
    async keep(changes) {
      const waiting: Waiting[] = changes.map((change) => ({ change, id: '' }));
      const refusals = await groups.record(waiting);
      return waiting.map(({ id }, index) => {
        const refusal = refusals[index];
        return refusal ? { refusal } : { id };
      });
    },
    due: [retention(db, partitions, kept), feeds.due],
  };
}

type Waiting = { change: IncomingChange; id: string };
type WriterParts = { platform: Parts; partitions: Partitions; kept: Ledger['kept']; feeds: Feeds };

function writerOf({ platform, partitions, kept, feeds }: WriterParts) {
  return async function write(group: Waiting[]): Promise<Map<Waiting, Refused>> {
    const now = platform.clock.now();
    const refused = new Map<Waiting, Refused>();
    const rows = new Map<Waiting, Row>();
    const keptFor = await kept(platform.db);
    for (const waiting of group)
      try {
        rows.set(waiting, rowOf(waiting.change, now, keptFor));
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        refused.set(waiting, error);
      }
    if (rows.size === 0) return refused;
    const all = [...rows.values()];
    await partitions.ready(timesOf(all));
    const put = await putNew(platform, all, now);
    const again = [...rows].filter(([, row]) => !put.has(row.id));
    for (const [waiting, row] of rows) waiting.id = row.id;
    if (again.length) {
      const ids = await transaction(platform.db, (tx) =>
        putAndTell(
          tx,
          platform,
          again.map(([, row]) => row),
          now,
        ),
      );
      for (const [index, [waiting]] of again.entries()) waiting.id = ids[index] ?? '';
    }
    feeds.heard(all, now);
    return refused;
  };
}

/** The days are enough to know the weeks, and few however many rows there are. */
function timesOf(rows: Row[]): Temporal.Instant[] {
  const days = new Set(rows.map((row) => row.happened_at.slice(0, 10)));
  return [...days].map((day) => Temporal.Instant.from(`${day}T00:00:00Z`));
}

/** Changes that were never sent before, their keys, and the hint for browsers: one statement that commits by itself. */
const PUT_NEW = `
  with input as materialized (select * from json_to_recordset($1::json) as i(${RECORDSET})),
  keyed as (
    insert into change_sent (sender, source, external_id, change_id, happened_at)
    select coalesce(integration_id, ''), source, external_id, id, happened_at from input where external_id is not null
    order by 1, 2, 3
    on conflict do nothing returning change_id
  ), put as (
    insert into change (${COLUMNS})
    select ${COLUMNS} from input i
    where external_id is null or exists (select from keyed k where k.change_id = i.id)
    returning id
  ), told as (
    insert into live_event (kind, id, version, created_at)
    select 'change', min(id), 1, $2::timestamptz from put having count(*) > 0
  )
  select id from put`;

/** @returns the ids of those that were new; the others have been sent before, or twice in this group */
async function putNew({ database }: Parts, rows: Row[], now: Temporal.Instant): Promise<Set<string>> {
  const values = [JSON.stringify(rows), now.toString()];
  if (!database.pool) {
    const put = await database.db.executeQuery<{ id: string }>(CompiledQuery.raw(PUT_NEW, values));
    return new Set(put.rows.map(({ id }) => id));
  }
  refuseInsideTransaction('The pool');
  const put = await database.pool.query({ name: 'triage.put_changes', text: PUT_NEW, values });
  return new Set((put.rows as { id: string }[]).map(({ id }) => id));
}

async function putAndTell(tx: Tx, platform: Parts, rows: Row[], now: Temporal.Instant): Promise<string[]> {
  const ids = await put(tx, rows);
  await platform.live.publish(tx, { kind: 'change', id: ids[0] ?? '', version: 2 }, now);
  return ids;
}

/** Puts changes of which any may have been sent before. @returns their ids, in the order given */
async function put(tx: Tx, rows: Row[]): Promise<string[]> {
  const keys = rows.map(keyOf);
  const folded = new Map<string, Row>();
  for (const [index, row] of rows.entries()) {
    const key = keys[index];
    if (key === undefined) continue;
    const before = folded.get(key);
    folded.set(key, before ? { ...merged(before, row), version: 1 } : row);
  }
  const whole = folded.size ? await mergedWithStored(tx, folded) : new Map<string, Row>();
  const plain = rows.filter((_, index) => keys[index] === undefined);
  await insert(tx, [...plain, ...whole.values()]);
  return rows.map((row, index) => whole.get(keys[index] ?? '')?.id ?? row.id);
}

/** Takes what is stored of these out, so that it can be put back as it is now, in the week in which it belongs now. */
async function mergedWithStored(tx: Tx, arrived: Map<string, Row>): Promise<Map<string, Row>> {
  const claims = await claim(tx, [...arrived.values()]);
  const stored = await takeOut(tx, claims);
  const whole = new Map<string, Row>();
  for (const [key, row] of arrived) {
    const claimed = claims.get(key);
    const before = claimed && stored.get(claimed.change_id);
    whole.set(key, before ? merged(before, row) : { ...row, id: claimed?.change_id ?? row.id });
  }
  await rememberTimes(tx, [...whole.values()]);
  return whole;
}

async function rememberTimes(tx: Tx, rows: Row[]): Promise<void> {
  await sql`update change_sent s set happened_at = i.happened_at
    from json_to_recordset(${JSON.stringify(rows)}::json) as i(${sql.raw(RECORDSET)})
    where s.sender = coalesce(i.integration_id, '') and s.source = i.source and s.external_id = i.external_id
      and s.happened_at <> i.happened_at`.execute(tx);
}

type Claim = { sender: string; source: string; external_id: string; change_id: string; at: string };

/** Holds the keys of these changes until the end of the transaction, in one order, so that two senders wait and never block each other. */
async function claim(tx: Tx, rows: Row[]): Promise<Map<string, Claim>> {
  const { rows: claims } = await sql<Claim>`
    insert into change_sent as s (sender, source, external_id, change_id, happened_at)
    select coalesce(integration_id, ''), source, external_id, id, happened_at
    from json_to_recordset(${JSON.stringify(rows)}::json) as i(${sql.raw(RECORDSET)}) order by 1, 2, 3
    on conflict (sender, source, external_id) do update set happened_at = s.happened_at
    returning sender, source, external_id, change_id, happened_at::text as at`.execute(tx);
  return new Map(claims.map((each) => [JSON.stringify([each.sender, each.source, each.external_id]), each]));
}

async function takeOut(tx: Tx, claims: Map<string, Claim>): Promise<Map<string, Row>> {
  const places = [...claims.values()].map(({ change_id, at: happenedAt }) => ({
    id: change_id,
    at: happenedAt,
  }));
  const { rows } = await sql<{ row: Row }>`
    delete from change c using json_to_recordset(${JSON.stringify(places)}::json) as p(id text, at timestamptz)
    where c.id = p.id and c.happened_at = p.at
    returning to_jsonb(c) as row`.execute(tx);
  return new Map(rows.map(({ row }) => [row.id, withInstants(row)]));
}

/** JSON writes times with an offset; we write them as everywhere else. */
function withInstants(row: Row): Row {
  const text = (value: string): string => Temporal.Instant.from(value).toString();
  const maybe = (value: string | null): string | null => (value === null ? null : text(value));
  return {
    ...row,
    live_at: text(row.live_at),
    happened_at: text(row.happened_at),
    received_at: text(row.received_at),
    ends_at: maybe(row.ends_at),
    claimed_at: maybe(row.claimed_at),
    said_at: maybe(row.said_at),
  };
}

async function insert(tx: Tx, rows: Row[]): Promise<void> {
  await sql`insert into change (${sql.raw(COLUMNS)})
    select ${sql.raw(COLUMNS)} from json_to_recordset(${JSON.stringify(rows)}::json) as i(${sql.raw(RECORDSET)})`.execute(
    tx,
  );
}

/** The policy is asked once a minute, not for every change. */
function createKept(policies: Policies): Ledger['kept'] {
  let value: number | undefined;
  let age = stopwatch();
  return async (db) => {
    if (value === undefined || age() > BELIEVED_MILLISECONDS) {
      value = (await policies.current(db)).changesKept;
      age = stopwatch();
    }
    return value;
  };
}

function retention(db: Db, partitions: Partitions, kept: Ledger['kept']): Due {
  let checkedAt: Temporal.Instant | undefined;
  return {
    name: 'weeks of changes',
    next: () => at(checkedAt?.add({ hours: CHECK_HOURS }) ?? Temporal.Instant.fromEpochMilliseconds(0)),
    async run(now) {
      const oldest = now.subtract({ milliseconds: await kept(db) });
      const end = now.add({ hours: 24 * WEEK * WEEKS_AHEAD });
      const weeks = [end];
      for (let week = oldest; Temporal.Instant.compare(week, end) <= 0; week = week.add({ hours: 24 * WEEK }))
        weeks.push(week);
      await partitions.ready(weeks);
      const dropped = await partitions.dropBefore(oldest);
      await sql`delete from change_sent where happened_at < ${oldest}`.execute(db);
      checkedAt = now;
      return dropped;
    },
  };
}
