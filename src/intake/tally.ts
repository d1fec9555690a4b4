/** Counts what came of deliveries, for the people who connect a sender. Written a second later at most, so that a flood of refusals costs nothing. */
import { sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';
import { NEVER } from '#platform/db/due-times.ts';
import type { Due } from '#platform/platform.ts';
import { cut } from './incoming.ts';

const REASON_CHARACTERS_MAX = 300;

export type Came =
  | { came: 'change'; count: number }
  | { came: 'not_change'; why: string }
  | { came: 'refused'; why: string };

export type Tally = {
  count(integrationId: string, what: Came, now: Temporal.Instant): void;
  due: Due;
};

type Counted = {
  changes: number;
  notChanges: number;
  lastNotChange: string | undefined;
  refused: number;
  lastRefused: { at: Temporal.Instant; why: string } | undefined;
  receivedAt: Temporal.Instant | undefined;
};

export function createTally(db: Db): Tally {
  let counted = new Map<string, Counted>();
  return {
    count(integrationId, what, now) {
      const own = counted.get(integrationId) ?? nothing();
      counted.set(integrationId, own);
      add(own, what, now);
    },
    due: {
      name: 'what came of deliveries',
      next: () => NEVER,
      looks: () => counted.size > 0,
      async run() {
        const writing = [...counted].sort(([one], [other]) => (one < other ? -1 : 1));
        counted = new Map();
        for (const [id, each] of writing) await write(db, id, each);
        return writing.length;
      },
    },
  };
}

function nothing(): Counted {
  return {
    changes: 0,
    notChanges: 0,
    lastNotChange: undefined,
    refused: 0,
    lastRefused: undefined,
    receivedAt: undefined,
  };
}

function add(own: Counted, what: Came, now: Temporal.Instant): void {
  switch (what.came) {
    case 'change':
      own.changes += what.count;
      own.receivedAt = now;
      break;
    case 'not_change':
      own.notChanges += 1;
      own.lastNotChange = cut(what.why, REASON_CHARACTERS_MAX);
      own.receivedAt = now;
      break;
    case 'refused':
      own.refused += 1;
      own.lastRefused = { at: now, why: cut(what.why, REASON_CHARACTERS_MAX) };
      break;
  }
}

async function write(db: Db, id: string, each: Counted): Promise<void> {
  await sql`insert into integration_tally as t
      (integration_id, changes, not_changes, last_not_change, refused, last_refused_at, last_refused_reason)
    values (${id}, ${each.changes}, ${each.notChanges}, ${each.lastNotChange ?? null}, ${each.refused},
      ${each.lastRefused?.at ?? null}, ${each.lastRefused?.why ?? null})
    on conflict (integration_id) do update set changes = t.changes + excluded.changes,
      not_changes = t.not_changes + excluded.not_changes,
      last_not_change = coalesce(excluded.last_not_change, t.last_not_change),
      refused = t.refused + excluded.refused,
      last_refused_at = coalesce(excluded.last_refused_at, t.last_refused_at),
      last_refused_reason = coalesce(excluded.last_refused_reason, t.last_refused_reason)`.execute(db);
  if (each.receivedAt)
    await sql`update integration set last_received_at = ${each.receivedAt}
      where id = ${id} and coalesce(last_received_at, '-infinity') < ${each.receivedAt}`.execute(db);
}
