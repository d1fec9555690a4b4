/** Single messages that are no update: an answer to whoever asked, by mail or in their thread of Slack; a reminder to one of us. Rows first, evidence after; at least once. */
import { sql } from 'kysely';
import type { Clock } from '#platform/clock.ts';
import { type Db, json, type Tx, transaction } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import { Failed } from '#platform/errors.ts';
import { escaped } from '#platform/escaped.ts';
import { newId } from '#platform/ids.ts';
import type { Logger } from '#platform/log.ts';
import { type Mailer, NO_MAIL_SERVER } from '#platform/mail.ts';
import type { Due } from '#platform/platform.ts';
import { cut } from './channels/cut.ts';
import { askSlack, type BotMeans, NO_BOT } from './channels/slack/bot.ts';
import { safe } from './channels/slack/render.ts';

const BATCH_MAX = 10;
const ROUNDS_MAX = 10;
// Longer than the mailer tries; a killed process's rows are free again after this.
const LEASE_SECONDS = 45;
const BACKOFF_SECONDS = 15;
const BACKOFF_SECONDS_MAX = 1800;
const TRY_FOR_HOURS = 48;
// Slack shows no more of one message.
const SLACK_CHARACTERS_MAX = 12_000;

export type Letter = {
  purpose: 'answer' | 'reminder';
  /** In Slack `to.address` is the channel, and the thread begins with the message that it stands below. */
  channel?: 'email' | 'slack';
  /** Queued once, however often it is asked for. */
  key: string;
  to: { name: string; address: string };
  subject: string;
  body: string;
  thread?: readonly string[] | undefined;
  questionId?: string | undefined;
  messageId?: string | undefined;
  /** The promise it reminds of; kept in the meantime, it is withdrawn. */
  about?: { subjectKind: string; subjectId: string; promise: string; cycle: number } | undefined;
};

