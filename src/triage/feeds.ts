/** Who tells us of which kind of change, when it last did, and its longest silence: gathered in memory, written every few seconds. */
import { sql } from 'kysely';
import { stopwatch } from '#platform/clock.ts';
import type { Db } from '#platform/db/database.ts';
import { NEVER } from '#platform/db/due-times.ts';
import type { Due } from '#platform/platform.ts';
import type { Row } from './ledger-row.ts';

const WRITTEN_MILLISECONDS = 5000;
const WAITING_FEEDS_MAX = 20_000;
/** A sender that said nothing for so long is forgotten. */
const FORGOTTEN_DAYS = 400;
const FORGET_HOURS = 24;
/** What people enter themselves is no feed: that nobody entered anything says nothing. */
export const BY_HAND = 'by hand';

type Heard = {
  sender: string;
  service_id: string;
  kind: string;
  source: string;
  first_at: string;
  last_at: string;
  change_at: string;
  changes: number;
  silence: number;
};

export type Feeds = {
  /** Notes who spoke. Planned work is no evidence that changes are told of, and is not noted. */
  heard(rows: readonly Row[], now: Temporal.Instant): void;
  /** Writes down what was noted, so that the table is as good as memory. */
  write(): Promise<void>;
  due: Due;
};

export function createFeeds(db: Db): Feeds {
  let waiting = new Map<string, Heard>();
  let age = stopwatch();
  let forgotAt: Temporal.Instant | undefined;

  function note(row: Row, at: string, serviceId: string, kind: string): void {
    const sender = row.integration_id ?? row.source;
    const key = `${serviceId}\n${kind}\n${sender}`;
    const before = waiting.get(key);
    if (!before && waiting.size >= WAITING_FEEDS_MAX) return;
    waiting.set(key, {
      sender,
      service_id: serviceId,
      kind,
      source: row.source,
      first_at: before?.first_at ?? at,
      last_at: at,
      change_at: before && before.change_at > row.happened_at ? before.change_at : row.happened_at,
      changes: (before?.changes ?? 0) + 1,
      silence:
        before && before.last_at !== at
          ? Math.max(before.silence, secondsBetween(before.last_at, Temporal.Instant.from(at)))
          : (before?.silence ?? 0),
    });
  }

  async function write(): Promise<void> {
    if (waiting.size === 0) return;
    const written = [...waiting.values()];
    waiting = new Map();
    age = stopwatch();
    await sql`
      insert into change_feed as f (sender, service_id, kind, source, first_heard_at, last_heard_at, last_change_at, changes, longest_silence_seconds)
      select sender, service_id, kind, source, first_at, last_at, change_at, changes, silence
      from json_to_recordset(${JSON.stringify(written)}::json) as i(sender text, service_id text, kind text, source text,
        first_at timestamptz, last_at timestamptz, change_at timestamptz, changes integer, silence integer)
      order by service_id, kind, sender
      on conflict (service_id, kind, sender) do update set
        source = excluded.source, changes = f.changes + excluded.changes,
        last_heard_at = greatest(f.last_heard_at, excluded.last_heard_at),
        last_change_at = greatest(f.last_change_at, excluded.last_change_at),
        longest_silence_seconds = greatest(f.longest_silence_seconds, excluded.longest_silence_seconds,
          extract(epoch from excluded.first_heard_at - f.last_heard_at)::integer)`.execute(db);
  }

  return {
    heard(rows, now) {
      const at = now.toString();
      for (const row of rows) {
        if (row.state === 'planned' || (row.integration_id === null && row.source === BY_HAND)) continue;
        if (row.service_id !== null) note(row, at, row.service_id, row.kind);
        note(row, at, '', '');
      }
    },
    write,
    due: {
      name: 'feeds of changes',
      next: () => NEVER,
      looks: (now) =>
        (waiting.size > 0 && age() > WRITTEN_MILLISECONDS) ||
        forgotAt === undefined ||
        secondsBetween(forgotAt.toString(), now) > FORGET_HOURS * 3600,
      async run(now) {
        const count = waiting.size;
        await write();
        if (forgotAt === undefined || secondsBetween(forgotAt.toString(), now) > FORGET_HOURS * 3600) {
          const since = now.subtract({ hours: 24 * FORGOTTEN_DAYS });
          await sql`delete from change_feed where last_heard_at < ${since}`.execute(db);
          forgotAt = now;
        }
        return count;
      },
    },
  };
}

function secondsBetween(from: string, to: Temporal.Instant): number {
  return Math.max(
    0,
    Math.floor((to.epochMilliseconds - Temporal.Instant.from(from).epochMilliseconds) / 1000),
  );
}
