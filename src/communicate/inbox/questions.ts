/** The incident's inbox: what was asked, by whom, our answers; every change reaches the incident as a command, never the other way round. */

import { sql } from 'kysely';
import type { Doing } from '#incident/execute.ts';
import type { Fact } from '#incident/facts.ts';
import type { Happening, House } from '#incident/room.ts';
import type { Incident, QuestionVia } from '#incident/types.ts';
import { type Db, json, type Tx, transaction } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import { notFound, Refused } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { Mailer } from '#platform/mail.ts';
import type { Due } from '#platform/platform.ts';
import { queueLetter } from '../letters.ts';
import { readOrganisation } from '../organisation.ts';
import { QUESTION_CHARACTERS_MAX } from './limits.ts';
import { oweLoose } from './loose.ts';

const TELL_BATCH_MAX = 50;
const TELL_AGAIN_SECONDS = 10;
const SUBJECT_CHARACTERS_MAX = 200;

/** Who asks. `address` is where the answer goes; `known`: a client's contact or one of ours, to whom an answer is owed by the clock. */
export type Asker = {
  name: string;
  address?: string | undefined;
  clientId?: string | undefined;
  contactId?: string | undefined;
  personId?: string | undefined;
  known: boolean;
};

export type Report = {
  serviceId: string | null;
  /** What the reporter called the service. */
  serviceNamed: string;
  mainTaskImpossible: boolean;
  /** Told through something that only they have; what was typed into a public form is not. */
  verified: boolean;
  reportedAt: string;
};

export type Asked = {
  /** Given where the same thing may come twice: a mail, an event of Slack. */
  id?: string | undefined;
  incidentId: string | undefined;
  asker: Asker;
  via: QuestionVia;
  subject?: string | undefined;
  text: string;
  /** The mails of this thread so far, oldest first. */
  thread?: readonly string[] | undefined;
  slack?: { channel: string; threadTs: string } | undefined;
  report?: Report | undefined;
  dueAt?: Temporal.Instant | undefined;
};

export type Means = {
  house: House;
  mailer: Mailer;
};

const SYSTEM = { kind: 'system' as const, name: 'Humdrum' };

/**
 * Keeps a question and tells its incident. Asked twice under one id it is kept once.
 * @returns the id of the question
 */
export async function takeQuestion(means: Means, asked: Asked): Promise<string> {
  const { db, clock } = means.house.platform;
  const id = asked.id ? `que_${asked.id}` : newId('que');
  const now = clock.now();
  await transaction(db, async (tx) => {
    const fresh = await insertQuestion(tx, id, asked, now);
    if (fresh && asked.report) await oweLoose(tx, id, now);
    await hint(means, tx, asked.incidentId, now);
  });
  await tell(means, id);
  return id;
}

