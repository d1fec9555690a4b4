/** Hands waiting deliveries to the mail server, at least once: an attempt is a row before anything leaves, evidence a row after it. */
import { sql } from 'kysely';
import type { UpdateKind, UpdateStatus } from '#incident/types.ts';
import type { Clock } from '#platform/clock.ts';
import { type Db, json, type Tx, transaction } from '#platform/db/database.ts';
import { Failed } from '#platform/errors.ts';
import type { Live } from '#platform/http/live.ts';
import type { Logger } from '#platform/log.ts';
import { type Mailer, NO_MAIL_SERVER } from '#platform/mail.ts';
import { renderEmail } from './channels/email/render.ts';
import type { About } from './freeze.ts';
import { type Letter, letterOf } from './letter.ts';
import { type Organisation, readOrganisation } from './organisation.ts';
import type { AudienceKey } from './text.ts';

export type Lane = 'urgent' | 'ordinary';

export type Deliverer = {
  /** Sends until nothing of this lane is due, or for a few seconds. @returns how many it took */
  drain(lane: Lane): Promise<number>;
  /** When the next delivery of any lane is due. */
  next(): Promise<Temporal.Instant | undefined>;
};

/** Taken at once, and so the most that can be sent twice when a process is killed: this many per lane. */
export const BATCH_MAX: Record<Lane, number> = { urgent: 5, ordinary: 10 };
// Longer than the mailer tries; a killed process's rows are free again after this.
const LEASE_SECONDS = 45;
const DRAIN_SECONDS_MAX = 20;
const BACKOFF_SECONDS = 15;
const BACKOFF_SECONDS_MAX = 1800;

type Claimed = {
  id: string;
  attempts: number;
  audience: 'internal' | 'client';
  recipient_name: string;
  zone: string;
  address: string;
  services: string[];
  urgent: boolean;
  valid_until: Temporal.Instant;
  incident_id: string;
  kind: UpdateKind;
  status: UpdateStatus;
  text_audience: AudienceKey;
  impact: string;
  action: string;
  next_at: Temporal.Instant | null;
  written_at: Temporal.Instant;
  about: About;
};

type Outcome = { row: Claimed; evidence?: { response: string; messageId: string }; failed?: Failed };

export type Means = {
  db: Db;
  clock: Clock;
  live: Live;
  log: Logger;
  mailer: Mailer;
  url: string | undefined;
};

export function createDeliverer(means: Means): Deliverer {
  const running = new Map<Lane, Promise<number>>();
  // One run per lane at a time in this process, so that a kill never leaves more than one batch in doubt.
  const drain = async (lane: Lane): Promise<number> => {
    await running.get(lane);
    if (running.has(lane)) return drain(lane);
    const run = drainLane(means, lane).finally(() => running.delete(lane));
    running.set(lane, run);
    return run;
  };
  return { drain, next: () => nextDue(means.db) };
}

async function nextDue(db: Db): Promise<Temporal.Instant | undefined> {
  const row = await db
    .selectFrom('delivery')
    .select('next_attempt_at')
    .where('next_attempt_at', 'is not', null)
    .orderBy('next_attempt_at')
    .limit(1)
    .executeTakeFirst();
  return row?.next_attempt_at ?? undefined;
}

async function drainLane(means: Means, lane: Lane): Promise<number> {
  if (!means.mailer.configured) return giveUpWithoutServer(means, lane);
  const started = means.clock.now();
  const organisation = await readOrganisation(means.db);
  let taken = 0;
  while (means.clock.now().since(started).total('seconds') < DRAIN_SECONDS_MAX) {
    const rows = await claim(means.db, lane, means.clock.now());
    if (!rows.length) break;
    taken += rows.length;
    await record(means, await Promise.all(rows.map((row) => attempt(means, row, organisation))));
  }
  return taken;
}

/** Mails that a process was sending when it died are due again at once; what had left may leave twice, under one Message-ID. */
export async function freeDeliveries(tx: Tx, now: Temporal.Instant): Promise<void> {
  await tx.updateTable('delivery').set({ next_attempt_at: now }).where('state', '=', 'sending').execute();
}

/** The row and its attempt are written before the mail leaves; a row whose lease has run out may be taken by anybody. */
async function claim(db: Db, lane: Lane, now: Temporal.Instant): Promise<Claimed[]> {
  const lease = now.add({ seconds: LEASE_SECONDS });
  const { rows } = await sql<Claimed>`
    with due as (
      select id from delivery
      where urgent = ${lane === 'urgent'} and next_attempt_at <= ${now}::timestamptz and state in ('queued', 'sending')
      order by next_attempt_at, id limit ${BATCH_MAX[lane]} for update skip locked
    ), claimed as (
      update delivery d set state = 'sending', attempts = d.attempts + 1, next_attempt_at = ${lease}::timestamptz
      from due where d.id = due.id returning d.*
    ), noted as (
      insert into delivery_attempt (delivery_id, attempt, started_at) select id, attempts, ${now}::timestamptz from claimed
    )
    select c.id, c.attempts, c.audience, c.recipient_name, c.zone, c.address, c.about as services, c.urgent, c.valid_until, c.incident_id,
           u.kind, u.status, c.text_audience, t.impact, t.action, u.next_at, u.created_at as written_at, u.about
    from claimed c join incident_update u on u.id = c.update_id
      join update_text t on t.update_id = c.update_id and t.audience = c.text_audience`.execute(db);
  return rows;
}

