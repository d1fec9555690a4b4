/** The inbox as shown to a person or a program: questions with their threads, and what became of every answer. */
import { sql } from 'kysely';
import { z } from 'zod';
import { isOpen } from '#incident/decide-questions.ts';
import type { Incident } from '#incident/types.ts';
import { soonFrom } from '#incident/urgency.ts';
import type { Db } from '#platform/db/database.ts';
import { cursorOf, readTimeCursor } from '#platform/http/fields.ts';
import type { LadderStep } from '#promise/policy.ts';
import type { Report } from './questions.ts';

const at = z.string();
export const VIAS = ['email', 'form', 'api', 'slack', 'report'] as const;

const messageView = z.object({
  id: z.string(),
  direction: z.enum(['asked', 'answered']),
  text: z.string(),
  by: z.string(),
  at,
  inNextUpdate: z.enum(['no', 'next', 'done']).describe('whether the answer becomes part of the next update'),
  sent: z
    .object({ state: z.string(), words: z.string(), at: at.nullable() })
    .nullable()
    .describe('what became of the mail or the message in Slack with this answer; null where none was sent'),
});

export const questionView = z.object({
  id: z.string(),
  incident: z.object({ id: z.string(), number: z.number(), title: z.string() }).nullable(),
  client: z.object({ id: z.string(), name: z.string() }).nullable(),
  asker: z.object({
    name: z.string(),
    address: z
      .string()
      .nullable()
      .describe('where answers go; null: in their thread in Slack, else tell them yourself'),
    known: z
      .boolean()
      .describe('a contact of a client or one of us; to a stranger nothing is owed by the clock'),
  }),
  via: z.enum(VIAS),
  subject: z.string(),
  state: z.enum(['open', 'answered', 'set_aside']),
  setAsideBecause: z.string().nullable(),
  report: z
    .object({
      serviceId: z.string().nullable(),
      serviceNamed: z.string(),
      mainTaskImpossible: z.boolean(),
      reportedAt: at,
    })
    .nullable(),
  askedAt: at,
  dueAt: at.nullable(),
  soonFrom: at.nullable().describe('from when somebody is reminded of it'),
  overdue: z.boolean(),
  messages: z.array(messageView),
});
export type QuestionView = z.output<typeof questionView>;

export type QuestionFilter = {
  /** Undefined: those that belong to no incident. */
  incident: Incident | undefined;
  state?: 'open' | 'done' | undefined;
  id?: string | undefined;
  /** The ladder by which an answer is owed. */
  ladder: readonly LadderStep[];
};

/** Newest first. The caller has made sure that the incident may be seen. */
export async function readQuestions(
  db: Db,
  { incident, state, id, ladder }: QuestionFilter,
  page: { cursor?: string | undefined; limit: number },
  now: Temporal.Instant,
): Promise<{ items: QuestionView[]; next: string | null }> {
  const from = page.cursor ? readTimeCursor(page.cursor) : undefined;
  let query = db
    .selectFrom('question')
    .leftJoin('client', 'client.id', 'question.client_id')
    .selectAll('question')
    .select('client.name as client_name')
    .orderBy('question.asked_at', 'desc')
    .orderBy('question.id', 'desc')
    .limit(page.limit + 1);
  query = incident
    ? query.where('question.incident_id', '=', incident.id)
    : query.where('question.incident_id', 'is', null);
  if (state) query = query.where('question.state', state === 'open' ? '=' : '<>', 'open');
  if (id) query = query.where('question.id', '=', id);
  if (from)
    query = query.where(
      sql<boolean>`(question.asked_at, question.id) < (${from.at}::timestamptz, ${from.id})`,
    );
  const rows = await query.execute();
  const shown = rows.slice(0, page.limit);
  const messages = await messagesOf(
    db,
    shown.map((row) => row.id),
  );
  const due = new Map((incident?.questions ?? []).filter(isOpen).map((each) => [each.id, each.dueAt]));
  const items = shown.map((row): QuestionView => {
    const dueAt = row.state === 'open' ? (incident ? due.get(row.id) : (row.due_at ?? undefined)) : undefined;
    return {
      id: row.id,
      incident: incident ? { id: incident.id, number: incident.number, title: incident.title } : null,
      client: row.client_id ? { id: row.client_id, name: row.client_name ?? row.client_id } : null,
      asker: { name: row.asker_name, address: row.asker_address, known: row.known },
      via: row.via as QuestionView['via'],
      subject: row.subject,
      state: row.state as QuestionView['state'],
      setAsideBecause: row.set_aside_because,
      report: reportOf(row.report),
      askedAt: row.asked_at.toString(),
      dueAt: dueAt?.toString() ?? null,
      soonFrom: dueAt ? remindedFrom(row.asked_at, dueAt, ladder).toString() : null,
      overdue: dueAt !== undefined && Temporal.Instant.compare(dueAt, now) <= 0,
      messages: messages.get(row.id) ?? [],
    };
  });
  const last = shown.at(-1);
  return {
    items,
    next: rows.length > page.limit && last ? cursorOf(last.asked_at.toString(), last.id) : null,
  };
}

function remindedFrom(
  askedAt: Temporal.Instant,
  dueAt: Temporal.Instant,
  ladder: readonly LadderStep[],
): Temporal.Instant {
  const from = soonFrom(askedAt.epochMilliseconds, dueAt.epochMilliseconds, ladder);
  return Temporal.Instant.fromEpochMilliseconds(Math.round(from));
}

function reportOf(report: unknown): QuestionView['report'] {
  if (!report) return null;
  const { serviceId, serviceNamed, mainTaskImpossible, reportedAt } = report as Report;
  return { serviceId, serviceNamed, mainTaskImpossible, reportedAt };
}

async function messagesOf(db: Db, questionIds: string[]): Promise<Map<string, QuestionView['messages']>> {
  if (!questionIds.length) return new Map();
  const rows = await db
    .selectFrom('question_message')
    .leftJoin('letter', 'letter.message_id', 'question_message.id')
    .selectAll('question_message')
    .select(['letter.state as letter_state', 'letter.last_error', 'letter.sent_at', 'letter.evidence'])
    .where('question_message.question_id', 'in', questionIds)
    .orderBy('question_message.seq')
    .execute();
  const groups = Map.groupBy(rows, (row) => row.question_id);
  return new Map(
    [...groups].map(([id, list]) => [
      id,
      list.map((row) => ({
        id: row.id,
        direction: row.direction as 'asked' | 'answered',
        text: row.body,
        by: row.by_name,
        at: row.created_at.toString(),
        inNextUpdate: row.carry as 'no' | 'next' | 'done',
        sent: row.letter_state
          ? {
              state: row.letter_state,
              words: wordsOf(row.letter_state, row.last_error, row.evidence),
              at: row.sent_at?.toString() ?? null,
            }
          : null,
      })),
    ]),
  );
}

function sentWords({ kind, response }: { kind?: string; response?: string }): string {
  if (kind === 'slack') return 'Posted in their thread in Slack';
  return `Handed to the mail server: ${response ?? 'accepted'}`;
}

function wordsOf(state: string, error: string | null, evidence: unknown): string {
  switch (state) {
    case 'sent':
      return sentWords((evidence ?? {}) as { kind?: string; response?: string });
    case 'queued':
    case 'sending':
      return error ? `Not sent yet: ${error}` : 'On its way';
    default:
      return error ?? state;
  }
}
