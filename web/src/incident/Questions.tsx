/** The four questions, in their order; what they come to is shown before anything is sent. */
import { NumberInput, SegmentedControl, TextInput } from '@mantine/core';
import { type Answers, QUESTIONS, severityOf } from '#incident/severity.ts';
import { askedOf, type Given } from './asked.ts';

export type Users = { low: number | null; high: number | null; source: string };

const CHOICES = [
  { value: 'yes', label: 'Yes' },
  { value: 'no', label: 'No' },
  { value: 'dont_know', label: 'Don’t know' },
];

export function Questions({ given, change }: { given: Given; change: (given: Given) => void }) {
  const asked = askedOf(given);
  return (
    <div className="answers">
      {QUESTIONS.filter((question) => asked.includes(question.key)).map((question) => (
        <fieldset key={question.key}>
          <legend>{question.text}</legend>
          <SegmentedControl
            aria-label={question.text}
            data={CHOICES}
            value={given[question.key] ?? ''}
            onChange={(value) => change({ ...given, [question.key]: value })}
          />
        </fieldset>
      ))}
    </div>
  );
}

/** One word about what the answers come to. */
export function Outcome({ answers }: { answers: Answers | undefined }) {
  if (!answers) return null;
  const severity = severityOf(answers);
  const words = {
    P1: 'service down, or data at risk',
    P2: 'clearly worse, with a way around it',
    P3: 'minor; nobody is woken',
  };
  return (
    <p aria-live="polite">
      This is a <strong>{severity}</strong>: {words[severity]}.
    </p>
  );
}

export function UsersAffected({ users, change }: { users: Users; change: (users: Users) => void }) {
  const number = (value: string | number) => (value === '' ? null : Number(value));
  return (
    <div className="users-affected">
      <NumberInput
        label="Users affected, from"
        hideControls
        min={0}
        size="md"
        value={users.low ?? ''}
        onChange={(value) => change({ ...users, low: number(value) })}
        thousandSeparator=" "
      />
      <NumberInput
        label="to"
        hideControls
        min={0}
        size="md"
        value={users.high ?? ''}
        onChange={(value) => change({ ...users, high: number(value) })}
        thousandSeparator=" "
      />
      <TextInput
        label="How do you know?"
        placeholder="Failed payments of the last hour"
        size="md"
        value={users.source}
        onChange={(event) => change({ ...users, source: event.currentTarget.value })}
      />
    </div>
  );
}

/** What can be sent of an estimate: a number needs its source. */
export function usersToSend(users: Users): Users | undefined {
  if (users.low === null && users.high === null) return undefined;
  return {
    low: users.low ?? users.high,
    high: users.high ?? users.low,
    source: users.source.trim() || 'a guess',
  };
}