/** @returns the id of the letter, undefined when it had been queued before */
export async function queueLetter(
  tx: Tx,
  letter: Letter,
  now: Temporal.Instant,
): Promise<string | undefined> {
  const { about } = letter;
  const row = await tx
    .insertInto('letter')
    .values({
      id: newId('let'),
      purpose: letter.purpose,
      channel: letter.channel ?? 'email',
      idempotency_key: letter.key,
      question_id: letter.questionId ?? null,
      message_id: letter.messageId ?? null,
      subject_kind: about?.subjectKind ?? null,
      subject_id: about?.subjectId ?? null,
      promise: about?.promise ?? null,
      cycle: about?.cycle ?? null,
      to_name: letter.to.name,
      to_address: letter.to.address,
      subject: letter.subject,
      body: letter.body,
      thread: [...(letter.thread ?? [])],
      state: 'queued',
      next_attempt_at: now,
      created_at: now,
      valid_until: now.add({ hours: TRY_FOR_HOURS }),
    })
    .onConflict((conflict) => conflict.column('idempotency_key').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

export type LetterMeans = {
  db: Db;
  clock: Clock;
  log: Logger;
  mailer: Mailer;
  /** Our bot; undefined where none is configured. */
  slack: BotMeans | undefined;
};

/** Sends what waits; a sweep takes at most a hundred. */
export function lettersDue(means: LetterMeans): Due {
  const { db, mailer } = means;
  const configured = [...(mailer.configured ? ['email'] : []), ...(means.slack ? ['slack'] : [])];
  let resumed = configured.length === 0;
  return {
    name: 'communicate.letters',
    next: () => earliest('letter', 'next_attempt_at'),
    looks: () => !resumed,
    async run(now) {
      let taken = resumed ? 0 : await resumeLetters(db, configured, now);
      resumed = true;
      for (let round = 0; round < ROUNDS_MAX; round += 1) {
        const rows = await claim(db, now);
        if (!rows.length) break;
        taken += rows.length;
        await Promise.all(rows.map((row) => attempt(means, row)));
      }
      return taken;
    },
  };
}

/** A process that died while it was sending leaves its letters to whoever comes next. */
export async function freeLetters(tx: Tx, now: Temporal.Instant): Promise<void> {
  await tx.updateTable('letter').set({ next_attempt_at: now }).where('state', '=', 'sending').execute();
}

/** A mail server or a bot has been configured since: what is still wanted goes out now. */
async function resumeLetters(db: Db, channels: string[], now: Temporal.Instant): Promise<number> {
  const { numUpdatedRows } = await db
    .updateTable('letter')
    .set({ state: 'queued', next_attempt_at: now, last_error: null })
    .where('state', '=', 'not_configured')
    .where('channel', 'in', channels)
    .where('valid_until', '>', now)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

type Claimed = {
  id: string;
  purpose: Letter['purpose'];
  channel: 'email' | 'slack';
  attempts: number;
  to_name: string;
  to_address: string;
  subject: string;
  body: string;
  thread: string[];
  valid_until: Temporal.Instant;
  wanted: boolean;
};

async function claim(db: Db, now: Temporal.Instant): Promise<Claimed[]> {
  const lease = now.add({ seconds: LEASE_SECONDS });
  const { rows } = await sql<Claimed>`
    with due as (
      select id from letter where next_attempt_at <= ${now}::timestamptz and state in ('queued', 'sending')
      order by next_attempt_at, id limit ${BATCH_MAX} for update skip locked
    ), claimed as (
      update letter l set state = 'sending', attempts = l.attempts + 1, next_attempt_at = ${lease}::timestamptz
      from due where l.id = due.id returning l.*
    ), noted as (
      insert into letter_attempt (letter_id, attempt, started_at) select id, attempts, ${now}::timestamptz from claimed
    )
    select c.id, c.purpose, c.channel, c.attempts, c.to_name, c.to_address, c.subject, c.body, c.thread, c.valid_until,
           c.promise is null or exists (
             select 1 from promise p where p.subject_kind = c.subject_kind and p.subject_id = c.subject_id
               and p.kind = c.promise and p.cycle = c.cycle and p.state = 'open') as wanted
    from claimed c`.execute(db);
  return rows;
}

async function attempt(means: LetterMeans, row: Claimed): Promise<void> {
  const { db, clock, log } = means;
  if (!row.wanted)
    return end(db, row, clock.now(), {
      state: 'withdrawn',
      detail: 'The promise was kept before this was sent.',
    });
  const why = notConfigured(means, row);
  if (why) return end(db, row, clock.now(), { state: 'not_configured', detail: why });
  try {
    const evidence = row.channel === 'slack' ? await post(means, row) : await mail(means, row);
    await end(db, row, clock.now(), { state: 'sent', detail: evidence.response, evidence });
  } catch (error) {
    const failed =
      error instanceof Failed ? error : new Failed(String((error as Error).message), { cause: error });
    const retryAt = retryOf(row, failed, clock.now());
    log.warn({ letter: row.id, attempt: row.attempts, why: failed.message }, 'a letter was not sent');
    await end(db, row, clock.now(), {
      state: retryAt ? 'queued' : 'failed',
      detail: failed.message,
      retryAt,
    });
  }
}

function notConfigured({ mailer, slack }: LetterMeans, { channel }: Claimed): string | undefined {
  if (channel === 'slack') return slack ? undefined : NO_BOT;
  return mailer.configured ? undefined : NO_MAIL_SERVER;
}

type Evidence = { kind: 'smtp' | 'slack'; response: string; messageId: string };

async function mail({ mailer }: LetterMeans, row: Claimed): Promise<Evidence> {
  const { response, messageId } = await mailer.sendMail({
    to: { name: row.to_name, address: row.to_address },
    subject: row.subject,
    text: `${row.body}\n`,
    html: htmlOf(row.subject, row.body),
    messageId: `${row.id}@${mailer.domain}`,
    references: row.thread,
    // A person wrote the answer; only reminders are a machine's.
    ...(row.purpose === 'answer' ? { headers: { 'Auto-Submitted': 'no' } } : {}),
  });
  return { kind: 'smtp', response, messageId };
}

/** Into the thread, for its readers; what was typed stays text. */
async function post({ slack }: LetterMeans, row: Claimed): Promise<Evidence> {
  if (!slack) throw new Failed(NO_BOT, { permanent: true });
  const { ts } = await askSlack(slack, 'chat.postMessage', {
    channel: row.to_address,
    thread_ts: row.thread[0],
    text: safe(cut(row.body, SLACK_CHARACTERS_MAX)),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
  });
  return { kind: 'slack', response: `Slack has posted it (${ts})`, messageId: ts };
}

function retryOf(row: Claimed, failed: Failed, now: Temporal.Instant): Temporal.Instant | undefined {
  if (failed.permanent) return undefined;
  const backoff = Math.min(BACKOFF_SECONDS * 2 ** (row.attempts - 1), BACKOFF_SECONDS_MAX);
  const wait = Math.max(backoff, failed.retryAfterSeconds ?? 0);
  const at = now.add({ seconds: wait });
  return Temporal.Instant.compare(at, row.valid_until) < 0 ? at : undefined;
}

type Ended = {
  state: 'sent' | 'queued' | 'failed' | 'withdrawn' | 'not_configured';
  detail: string;
  evidence?: Evidence;
  retryAt?: Temporal.Instant | undefined;
};

async function end(db: Db, row: Claimed, now: Temporal.Instant, ended: Ended): Promise<void> {
  const { state, detail, evidence, retryAt } = ended;
  await transaction(db, async (tx) => {
    await tx
      .updateTable('letter')
      .set({
        state,
        next_attempt_at: retryAt ?? null,
        last_error: state === 'sent' ? null : detail,
        ...(evidence ? { evidence: json(evidence), sent_at: now } : {}),
      })
      .where('id', '=', row.id)
      .where('state', '=', 'sending')
      .where('attempts', '=', row.attempts)
      .execute();
    await tx
      .updateTable('letter_attempt')
      .set({
        ended_at: now,
        outcome: state === 'sent' ? 'sent' : retryAt ? 'failed' : 'failed_for_good',
        detail,
      })
      .where('letter_id', '=', row.id)
      .where('attempt', '=', row.attempts)
      .execute();
  });
}

function htmlOf(subject: string, body: string): string {
  const paragraphs = body
    .split(/\n{2,}/)
    .map((each) => `<p style="margin:0 0 14px">${escaped(each).replaceAll('\n', '<br>')}</p>`)
    .join('');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(subject)}</title></head><body style="margin:0;padding:24px;background:#f6f5f1;color:#1d1f24;overflow-wrap:anywhere;word-break:break-word;font:16px/1.5 Inter,Segoe UI,Helvetica,Arial,sans-serif"><div style="max-width:600px">${paragraphs}</div></body></html>`;
}
