/** How far the program is that carries an action out for us: what it said, where to see it, and how long we still wait. */
import type { IncidentView } from '#incident/view.ts';
import { Time } from '../../pieces/Time.tsx';
import { useNow } from '../../words/clock.ts';
import { relative } from '../../words/time.ts';

type Run = NonNullable<IncidentView['actions'][number]['run']>;

const STATES: Record<Run['state'], { words: string; tone: string }> = {
  asked: { words: 'Being asked', tone: 'quiet' },
  running: { words: 'Running', tone: 'accent' },
  done: { words: 'Carried out', tone: 'green' },
  failed: { words: 'It failed', tone: 'red' },
  timed_out: { words: 'No answer in time. Look there whether it happened', tone: 'amber' },
  unknown: { words: 'May or may not have happened', tone: 'amber' },
};

export function RunState({ run, over }: { run: Run; over: boolean }) {
  const { words, tone } = STATES[run.state];
  return (
    <p className="small run-state" data-state={run.state}>
      <span className={tone}>{words}</span>
      {run.words ? `: ${run.words}` : ''}
      {run.state === 'done' && !over ? '. Did it help?' : ''}
      {run.answeredAt ? (
        <>
          {' '}
          · <Time at={run.answeredAt} />
        </>
      ) : null}
      {run.link ? (
        <>
          {' '}
          ·{' '}
          <a href={run.link} target="_blank" rel="noreferrer">
            look at it
          </a>
        </>
      ) : null}
      {over || !['asked', 'running', 'unknown'].includes(run.state) ? null : <Waits until={run.waitsUntil} />}
    </p>
  );
}

function Waits({ until }: { until: string }) {
  const now = useNow('second');
  const left = Date.parse(until) - now;
  return (
    <span className={left > 0 ? 'mono quiet' : 'quiet'}>
      {' '}
      ·{' '}
      {left > 0
        ? `waits ${Math.floor(left / 60_000)}:${String(Math.floor(left / 1000) % 60).padStart(2, '0')} more`
        : `the time to answer ended ${relative(Date.parse(until), now)}`}
    </span>
  );
}
