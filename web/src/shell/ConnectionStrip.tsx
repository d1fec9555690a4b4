/** Says since when nothing has been heard from the server; everything stays readable. */
import { useLostSince } from '../api/live.ts';
import { useNow } from '../words/clock.ts';
import { clockWithDay } from '../words/time.ts';

/** A blink of the line is nobody's business. */
const TOLERATED_MS = 4_000;

export function ConnectionStrip() {
  const lostSince = useLostSince();
  const now = useNow('second');
  if (lostSince === null || now - lostSince < TOLERATED_MS) return <div role="status" />;
  return (
    <div className="strip" role="status">
      Connection lost since <span className="mono">{clockWithDay(lostSince, now)} UTC</span> · what you see
      may be old
    </div>
  );
}
