/** One contributing factor: yes and how, or "no, because…". */
import { SegmentedControl } from '@mantine/core';
import type * as Y from 'yjs';
import type { Factor } from '#src/learn/sections.ts';
import { BlameHints } from './BlameHints.tsx';
import { insertInto, WrittenText } from './WrittenText.tsx';
import type { Writing } from './writing.ts';

const ANSWERS = [
  { value: 'unanswered', label: 'Not answered' },
  { value: 'yes', label: 'Yes' },
  { value: 'no', label: 'No, because…' },
];

export function FactorField({
  label,
  factor,
  text,
  writing,
  change,
}: {
  label: string;
  factor: Factor;
  text: Y.Text;
  writing: Writing;
  change: (factor: Factor) => void;
}) {
  return (
    <fieldset className="factor">
      <legend>{label}</legend>
      <SegmentedControl
        aria-label={label}
        data={ANSWERS}
        value={factor.answer}
        onChange={(answer) => change({ ...factor, answer: answer as Factor['answer'] })}
      />
      {factor.answer === 'unanswered' && !factor.text ? null : (
        <>
          <WrittenText
            aria-label={factor.answer === 'no' ? `${label}: why not` : `${label}: how`}
            placeholder={factor.answer === 'no' ? 'Because…' : 'How, in one sentence'}
            mt="xs"
            minRows={2}
            text={text}
            writing={writing}
          />
          <BlameHints
            text={factor.text}
            field="contributing"
            insert={(typed) => insertInto(text, typed, writing)}
          />
        </>
      )}
    </fieldset>
  );
}
