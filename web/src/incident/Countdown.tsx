/** The clock of the next step: "by 02:14 · in 3 min 12 s". Seconds live only here; read aloud it counts whole minutes. */
import { VisuallyHidden } from '@mantine/core';
import { useNow } from '../words/clock.ts';
import { clockWithDay, countdown, relative } from '../words/time.ts';

export function Countdown({ dueAt, word = 'by' }: { dueAt: string; word?: string }) {
  const now = useNow('second');
  const minute = useNow();
  return (
    <span className="countdown mono">
      <span aria-hidden="true">
        {word} {clockWithDay(dueAt, now)} · <Left dueAt={dueAt} now={now} />
      </span>
      <VisuallyHidden>
        <span role="timer" aria-live="polite">
          {word} {clockWithDay(dueAt, minute)} UTC, {relative(dueAt, minute)}
        </span>
      </VisuallyHidden>
    </span>
  );
}

/** On a phone the "in" is left out, so that the clock fits beside its title. */
function Left({ dueAt, now }: { dueAt: string; now: number }) {
  const text = countdown(dueAt, now);
  if (!text.startsWith('in ')) return text;
  return (
    <>
      <span className="in">in </span>
      {text.slice(3)}
    </>
  );
}
