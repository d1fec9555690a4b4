/** "by 02:14", amber once it is soon due, or in red words how late it is. */
import { useNow, usePressing } from '../words/clock.ts';
import { TONE } from '../words/pressing.ts';
import { lasting, relative } from '../words/time.ts';
import { Time } from './Time.tsx';

const MINUTE_MS = 60_000;

export function DueTime({
  at,
  soonFrom,
  withRelation = false,
  short = false,
}: {
  at: string;
  /** From when it is marked as soon due; null where nothing reminds of it. */
  soonFrom: string | null;
  withRelation?: boolean;
  short?: boolean;
}) {
  const now = useNow();
  const near = usePressing({ dueAt: at, soonFrom });
  const left = Date.parse(at) - now;
  if (near === 'late')
    return (
      <span className="mono strong red">
        {short ? null : <Time at={at} />} late{left > -MINUTE_MS ? '' : ` ${lasting(left)}`}
      </span>
    );
  return (
    <span className={`mono strong ${TONE[near]}`}>
      by <Time at={at} />
      {withRelation ? <span className="quiet"> · {relative(at, now)}</span> : null}
    </span>
  );
}
