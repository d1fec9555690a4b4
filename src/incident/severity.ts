/** Severity by four questions; the first yes decides. Pure, so that the web can show the result before it is sent. */

export type AnswerText = 'yes' | 'no' | 'dont_know';
export type Answers = {
  dataAtRisk: AnswerText;
  mainTaskImpossible: AnswerText;
  mainTaskMuchWorse: AnswerText;
  workaround?: AnswerText | undefined;
  redundancyGone: AnswerText;
};
export type SeverityName = 'P1' | 'P2' | 'P3';

export const QUESTIONS: { key: keyof Answers; text: string }[] = [
  {
    key: 'dataAtRisk',
    text: 'Is there a sign that data is lost, wrong, or seen by someone who must not see it?',
  },
  { key: 'mainTaskImpossible', text: 'Can users not do a main task at all?' },
  { key: 'mainTaskMuchWorse', text: 'Is a main task much worse for many?' },
  { key: 'workaround', text: 'Is there a workaround?' },
  { key: 'redundancyGone', text: 'Is redundancy gone, or is it getting worse fast?' },
];

const RANK: Record<SeverityName, number> = { P1: 1, P2: 2, P3: 3 };

/**
 * @returns the severity of process.md: "don't know" counts as yes for the main task, and for data it raises the result by one level
 */
export function severityOf(answers: Answers): SeverityName {
  if (answers.dataAtRisk === 'yes') return 'P1';
  const rest = withoutData(answers);
  return answers.dataAtRisk === 'dont_know' ? oneHigher(rest) : rest;
}

function withoutData(answers: Answers): SeverityName {
  if (answers.mainTaskImpossible !== 'no') return 'P1';
  if (answers.mainTaskMuchWorse === 'yes') return answers.workaround === 'yes' ? 'P2' : 'P1';
  return answers.redundancyGone === 'yes' ? 'P2' : 'P3';
}

export function oneHigher(severity: SeverityName): SeverityName {
  return severity === 'P3' ? 'P2' : 'P1';
}

export function isHigher(one: SeverityName, other: SeverityName): boolean {
  return RANK[one] < RANK[other];
}

export function higherOf(one: SeverityName, other: SeverityName): SeverityName {
  return isHigher(other, one) ? other : one;
}
