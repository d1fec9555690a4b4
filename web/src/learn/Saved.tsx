/** Whether what is written is safe, in one quiet line. */
import { Button } from '@mantine/core';
import type { Writing } from './writing.ts';

export function Saved({ writing: { state, problem, saveNow } }: { writing: Writing }) {
  if (state === 'failed')
    return (
      <div className="notice bad" role="alert">
        Not saved yet. {problem} What you wrote is kept in this browser and is tried again.{' '}
        <Button variant="default" size="compact-md" onClick={() => void saveNow()}>
          Save now
        </Button>
      </div>
    );
  return (
    <p className="quiet small learn-saved" role="status">
      {WORDS[state]}
    </p>
  );
}

const WORDS: Record<Exclude<Writing['state'], 'failed'>, string> = {
  saved: 'Everything is saved.',
  waiting: 'Saving when you pause…',
  saving: 'Saving…',
  collided: 'Not saved: somebody else has written meanwhile. Both texts are below; nothing is lost.',
};
