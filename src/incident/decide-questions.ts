/** Decisions about questions from outside: each is owed an answer with the next update, and never interrupts the hands. */
import { Refused } from '#platform/errors.ts';
import { zonedCalendarDue } from '#promise/calendar.ts';
import { type Policy, ruleOf } from '#promise/policy.ts';
import type { Command } from './commands.ts';
import { type Circumstances, reasoned } from './decide.ts';
import type { FactBody } from './facts.ts';
import type { Incident, QuestionAsked } from './types.ts';

type QuestionCommand = Extract<Command, { type: 'ask' | 'answer' | 'set_question_aside' }>;

// More than these at once, and nobody reads them any more: further ones are refused, and kept by whoever brings them.
const OPEN_MAX = 200;
// An update that is due sooner is being written already; the question then has its own time.
const UPDATE_IS_NEAR_MINUTES = 5;

export function decideQuestion(
  incident: Incident,
  command: QuestionCommand,
  { now, policy }: Circumstances,
): FactBody[] {
  const questions = incident.questions ?? [];
  switch (command.type) {
    case 'ask': {
      const { type: _, clocked, promisedAt, ...question } = command;
      if (questions.some((each) => each.messageId === command.messageId)) return [];
      // Somebody who asks on before we have answered waits for the same answer.
      if (openQuestion(incident, command.questionId)) return [];
      if (questions.filter(isOpen).length >= OPEN_MAX)
        throw new Refused(
          'too_many',
          `${OPEN_MAX} questions about this incident wait for an answer already.`,
          {
            mend: 'Send an update that answers them, and set aside those it answers.',
          },
        );
      const dueAt = clocked ? (promisedAt ?? answerDue(incident, policy, now)) : undefined;
      return [{ kind: 'asked', ...question, dueAt }];
    }
    case 'answer': {
      const open = openQuestion(incident, command.questionId);
      return open ? [{ kind: 'answered', questionId: open.id, from: open.from }] : [];
    }
    case 'set_question_aside': {
      const reason = reasoned(command.reason, 'Setting a question aside');
      const open = openQuestion(incident, command.questionId);
      return open ? [{ kind: 'question_set_aside', questionId: open.id, from: open.from, reason }] : [];
    }
  }
}

export function isOpen(question: QuestionAsked): boolean {
  return !question.answeredAt && !question.setAsideAt;
}

/** Somebody outside has asked about it: it does not go away by itself. */
export function waitsForAnswer(incident: Pick<Incident, 'questions'>): boolean {
  return incident.questions?.some(isOpen) ?? false;
}

function openQuestion(incident: Incident, questionId: string): QuestionAsked | undefined {
  return incident.questions?.find((each) => each.id === questionId && isOpen(each));
}

/** With the next update, at the latest after the policy's time; once the incident is over, by noon of the next working day. */
function answerDue(incident: Incident, policy: Policy, now: Temporal.Instant): Temporal.Instant | undefined {
  const due = ruleOf(policy, 'question_answered').due[incident.severity];
  if (due === undefined) return undefined;
  const over = incident.state === 'closed' || incident.state === 'dismissed';
  if (over || typeof due === 'string')
    return zonedCalendarDue(now, incident.zone, { hour: 12, workingDay: true });
  const latest = now.add({ milliseconds: due[0] ?? 0 });
  const update = incident.promisedUpdate?.dueAt;
  const near = now.add({ minutes: UPDATE_IS_NEAR_MINUTES });
  const fits =
    update && Temporal.Instant.compare(update, near) >= 0 && Temporal.Instant.compare(update, latest) < 0;
  return fits ? update : latest;
}
