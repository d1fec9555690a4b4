/** What a mail is: a bounce, a machine's answer, a question in one of our threads, a report, or nothing that we act upon. */

import { sql } from 'kysely';
import { type Db, json } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import type { Due } from '#platform/platform.ts';
import type { Bounce } from '../../bounce.ts';
import { askerOf } from '../askers.ts';
import { QUESTION_CHARACTERS_MAX } from '../limits.ts';
import { type Asker, askOn, type Means, takeQuestion } from '../questions.ts';
import type { TakeReport } from '../reports.ts';
import { ownMessageId, readBounce } from './bounce.ts';
import { newWords } from './cut.ts';
import { type IncomingLetter, readLetter } from './letter.ts';
import { findThread, type Thread } from './thread.ts';

const BATCH_MAX = 20;
const ATTEMPTS_MAX = 8;
const AGAIN_SECONDS = 30;
const LEASE_SECONDS = 60;
const BODY_CHARACTERS_MAX = 20_000;

/** `ownAddress`: the one that we write from, in lower case. */
export type Sorting = Means & {
  takeReport: TakeReport;
  /** A mail of ours came back. @returns false when it was no delivery of ours */
  noteBounce(bounce: Bounce): Promise<boolean>;
  ownAddress: string;
};

type Row = { id: string; raw: Uint8Array | null; attempts: number; message_id: string };
type Result = {
  state: 'bounce' | 'auto_reply' | 'question' | 'report' | 'unknown_sender';
  why: string;
  incidentId?: string | undefined;
  questionId?: string | undefined;
};

/** Sorts what has been kept; a mail that cannot be sorted is tried again, and shown when that does not help. */
export function sortingDue(sorting: Sorting): Due {
  const { db } = sorting.house.platform;
  return {
    name: 'communicate.mails',
    next: () => earliest('incoming_mail', 'sort_at'),
    async run(now) {
      const rows = await claim(db, now);
      for (const row of rows) await sortOne(sorting, row);
      return rows.length;
    },
  };
}

async function claim(db: Db, now: Temporal.Instant): Promise<Row[]> {
  const { rows } = await sql<Row>`
    update incoming_mail set attempts = attempts + 1, sort_at = ${now.add({ seconds: LEASE_SECONDS })}::timestamptz
    where id in (select id from incoming_mail where sort_at <= ${now}::timestamptz order by sort_at, received_at
                 limit ${BATCH_MAX} for update skip locked)
    returning id, raw, attempts, message_id`.execute(db);
  return rows.toSorted((one, other) => one.id.localeCompare(other.id));
}

async function sortOne(sorting: Sorting, row: Row): Promise<void> {
  const { db, clock, log } = sorting.house.platform;
  let letter: IncomingLetter;
  try {
    letter = await readLetter(row.raw ?? new Uint8Array());
    if (!letter.from.address && !letter.report) throw new Error('It has no sender.');
  } catch (error) {
    await shelve(db, row.id, `It cannot be read as a mail: ${(error as Error).message}`, clock.now());
    return;
  }
  try {
    const result = await actUpon(sorting, row, letter);
    await note(db, row.id, letter, result, clock.now());
  } catch (error) {
    log.error({ err: error, mail: row.id, attempt: row.attempts }, 'a mail could not be sorted');
    if (row.attempts >= ATTEMPTS_MAX)
      await shelve(db, row.id, `Humdrum failed at it: ${(error as Error).message}`, clock.now());
    else
      await db
        .updateTable('incoming_mail')
        .set({ sort_at: clock.now().add({ seconds: AGAIN_SECONDS * row.attempts }) })
        .where('id', '=', row.id)
        .execute();
  }
}

async function actUpon(sorting: Sorting, row: Row, letter: IncomingLetter): Promise<Result> {
  const { db } = sorting.house.platform;
  const { domain } = sorting.mailer;
  if (letter.report) return bounced(sorting, letter.report, domain);
  const from = letter.from.address.toLowerCase();
  // Older servers write a plain letter about what came back.
  const returned = /^(mailer-daemon|postmaster)@/.test(from) ? ownMessageId(letter.text, domain) : undefined;
  if (returned) return bounced(sorting, { status: 'Action: failed', original: `<${returned}>` }, domain);
  if (letter.automatic) return { state: 'auto_reply', why: letter.automatic };
  if (from === sorting.ownAddress) return { state: 'auto_reply', why: 'It is our own.' };
  const thread = await findThread(db, letter, domain);
  return thread ? answered(sorting, row, letter, thread) : loose(sorting, row, letter);
}

async function bounced(
  sorting: Sorting,
  report: { status: string; original: string },
  domain: string,
): Promise<Result> {
  const { db } = sorting.house.platform;
  const bounce = readBounce(report, domain);
  const { messageId, kind, text } = bounce;
  if (kind === 'other') return { state: 'auto_reply', why: `A mail server reports: ${text}` };
  if (!messageId) return { state: 'bounce', why: `It does not say which of our mails came back. ${text}` };
  const permanent = kind === 'failed';
  const ours = messageId.startsWith('let_')
    ? await letterBounced(db, messageId, { permanent, text })
    : await sorting.noteBounce({ messageId, permanent, text });
  return {
    state: 'bounce',
    why: ours ? `${permanent ? 'Came back' : 'Late'}: ${text}` : `We know no mail ${messageId}. ${text}`,
  };
}

