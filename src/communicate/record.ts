/** Writes down how tries ended, many in one statement; and news that comes later: a bounce, a callback, "that address has ended". */
import { sql } from 'kysely';
import { type Db, type Tx, transaction } from '#platform/db/database.ts';
import type { Failed } from '#platform/errors.ts';
import type { Live } from '#platform/http/live.ts';
import type { Evidence } from './channels/channels.ts';

/** How one try of one delivery ended. */
export type Ended = {
  id: string;
  attempt: number;
  channelId: string | null;
  incident_id: string;
  restricted: boolean;
  kind: string;
  evidence?: Evidence | undefined;
  failed?: Failed | undefined;
  /** When it is tried again; undefined: it is over. */
  retryAt?: Temporal.Instant | undefined;
};

/** Handing over an SMS or a call to Twilio, or a card to a workflow, proves nothing; the state stays `sent` until it is known. */
export const UNPROVEN = ['sms', 'voice', 'teams'];

/** `delivered`, or handed to a server that answers for the reader. The rows of the organisation's own channels have no reader; a device beside the list proves nothing. */
export const HAS_EVIDENCE = sql<boolean>`(not d.beside and (d.state = 'delivered' or (d.state = 'sent' and (d.channel <> all(array['sms','voice','teams']) or (d.contact_id is null and d.person_id is null)))))`;

export async function recordEnded(
  { db, live }: { db: Db; live: Live },
  ended: Ended[],
  now: Temporal.Instant,
): Promise<void> {
  const rows = ended.map(({ id, attempt, kind, evidence, failed, retryAt }) => ({
    id,
    attempt,
    state: evidence ? (evidence.delivered ? 'delivered' : 'sent') : retryAt ? 'queued' : 'failed',
    outcome: evidence ? 'sent' : retryAt ? 'failed' : 'failed_for_good',
    proven: evidence !== undefined && (evidence.delivered || !UNPROVEN.includes(kind)),
    detail: evidence?.response ?? failed?.message ?? null,
    error: failed?.message ?? null,
    retry_at: retryAt?.toString() ?? null,
    unreachable: failed?.unreachable === true && retryAt !== undefined,
    evidence: evidence ? { kind, ...evidence } : null,
  }));
  // Named once more as a list, so that the rows are looked up even where the planner takes the tables for small.
  const ids = rows.map((row) => row.id);
  await transaction(db, async (tx) => {
    await sql`
      with ended as (
        select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          as e (id text, attempt integer, state text, outcome text, proven boolean, detail text, error text, retry_at timestamptz, unreachable boolean, evidence jsonb)
      ), noted as (
        update delivery_attempt a set ended_at = ${now}::timestamptz, outcome = e.outcome, detail = e.detail
        from ended e where a.delivery_id = any(${ids}::text[]) and a.delivery_id = e.id and a.attempt = e.attempt
      ), server_is_back as (
        -- What waits only because the server could not be reached is due at once when it answers again.
        update delivery w set next_attempt_at = ${now}::timestamptz, unreachable = false
        where ${ended.some((each) => each.kind === 'email' && each.evidence)} and w.unreachable and w.channel = 'email' and w.state = 'queued'
      )
      update delivery d set state = e.state, next_attempt_at = e.retry_at, last_error = e.error, unreachable = e.unreachable,
             evidence = coalesce(e.evidence, d.evidence), sent_at = case when e.evidence is null then d.sent_at else ${now}::timestamptz end,
             fallback_at = case when e.proven then null when e.state = 'failed' and not d.beside then ${now}::timestamptz else d.fallback_at end,
             silent_at = case when e.proven then null when e.state = 'failed' and not d.beside then coalesce(d.silent_at, ${now}::timestamptz) else d.silent_at end
      from ended e where d.id = any(${ids}::text[]) and d.id = e.id and d.state = 'sending' and d.attempts = e.attempt`.execute(
      tx,
    );
    await endChannels(tx, ended, now);
    await publishDeliveries(tx, live, ended, now);
  });
}