async function attempt(means: Means, row: Claimed, organisation: Organisation): Promise<Outcome> {
  const { mailer, url } = means;
  try {
    const mail = renderEmail(letter(row), { organisation, url });
    const evidence = await mailer.sendMail({
      to: { name: row.recipient_name, address: row.address },
      ...mail,
      messageId: `${row.id}@${mailer.domain}`,
      references: [`${row.about.reference}@${mailer.domain}`],
      date: means.clock.now(),
      urgent: row.urgent,
    });
    return { row, evidence };
  } catch (error) {
    return {
      row,
      failed:
        error instanceof Failed ? error : new Failed(String((error as Error).message), { cause: error }),
    };
  }
}

function letter(row: Claimed): Letter {
  return letterOf({
    kind: row.kind,
    status: row.status,
    nextAt: row.next_at?.epochMilliseconds ?? null,
    writtenAt: row.written_at.epochMilliseconds,
    about: { ...row.about, incidentId: row.incident_id },
    text: { audience: row.text_audience, impact: row.impact, action: row.action },
    reader: { audience: row.audience, zone: row.zone, services: row.services },
  });
}

async function record({ db, clock, live, log }: Means, outcomes: Outcome[]): Promise<void> {
  const now = clock.now();
  await transaction(db, async (tx) => {
    for (const outcome of outcomes) {
      const { row, evidence, failed } = outcome;
      const retryAt = failed && retryOf(row, failed, now);
      const state = evidence ? 'sent' : retryAt ? 'queued' : 'failed';
      await tx
        .updateTable('delivery')
        .set({
          state,
          next_attempt_at: retryAt ?? null,
          last_error: failed?.message ?? null,
          ...(evidence ? { evidence: json({ kind: 'smtp', ...evidence }), sent_at: now } : {}),
        })
        .where('id', '=', row.id)
        .where('state', '=', 'sending')
        .where('attempts', '=', row.attempts)
        .execute();
      await tx
        .updateTable('delivery_attempt')
        .set({
          ended_at: now,
          outcome: evidence ? 'sent' : retryAt ? 'failed' : 'failed_for_good',
          detail: evidence?.response ?? failed?.message ?? null,
        })
        .where('delivery_id', '=', row.id)
        .where('attempt', '=', row.attempts)
        .execute();
    }
    for (const [id, rows] of Map.groupBy(outcomes, (each) => each.row.incident_id))
      await live.publish(
        tx,
        {
          kind: 'deliveries',
          id,
          version: now.epochMilliseconds,
          viewers: rows[0]?.row.about.restricted ? await viewersOf(tx, id) : undefined,
        },
        now,
      );
  });
  const failures = outcomes.filter((each) => each.failed);
  if (failures.length)
    log.warn(
      {
        deliveries: failures.map(({ row, failed }) => ({
          id: row.id,
          attempt: row.attempts,
          why: failed?.message,
        })),
      },
      'messages were not sent',
    );
}

async function viewersOf(tx: Db, incidentId: string): Promise<string[]> {
  const row = await tx
    .selectFrom('incident')
    .select('viewers')
    .where('id', '=', incidentId)
    .executeTakeFirst();
  return row?.viewers ?? [];
}

function retryOf(row: Claimed, failed: Failed, now: Temporal.Instant): Temporal.Instant | undefined {
  if (failed.permanent) return undefined;
  const wait = Math.min(BACKOFF_SECONDS * 2 ** (row.attempts - 1), BACKOFF_SECONDS_MAX);
  const at = now.add({ seconds: wait });
  return Temporal.Instant.compare(at, row.valid_until) < 0 ? at : undefined;
}

/** Without a server nothing is tried and nothing is claimed to be sent: the rows say so. */
async function giveUpWithoutServer({ db, clock }: Means, lane: Lane): Promise<number> {
  const done = await db
    .updateTable('delivery')
    .set({ state: 'not_configured', next_attempt_at: null, last_error: NO_MAIL_SERVER })
    .where('urgent', '=', lane === 'urgent')
    .where('state', 'in', ['queued', 'sending'])
    .where('next_attempt_at', '<=', clock.now())
    .executeTakeFirst();
  return Number(done.numUpdatedRows);
}

/**
 * A server has been configured since: what is still true is sent now, what has been overtaken stays "not sent".
 * @returns how many deliveries wait again
 */
export async function resumeWithServer(db: Db, now: Temporal.Instant): Promise<number> {
  const { numAffectedRows } = await sql`
    update delivery d set state = 'queued', next_attempt_at = ${now}::timestamptz, last_error = null
    from incident_update u
    where u.id = d.update_id and d.state = 'not_configured' and d.valid_until > ${now}::timestamptz
      and (u.next_at is null or u.next_at > ${now}::timestamptz)`.execute(db);
  return Number(numAffectedRows ?? 0);
}
