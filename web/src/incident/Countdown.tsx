/** The clock of the next step: "by 02:14 · in 3 min 12 s". Seconds live only here; read aloud it counts whole minutes. */
import { VisuallyHidden } from '@mantine/core';
import { useNow } from '../words/clock.ts';
import { clockWithDay, countdown, relative } from '../words/time.ts';

export const URGENT_MS = 5 * 60_000;

export function Countdown({ dueAt, word = 'by' }: { dueAt: string; word?: string }) {
  const now = useNow('second');
  const minute = useNow();
  return (
    <span className="countdown mono">
      <span aria-hidden="true">
        {word} {clockWithDay(dueAt, now)} · {countdown(dueAt, now)}
      </span>
      <VisuallyHidden>
        <span role="timer" aria-live="polite">
          {word} {clockWithDay(dueAt, minute)} UTC, {relative(dueAt, minute)}
        </span>
      </VisuallyHidden>
    </span>
  );
}
