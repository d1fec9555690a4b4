/** One contributing factor: yes and how, or "no, because…". */
import { SegmentedControl, Textarea } from '@mantine/core';
import { blameIn } from '#src/learn/blame.ts';
import type { Factor } from '#src/learn/sections.ts';
import { Hints } from './Hints.tsx';

const ANSWERS = [
  { value: 'unanswered', label: 'Not answered' },
  { value: 'yes', label: 'Yes' },
  { value: 'no', label: 'No, because…' },
];

export function FactorField({
  label,
  factor,
  change,
}: {
  label: string;
  factor: Factor;
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
          <Textarea
            aria-label={factor.answer === 'no' ? `${label}: why not` : `${label}: how`}
            placeholder={factor.answer === 'no' ? 'Because…' : 'How, in one sentence'}
            size="md"
            mt="xs"
            autosize
            minRows={2}
            value={factor.text}
            onChange={(event) => change({ ...factor, text: event.currentTarget.value })}
          />
          <Hints
            text={factor.text}
            findings={blameIn(factor.text, { field: 'contributing' })}
            insert={(text) => change({ ...factor, text })}
          />
        </>
      )}
    </fieldset>
  );
}
