/** A moment, shown so that nobody has to convert it: UTC, the reader's own zone beside it, the relation to now on hover. */
import { useNow } from '../words/clock.ts';
import { bothZones, clockIn, clockWithDay, dayWithYear, relative } from '../words/time.ts';

type Show = 'clock' | 'seconds' | 'both' | 'relative' | 'full' | 'day';

export function Time({ at, show = 'clock' }: { at: string; show?: Show }) {
  const now = useNow();
  const both = bothZones(at, now);
  return (
    <time dateTime={at} title={`${both} · ${relative(at, now)}`}>
      {text(at, show, now, both)}
    </time>
  );
}

function text(at: string, show: Show, now: number, both: string): string {
  switch (show) {
    case 'clock':
      return clockWithDay(at, now);
    case 'seconds':
      return clockIn(at, 'UTC', true);
    case 'both':
      return both;
    case 'relative':
      return relative(at, now);
    case 'day':
      return dayWithYear(at, now);
    case 'full':
      return `${both} · ${relative(at, now)}`;
  }
}
