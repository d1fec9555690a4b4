/** Turns "02:40" into the moment it means. Pure. */

const DAY_MS = 86_400_000;

/** The nearest moment after or before `now` at which UTC clocks show `clock`; null when it is not a time. */
export function momentOf(clock: string, direction: 'past' | 'future', now: number): string | null {
  const match = /^(\d{1,2}):(\d{2})$/.exec(clock.trim());
  const [hour, minute] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || hour > 23 || minute > 59) return null;
  const midnight = Math.floor(now / DAY_MS) * DAY_MS;
  let at = midnight + (hour * 60 + minute) * 60_000;
  if (direction === 'future' && at <= now) at += DAY_MS;
  if (direction === 'past' && at > now) at -= DAY_MS;
  return new Date(at).toISOString();
}
