/** Live hints: what changed, never the change itself; a client that missed some is told so and fetches again. */
import { sql } from 'kysely';
import type { Db, Tx } from '#platform/db/database.ts';

/** `viewers`: person ids that may know of it; undefined means everybody who is signed in. */
export type Hint = { kind: string; id: string; version: number; viewers?: string[] | undefined };

export type LivePosition = { tx: number; seq: number };
export type LiveEvent = Hint & LivePosition;

export type Live = {
  /** Joins the hint to the transaction. */
  publish(tx: Tx, hint: Hint, now: Temporal.Instant): Promise<void>;
  /** Everything after `position` that is safe to show: nothing that a still running transaction could precede. */
  after(position: LivePosition, limit: number): Promise<LiveEvent[]>;
  newest(): Promise<LivePosition>;
  /** Whether every event after `position` is still kept. */
  knows(position: LivePosition): Promise<boolean>;
};

export function createLive(db: Db): Live {
  return {
    async publish(tx, hint, now) {
      await tx
        .insertInto('live_event')
        .values({
          kind: hint.kind,
          id: hint.id,
          version: hint.version,
          viewers: hint.viewers ?? null,
          created_at: now,
        })
        .execute();
    },
    async after(position, limit) {
      const rows = await db
        .selectFrom('live_event')
        .select(['tx', 'seq', 'kind', 'id', 'version', 'viewers'])
        .where(sql<boolean>`(tx, seq) > (${position.tx}::bigint, ${position.seq}::bigint)`)
        .where(sql<boolean>`tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint`)
        .orderBy('tx')
        .orderBy('seq')
        .limit(limit)
        .execute();
      return rows.map((row) => ({ ...row, viewers: row.viewers ?? undefined }));
    },
    async newest() {
      const row = await db
        .selectFrom('live_event')
        .select(['tx', 'seq'])
        .where(sql<boolean>`tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint`)
        .orderBy('tx', 'desc')
        .orderBy('seq', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row ?? { tx: 0, seq: 0 };
    },
    async knows(position) {
      if (position.tx === 0)
        return (await db.selectFrom('live_event').select('seq').limit(1).executeTakeFirst()) === undefined;
      const row = await db
        .selectFrom('live_event')
        .select('seq')
        .where('tx', '=', position.tx)
        .where('seq', '=', position.seq)
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}