async function letterBounced(
  db: Db,
  messageId: string,
  { permanent, text }: { permanent: boolean; text: string },
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('letter')
    .set(
      permanent
        ? { state: 'failed', next_attempt_at: null, last_error: `It came back: ${text}` }
        : { last_error: `The receiving server is late: ${text}` },
    )
    .where('id', '=', messageId.split('@')[0] ?? '')
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** In a thread of ours only those speak whom it reaches: the address that it went to, its clients' contacts, one of us. */
async function answered(sorting: Sorting, row: Row, letter: IncomingLetter, thread: Thread): Promise<Result> {
  const { db } = sorting.house.platform;
  const asker = await speaker(db, letter, thread);
  const { incidentId } = thread;
  if (!asker)
    return {
      state: 'unknown_sender',
      why: 'It answers a message of ours, but we know nobody with this address who was told of it.',
      incidentId,
    };
  const text = newWords(letter.text).slice(0, QUESTION_CHARACTERS_MAX) || letter.subject;
  const questionId = thread.questionId ?? (await openQuestionOf(db, incidentId, asker.address));
  if (questionId) {
    await askOn(sorting, { questionId, id: row.id, text, by: asker.name, mailId: row.message_id });
    return {
      state: 'question',
      why: 'It goes on in a question that was asked before.',
      incidentId,
      questionId,
    };
  }
  const id = await takeQuestion(sorting, {
    id: row.id,
    incidentId,
    asker,
    via: 'email',
    subject: letter.subject,
    text,
    thread: threadIds(letter, row.message_id),
  });
  return { state: 'question', why: 'It answers a message of ours.', incidentId, questionId: id };
}

async function speaker(db: Db, letter: IncomingLetter, thread: Thread): Promise<Asker | undefined> {
  const { address, name } = letter.from;
  const known = await askerOf(db, address, thread.clientIds);
  const same = thread.address?.toLowerCase() === address.toLowerCase();
  if (known?.personId) {
    const may = !thread.restricted || thread.viewers.includes(known.personId);
    return may ? known : undefined;
  }
  if (known?.clientId && thread.clientIds.includes(known.clientId)) return known;
  // Whoever asked by the form, or was removed from the directory since.
  return same
    ? { ...known, name: known?.name ?? (name || address), address, known: known !== undefined }
    : undefined;
}

async function openQuestionOf(
  db: Db,
  incidentId: string | undefined,
  address: string | undefined,
): Promise<string | undefined> {
  if (!incidentId || !address) return undefined;
  const row = await db
    .selectFrom('question')
    .select('id')
    .where('incident_id', '=', incidentId)
    .where('state', '=', 'open')
    .where('via', '=', 'email')
    .where(sql<boolean>`lower(asker_address) = lower(${address})`)
    .limit(1)
    .executeTakeFirst();
  return row?.id;
}

async function loose(sorting: Sorting, row: Row, letter: IncomingLetter): Promise<Result> {
  const { db } = sorting.house.platform;
  const asker = await askerOf(db, letter.from.address);
  if (!asker) return { state: 'unknown_sender', why: 'We know nobody with this address.' };
  if (!asker.clientId)
    return { state: 'unknown_sender', why: 'It is from one of us, and answers no message of ours.' };
  const text = newWords(letter.text).slice(0, QUESTION_CHARACTERS_MAX) || letter.subject;
  const questionId = await sorting.takeReport({
    id: row.id,
    asker,
    via: 'email',
    title: letter.subject,
    text,
    service: await serviceMeant(db, asker.clientId, `${letter.subject}\n${text}`),
    reportedAt: letter.date,
    thread: threadIds(letter, row.message_id),
    verified: true,
  });
  return { state: 'report', why: 'A contact of a client writes of something new.', questionId };
}

/** The one service of this client whose name stands in the text; undefined when there is none or more than one. */
async function serviceMeant(db: Db, clientId: string, text: string): Promise<string | undefined> {
  const rows = await db
    .selectFrom('service')
    .innerJoin('client_service', 'client_service.service_id', 'service.id')
    .select(['service.id', 'public_name'])
    .where('client_id', '=', clientId)
    .where('archived_at', 'is', null)
    .where('public_name', 'is not', null)
    .execute();
  const words = text.toLowerCase();
  const named = rows.filter((row) => words.includes(row.public_name!.toLowerCase()));
  return named.length === 1 ? named[0]!.id : undefined;
}

function threadIds(letter: IncomingLetter, messageId: string): string[] {
  const own = messageId.startsWith('sha256:') ? [] : [messageId];
  return [...letter.answers.toReversed(), ...own].slice(-20);
}

async function note(
  db: Db,
  id: string,
  letter: IncomingLetter,
  result: Result,
  now: Temporal.Instant,
): Promise<void> {
  await db
    .updateTable('incoming_mail')
    .set({
      state: result.state,
      why: result.why,
      incident_id: result.incidentId ?? null,
      question_id: result.questionId ?? null,
      from_name: letter.from.name,
      from_address: letter.from.address,
      subject: letter.subject,
      body: letter.text.slice(0, BODY_CHARACTERS_MAX),
      attachments: json(letter.attachments),
      // What it said is beside it now; the bytes are kept only of what nobody could read.
      raw: null,
      sort_at: null,
      sorted_at: now,
    })
    .where('id', '=', id)
    .execute();
}

async function shelve(db: Db, id: string, why: string, now: Temporal.Instant): Promise<void> {
  await db
    .updateTable('incoming_mail')
    .set({ state: 'unreadable', why: why.slice(0, 1000), sort_at: null, sorted_at: now })
    .where('id', '=', id)
    .execute();
}
