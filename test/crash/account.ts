/** Counts from the record: what was accepted and is not there, what arrived twice, how late anything was while the process was up. */
import { sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';
import { LIMITS } from '#src/communicate/deliver.ts';
import type { Mail } from '../servers/smtp.ts';

export type Accepted = { events: string[]; notes: string[]; updates: string[] };
/** A stretch of time in which the process was ready, epoch milliseconds. */
export type Up = { from: number; to: number };

export type Account = {
  runs: number;
  accepted: number;
  lost: number;
  duplicated: number;
  /** The documented bound: each kill leaves at most one batch per lane in doubt. */
  duplicatedMax: number;
  lateMaxSeconds: number;
  latest: string;
  /** In words, for whoever has to mend it. */
  problems: string[];
};

// docs/communicate.md and docs/oncall.md: an urgent batch, an ordinary one, and the rings under way.
const IN_DOUBT_PER_KILL = LIMITS.urgent.inDoubtMax + LIMITS.ordinary.inDoubtMax + 16;

export async function account(
  db: Db,
  { accepted, mails, ups, runs }: { accepted: Accepted; mails: Mail[]; ups: Up[]; runs: number },
): Promise<Account> {
  const alerts = new Set(
    (await db.selectFrom('alert').select('dedup_key').execute()).map((row) => row.dedup_key),
  );
  const { rows: notes } = await sql<{
    text: string;
  }>`select data->>'text' as text from fact where kind = 'note_added'`.execute(db);
  const updates = await db.selectFrom('incident_update').select(['id', 'impact']).execute();
  const noted = new Set(notes.map((row) => row.text));
  const idOf = new Map(updates.map((row) => [row.impact, row.id]));
  const problems: string[] = [];
  const miss = (what: string): void => void problems.push(`lost: ${what}`);
  for (const key of accepted.events) if (!alerts.has(key)) miss(key);
  for (const text of accepted.notes) if (!noted.has(text)) miss(text);
  const deliveries = await db.selectFrom('delivery').selectAll().execute();
  const byUpdate = Map.groupBy(deliveries, (row) => row.update_id);
  const received = Map.groupBy(mails, (mail) => mail.messageId ?? '');
  for (const impact of accepted.updates) {
    const list = byUpdate.get(idOf.get(impact) ?? '') ?? [];
    if (list.length === 0) miss(`the update "${impact}"`);
    for (const row of list)
      if (row.state !== 'withdrawn' && !arrived(received, row.id))
        miss(`mail ${row.id} to ${row.address}, ${row.state}`);
  }
  const { rows: unconsidered } = await sql<{
    n: number;
  }>`select count(*)::int as n from alert a left join alert_place p on p.alert_id = a.id
    where a.outcome <> 'record' and coalesce(p.considered_seq, 0) < a.change_seq`.execute(db);
  if (unconsidered[0]?.n) miss(`${unconsidered[0].n} alerts that nobody considered`);
  const late = await latest(db, ups);
  const duplicated = [...received.entries()].reduce((sum, [id, list]) => sum + (id ? list.length - 1 : 0), 0);
  return {
    runs,
    accepted: accepted.events.length + accepted.notes.length + accepted.updates.length,
    lost: problems.length,
    duplicated,
    duplicatedMax: runs * IN_DOUBT_PER_KILL,
    lateMaxSeconds: Math.round(late.seconds * 10) / 10,
    latest: late.what,
    problems,
  };
}

function arrived(received: Map<string, Mail[]>, deliveryId: string): boolean {
  for (const id of received.keys()) if (id.includes(deliveryId)) return true;
  return false;
}

/** The longest time, with the process up, between when something was due and when it was done. Seconds. */
async function latest(db: Db, ups: Up[]): Promise<{ what: string; seconds: number }> {
  const { rows } = await sql<{ what: string; due: Temporal.Instant; done: Temporal.Instant }>`
    select 'delivery ' || id as what, created_at as due, sent_at as done from delivery where sent_at is not null
    union all select 'promise ' || (data->>'promise'), (data->>'dueAt')::timestamptz, recorded_at from fact where kind = 'promise_missed'
    union all select 'call ' || id, created_at, settled_at from page_call where settled_at is not null`.execute(
    db,
  );
  return rows
    .map(({ what, due, done }) => ({ what, seconds: upBetween(ups, millis(due), millis(done)) / 1000 }))
    .reduce((most, each) => (each.seconds > most.seconds ? each : most), { what: 'nothing', seconds: 0 });
}

function millis(at: Temporal.Instant | Date): number {
  return at instanceof Date ? at.getTime() : at.epochMilliseconds;
}

function upBetween(ups: Up[], from: number, to: number): number {
  return ups.reduce((sum, up) => sum + Math.max(0, Math.min(up.to, to) - Math.max(up.from, from)), 0);
}
