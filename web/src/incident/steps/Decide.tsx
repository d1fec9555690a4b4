/** Fix it, accept it, or close it: one of the three, with a sentence. */
import { SegmentedControl, TextInput } from '@mantine/core';
import { useState } from 'react';
import { Sentence } from '../../pieces/Sentence.tsx';
import { useCommand } from '../command.ts';
import type { Step } from './acting.ts';

type Decision = 'fix' | 'accept' | 'close';
const BUTTONS: Record<Decision, string> = {
  fix: 'It will be fixed',
  accept: 'We accept it as it is',
  close: 'Close it: nothing to do',
};

export function Decide({ incident }: Step) {
  const [decision, setDecision] = useState<Decision>('fix');
  const [by, setBy] = useState('');
  const decide = useCommand(incident.id, 'decision');
  return (
    <div className="stack">
      <SegmentedControl
        aria-label="Decision"
        data={[
          { value: 'fix', label: 'Fix' },
          { value: 'accept', label: 'Accept' },
          { value: 'close', label: 'Close' },
        ]}
        value={decision}
        onChange={(value) => setDecision(value as Decision)}
      />
      {decision === 'fix' ? (
        <TextInput
          label="By when?"
          type="date"
          size="md"
          value={by}
          onChange={(event) => setBy(event.currentTarget.value)}
        />
      ) : null}
      <Sentence
        label="Why?"
        button={BUTTONS[decision]}
        busy={decide.isPending}
        optional={decision !== 'fix' || by !== ''}
        send={(note) => decide.mutate({ decision, note, ...(decision === 'fix' ? { by } : {}) })}
      />
    </div>
  );
}
