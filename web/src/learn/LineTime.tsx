/** When a line of the timeline happened, in UTC; with its day where the line before has another one. */
import { clockIn, dayIn } from '../words/time.ts';

export function LineTime({ at, before }: { at: string; before: string | undefined }) {
  const day = dayIn(at);
  return (
    <time dateTime={at} title={at.slice(0, 10)}>
      {before !== undefined && dayIn(before) === day ? null : <span className="line-day">{day} </span>}
      {clockIn(at)}
    </time>
  );
}
