/** Whether what is written is safe, in one quiet line. */
import { Button } from '@mantine/core';
import { count } from '../words/count.ts';
import type { Writing } from './writing.ts';

export function Saved({
  writing: { state, problem, saveNow },
  missing,
}: {
  writing: Writing;
  missing: number;
}) {
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
      {WORDS[state]}{' '}
      {state === 'collided' ? (
        <a href="#collision">Bring the two texts together</a>
      ) : (
        <a href="#publish">
          {missing
            ? `${count(missing, 'thing is', 'things are')} missing before it can be published`
            : 'It can be published'}
        </a>
      )}
    </p>
  );
}

const WORDS: Record<Exclude<Writing['state'], 'failed'>, string> = {
  saved: 'Everything is saved.',
  waiting: 'Saving when you pause…',
  saving: 'Saving…',
  collided: 'Not saved: somebody else has written meanwhile. Nothing is lost.',
};