async function insertQuestion(tx: Tx, id: string, asked: Asked, now: Temporal.Instant): Promise<boolean> {
  const { asker, incidentId } = asked;
  const messageId = id.replace(/^que/, 'qms');
  const row = await tx
    .insertInto('question')
    .values({
      id,
      incident_id: incidentId ?? null,
      client_id: asker.clientId ?? null,
      contact_id: asker.contactId ?? null,
      person_id: asker.personId ?? null,
      asker_name: asker.name.slice(0, 200),
      asker_address: asker.address ?? null,
      via: asked.via,
      known: asker.known,
      subject: (asked.subject ?? '').slice(0, SUBJECT_CHARACTERS_MAX),
      state: 'open',
      report: asked.report ? json(asked.report) : null,
      slack: asked.slack ? json(asked.slack) : null,
      thread: [...(asked.thread ?? [])],
      untold_message_id: messageId,
      tell_at: incidentId ? now : null,
      due_at: incidentId ? null : (asked.dueAt ?? null),
      asked_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!row) return false;
  await insertMessage(
    tx,
    { id: messageId, questionId: id, direction: 'asked', body: asked.text, by: asker.name },
    now,
  );
  return true;
}

type Message = { id: string; questionId: string; direction: 'asked' | 'answered'; body: string; by: string };

async function insertMessage(tx: Tx, message: Message, now: Temporal.Instant): Promise<boolean> {
  const row = await tx
    .insertInto('question_message')
    .values({
      id: message.id,
      question_id: message.questionId,
      direction: message.direction,
      body: message.body.slice(0, QUESTION_CHARACTERS_MAX),
      by_name: message.by.slice(0, 200),
      created_at: now,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Open screens ask again; of a restricted incident only its viewers' do. */
async function hint(
  means: Means,
  tx: Tx,
  incidentId: string | null | undefined,
  now: Temporal.Instant,
): Promise<void> {
  const incident = incidentId
    ? await tx
        .selectFrom('incident')
        .select(['restricted', 'viewers'])
        .where('id', '=', incidentId)
        .executeTakeFirst()
    : undefined;
  await means.house.platform.live.publish(
    tx,
    {
      kind: 'question',
      id: incidentId ?? 'loose',
      version: now.epochMilliseconds,
      viewers: incident?.restricted ? incident.viewers : undefined,
    },
    now,
  );
}

/** Whoever asks on in the same thread: the question is open again. */
export async function askOn(
  means: Means,
  what: { questionId: string; id: string; text: string; by: string; mailId?: string | undefined },
): Promise<void> {
  const { db, clock } = means.house.platform;
  const now = clock.now();
  const messageId = `qms_${what.id}`;
  await transaction(db, async (tx) => {
    const question = await tx
      .selectFrom('question')
      .select(['incident_id', 'thread'])
      .where('id', '=', what.questionId)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const message: Message = {
      id: messageId,
      questionId: what.questionId,
      direction: 'asked',
      body: what.text,
      by: what.by,
    };
    if (!(await insertMessage(tx, message, now))) return;
    await tx
      .updateTable('question')
      .set({
        state: 'open',
        ended_at: null,
        set_aside_because: null,
        untold_message_id: messageId,
        tell_at: question.incident_id ? now : null,
        thread: what.mailId ? [...question.thread, what.mailId].slice(-20) : question.thread,
        updated_at: now,
      })
      .where('id', '=', what.questionId)
      .execute();
    await hint(means, tx, question.incident_id, now);
  });
  await tell(means, what.questionId);
}

/** Tells the incident of a question that it does not know of yet. Safe to repeat. */
export async function tell(means: Means, id: string): Promise<void> {
  const { incidents, platform } = means.house;
  const row = await platform.db
    .selectFrom('question')
    .leftJoin('client', 'client.id', 'question.client_id')
    .selectAll('question')
    .select('client.name as client_name')
    .where('question.id', '=', id)
    .where('tell_at', 'is not', null)
    .executeTakeFirst();
  if (!row?.incident_id || !row.untold_message_id) return;
  const incident = await incidents.load(row.incident_id);
  const target = incident?.mergedInto?.id ?? row.incident_id;
  const doing: Doing = {
    actor: { ...SYSTEM, name: row.client_name ?? (row.known ? row.asker_name : 'A stranger') },
    source: SOURCES[row.via as QuestionVia],
  };
  try {
    await incidents.execute(
      target,
      {
        type: 'ask',
        questionId: id,
        messageId: row.untold_message_id,
        from: row.client_name ?? (row.known ? row.asker_name : 'a stranger'),
        via: row.via as QuestionVia,
        clocked: row.known,
      },
      doing,
    );
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    // It stays in the list, without a clock of its own.
    platform.log.warn({ question: id, why: error.message }, 'an incident did not take a question');
  }
  await platform.db
    .updateTable('question')
    .set({ tell_at: null, incident_id: target })
    .where('id', '=', id)
    .where('untold_message_id', '=', row.untold_message_id)
    .execute();
}

const SOURCES: Record<QuestionVia, string> = {
  email: 'mail',
  form: 'form',
  api: 'API',
  slack: 'Slack',
  report: 'report',
};

/** What a process that died had kept and not told. */
export function untoldDue(means: Means): Due {
  const { db } = means.house.platform;
  return {
    name: 'communicate.questions',
    next: () => sql`${earliest('question', 'tell_at')} + make_interval(secs => ${TELL_AGAIN_SECONDS}::int)`,
    async run(now) {
      const rows = await db
        .selectFrom('question')
        .select('id')
        .where('tell_at', '<=', now.subtract({ seconds: TELL_AGAIN_SECONDS }))
        .orderBy('tell_at')
        .limit(TELL_BATCH_MAX)
        .execute();
      for (const { id } of rows) await tell(means, id);
      return rows.length;
    },
  };
}

export type AnswerGiven = { text: string; by: string; personId: string | undefined; carry: boolean };

/**
 * Answers whoever asked, in their thread, and nobody else; the incident's promise is kept by it.
 * @throws Refused when the question does not exist
 * @returns the id of the answer
 */
export async function answerQuestion(
  means: Means,
  where: { questionId: string; incident: Incident | undefined },
  given: AnswerGiven,
  doing: Doing,
): Promise<string> {
  const { house, mailer } = means;
  const { db, clock } = house.platform;
  const now = clock.now();
  const organisation = await readOrganisation(db);
  const answerId = newId('qms');
  await transaction(db, async (tx) => {
    const row = await tx
      .selectFrom('question')
      .selectAll()
      .where('id', '=', where.questionId)
      .forUpdate()
      .executeTakeFirst();
    if (!row || row.incident_id !== (where.incident?.id ?? null))
      throw notFound('question', where.questionId);
    await insertMessage(
      tx,
      { id: answerId, questionId: row.id, direction: 'answered', body: given.text, by: given.by },
      now,
    );
    if (given.carry && where.incident)
      await tx.updateTable('question_message').set({ carry: 'next' }).where('id', '=', answerId).execute();
    await endQuestion(tx, row.id, { state: 'answered' }, now);
    if (row.slack) await queueSlackAnswer(tx, row, { answerId, text: given.text, now });
    else if (row.asker_address)
      await queueLetter(
        tx,
        {
          purpose: 'answer',
          key: `answer:${answerId}`,
          questionId: row.id,
          messageId: answerId,
          to: { name: row.asker_name, address: row.asker_address },
          subject: subjectOf(row.subject, where.incident?.reference),
          body: signed(given.text, organisation.name, where.incident?.reference),
          thread: threadOf(row.thread, where.incident?.reference, mailer.domain),
        },
        now,
      );
    await hint(means, tx, row.incident_id, now);
  });
  if (where.incident)
    await house.incidents.execute(where.incident.id, { type: 'answer', questionId: where.questionId }, doing);
  return answerId;
}

/** The answer goes into the thread of Slack in which it was asked. */
async function queueSlackAnswer(
  tx: Tx,
  row: { id: string; slack: unknown; asker_name: string },
  { answerId, text, now }: { answerId: string; text: string; now: Temporal.Instant },
): Promise<void> {
  const { channel, threadTs } = row.slack as { channel: string; threadTs: string };
  await queueLetter(
    tx,
    {
      purpose: 'answer',
      channel: 'slack',
      key: `answer:${answerId}`,
      questionId: row.id,
      messageId: answerId,
      to: { name: row.asker_name, address: channel },
      subject: '',
      body: text.trim(),
      thread: [threadTs],
    },
    now,
  );
}

/** @throws Refused without a reason, or when the question does not exist */
export async function setAside(
  means: Means,
  where: { questionId: string; incident: Incident | undefined },
  reason: string,
  doing: Doing,
): Promise<void> {
  const { house } = means;
  const { db, clock } = house.platform;
  const trimmed = reason.trim();
  if (!trimmed)
    throw new Refused('invalid', 'Setting a question aside needs a reason.', { mend: 'Write one sentence.' });
  await transaction(db, async (tx) => {
    const row = await tx
      .selectFrom('question')
      .select(['id', 'incident_id'])
      .where('id', '=', where.questionId)
      .forUpdate()
      .executeTakeFirst();
    if (!row || row.incident_id !== (where.incident?.id ?? null))
      throw notFound('question', where.questionId);
    await endQuestion(tx, row.id, { state: 'set_aside', because: trimmed }, clock.now());
    await hint(means, tx, row.incident_id, clock.now());
  });
  if (where.incident)
    await house.incidents.execute(
      where.incident.id,
      { type: 'set_question_aside', questionId: where.questionId, reason: trimmed },
      doing,
    );
}

async function endQuestion(
  tx: Tx,
  id: string,
  how: { state: 'answered' | 'set_aside'; because?: string },
  now: Temporal.Instant,
): Promise<void> {
  await tx
    .updateTable('question')
    .set({ state: how.state, set_aside_because: how.because ?? null, ended_at: now, updated_at: now })
    .where('id', '=', id)
    .execute();
  await oweLoose(tx, id, now);
}

function subjectOf(subject: string, reference: string | undefined): string {
  const bare = subject.replace(/^\s*((re|aw|sv|antw)\s*:\s*)+/i, '').trim();
  if (bare) return `Re: ${bare}`;
  return reference ? `Re: your question (${reference})` : 'Re: your report';
}

function signed(text: string, name: string | null, reference: string | undefined): string {
  const foot = [name, reference ? `Reference ${reference}` : ''].filter(Boolean).join('. ');
  return foot ? `${text.trim()}\n\n-- \n${foot}.` : text.trim();
}

function threadOf(thread: readonly string[], reference: string | undefined, domain: string): string[] {
  if (thread.length) return [...thread];
  return reference ? [`${reference}@${domain}`] : [];
}

/** Rows that follow what the incident decided: told, moved by a merge, carried by an update. */
export async function followFact(fact: Fact, { incident, tx, now }: Happening): Promise<void> {
  if (fact.kind === 'asked')
    await tx
      .updateTable('question')
      .set({ tell_at: null, incident_id: incident.id })
      .where('id', '=', fact.questionId)
      .where('untold_message_id', '=', fact.messageId)
      .execute();
  if (fact.kind === 'merged')
    await tx
      .updateTable('question')
      .set({ incident_id: fact.into.id, updated_at: now })
      .where('incident_id', '=', incident.id)
      .execute();
  if (fact.kind === 'update_sent' && !fact.update.automatic && !fact.update.nothingNew)
    await tx
      .updateTable('question_message')
      .set({ carry: 'done', carried_in: fact.update.updateId })
      .where('carry', '=', 'next')
      .where('question_id', 'in', (select) =>
        select.selectFrom('question').select('id').where('incident_id', '=', incident.id),
      )
      .execute();
}

/** @returns the texts of the answers that the next update is to carry, oldest first */
export async function carriedAnswers(db: Db | Tx, incident: Pick<Incident, 'id'>): Promise<string[]> {
  const rows = await db
    .selectFrom('question_message')
    .innerJoin('question', 'question.id', 'question_message.question_id')
    .select('question_message.body')
    .where('question.incident_id', '=', incident.id)
    .where('question_message.carry', '=', 'next')
    .orderBy('question_message.seq')
    .execute();
  return rows.map((row) => row.body);
}
