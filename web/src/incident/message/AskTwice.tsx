/** What a text must not hold unless somebody says so: one kind at a time, so that the fields stay in sight; each kind is a tap of its own. */
import { Button } from '@mantine/core';
import { count } from '../../words/count.ts';
import type { Finding } from './drafts.ts';

type Props = {
  asked: Finding[];
  /** Whose own words these are; the common ones have no name. */
  nameOf: (audience: string) => string;
  confirm: (what: string) => void;
};

export function AskTwice({ asked, nameOf, confirm }: Props) {
  const kind = asked[0]?.confirms;
  if (!kind) return null;
  const now = asked.filter((each) => each.confirms === kind);
  const later = asked.length - now.length;
  const questions = [
    ...new Set(
      now.map(({ audience, question }) =>
        audience ? `For ${nameOf(audience)} alone: ${question}` : question,
      ),
    ),
  ];
  return (
    <div className="ask-twice" role="alert">
      {questions.map((question) => (
        <p key={question}>{question}</p>
      ))}
      <Button variant="default" size="sm" onClick={() => confirm(kind)}>
        {questions.length > 1 ? 'All of it has to be in it' : 'It has to be in it'}
      </Button>
      {later ? <p className="quiet small">Then {count(later, 'more question')}.</p> : null}
    </div>
  );
}