/** A subscription that has ended is forgotten; any other address is kept and turned off, so that somebody sees it. */
async function endChannels(tx: Tx, ended: Ended[], now: Temporal.Instant): Promise<void> {
  for (const { channelId, failed, kind } of ended) {
    if (!channelId || failed?.name !== 'Gone') continue;
    if (kind === 'web_push') await tx.deleteFrom('channel').where('id', '=', channelId).execute();
    else
      await tx
        .updateTable('channel')
        .set({ off_at: now, off_why: failed.message })
        // Two contacts may share one address, and with it one delivery.
        .where((where) =>
          where(
            where.refTuple('kind', 'address'),
            'in',
            where
              .selectFrom('channel as ended')
              .select(['ended.kind', 'ended.address'])
              .where('ended.id', '=', channelId)
              .$asTuple('kind', 'address'),
          ),
        )
        .where('off_at', 'is', null)
        .execute();
  }
}

export async function publishDeliveries(
  tx: Tx,
  live: Live,
  of: readonly { incident_id: string; restricted: boolean }[],
  now: Temporal.Instant,
): Promise<void> {
  for (const [id, rows] of Map.groupBy(of, (each) => each.incident_id))
    await live.publish(
      tx,
      {
        kind: 'deliveries',
        id,
        version: now.epochMilliseconds,
        viewers: rows[0]?.restricted ? await viewersOf(tx, id) : undefined,
      },
      now,
    );
}

async function viewersOf(tx: Tx, incidentId: string): Promise<string[]> {
  const row = await tx
    .selectFrom('incident')
    .select('viewers')
    .where('id', '=', incidentId)
    .executeTakeFirst();
  return row?.viewers ?? [];
}

export type Later = { db: Db; live: Live; now: Temporal.Instant };

/** The provider says that the reader has it. @returns false when no delivery waits for that news */
export async function noteDelivered(
  { db, live, now }: Later,
  news: { deliveryId: string; providerId?: string | undefined; words: string; kind: string },
): Promise<boolean> {
  return change(db, live, now, news, (evidence) => ({
    state: 'delivered',
    next_attempt_at: null,
    fallback_at: null,
    silent_at: null,
    last_error: null,
    sent_at: now,
    evidence: { ...evidence, kind: news.kind, response: news.words, delivered: true },
  }));
}

/** The provider or a mail system says that the reader does not have it: the next channel is due at once. */
export async function noteUndelivered(
  { db, live, now }: Later,
  news: { deliveryId: string; providerId?: string | undefined; words: string; permanent: boolean },
): Promise<boolean> {
  return change(db, live, now, news, (evidence) =>
    news.permanent
      ? {
          state: 'failed',
          next_attempt_at: null,
          fallback_at: now,
          silent_at: now,
          last_error: news.words,
          evidence,
        }
      : // It may still arrive; until it does, the next channel is tried.
        { fallback_at: now, silent_at: now, last_error: news.words, evidence },
  );
}

type Kept = { id?: string } | null;

async function change(
  db: Db,
  live: Live,
  now: Temporal.Instant,
  { deliveryId, providerId }: { deliveryId: string; providerId?: string | undefined },
  changed: (evidence: object) => Record<string, unknown>,
): Promise<boolean> {
  return transaction(db, async (tx) => {
    const row = await tx
      .selectFrom('delivery as d')
      .innerJoin('incident_update as u', 'u.id', 'd.update_id')
      .select(['d.id', 'd.incident_id', 'd.state', 'd.evidence', 'u.about'])
      .where('d.id', '=', deliveryId)
      .forUpdate('d')
      .executeTakeFirst();
    // What was told by an answer that was overtaken, or about another message, is no news of this one.
    if (!row || !['sending', 'sent', 'delivered'].includes(row.state)) return false;
    const evidence = row.evidence as Kept;
    if (providerId && evidence?.id && evidence.id !== providerId) return false;
    const { evidence: kept, ...rest } = changed({ ...evidence, ...(providerId ? { id: providerId } : {}) });
    await tx
      .updateTable('delivery')
      .set({ ...rest, evidence: JSON.stringify(kept) })
      .where('id', '=', deliveryId)
      .execute();
    const { restricted } = row.about as { restricted: boolean };
    await publishDeliveries(tx, live, [{ incident_id: row.incident_id, restricted }], now);
    return true;
  });
}
