/** Whether what is written is safe, in one quiet line. */
import { Button } from '@mantine/core';
import { count } from '../words/count.ts';
import { WritingToo } from './Writers.tsx';
import type { Writing } from './writing.ts';

type Props = {
  writing: Writing;
  missing: number;
  /** Whether readers have this text already; undefined where nothing is published. */
  published: 'as it is' | 'before' | undefined;
};

export function Saved({ writing, missing, published }: Props) {
  const { state, problem, keeps, saveNow } = writing;
  if (state === 'failed' || !keeps)
    return (
      <div className="notice bad" role="alert">
        Not saved yet. {problem}{' '}
        {keeps
          ? 'What you wrote is kept in this browser.'
          : 'This browser cannot keep it either: leave this page open until it is saved.'}{' '}
        <Button variant="default" size="compact-md" onClick={() => void saveNow()}>
          Save now
        </Button>
      </div>
    );
  const offline = state === 'offline';
  return (
    <p className={`quiet small learn-saved${offline ? ' learn-offline' : ''}`}>
      {/* Only what changes what one does is read aloud; "saved" after every word would be noise. */}
      <span role="status">{offline ? WORDS.offline : null}</span>
      {offline ? null : (
        <>
          {WORDS[state]} <WritingToo others={writing.others} />
          <a href="#publish">
            {missing
              ? `${count(missing, 'thing is', 'things are')} missing before it can be published`
              : published === 'as it is'
                ? 'It is published as it stands here'
                : published === 'before'
                  ? 'It has changed since it was published'
                  : 'It can be published'}
          </a>
        </>
      )}
    </p>
  );
}

const WORDS: Record<Exclude<Writing['state'], 'failed'>, string> = {
  loading: 'Loading…',
  saved: 'Everything is saved.',
  saving: 'Saving…',
  offline:
    'No connection: what you write is kept in this browser, and is sent by itself when the line is back.',
};
