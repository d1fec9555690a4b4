/** "by 02:14", or in red words how late it is. */
import { useNow } from '../words/clock.ts';
import { lasting, relative } from '../words/time.ts';
import { Time } from './Time.tsx';

const URGENT_MS = 5 * 60_000;
const MINUTE_MS = 60_000;

export function DueTime({
  at,
  withRelation = false,
  short = false,
}: {
  at: string;
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
    <span className={left < URGENT_MS ? 'mono strong red' : 'mono strong'}>
      by <Time at={at} />
      {withRelation ? <span className="quiet"> · {relative(at, now)}</span> : null}
    </span>
  );
}
