/** "by 02:14", amber once it is soon due, or in red words how late it is. */
import { useNow } from '../words/clock.ts';
import { pressing, TONE } from '../words/pressing.ts';
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
  const left = Date.parse(at) - now;
  if (left <= 0)
    return (
      <span className="mono strong red">
        {short ? null : <Time at={at} />} late{left > -MINUTE_MS ? '' : ` ${lasting(left)}`}
      </span>
    );
  return (
    <span className={`mono strong ${TONE[pressing({ dueAt: at, soonFrom }, now)]}`}>
      by <Time at={at} />
      {withRelation ? <span className="quiet"> · {relative(at, now)}</span> : null}
    </span>
  );
}
