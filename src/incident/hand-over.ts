/** When a role must be handed over: minutes between the night's start and end count double in the holder's zone. Pure. */

const STEP_MINUTES = 15;

/**
 * @param limitMilliseconds how long a role may be held by day
 * @param night local times such as 23:00 and 07:00
 * @returns the instant at which the weighted time reaches the limit, to the quarter of an hour
 */
export function handOverDue(
  since: Temporal.Instant,
  zone: string,
  limitMilliseconds: number,
  night: { from: string; to: string },
): Temporal.Instant {
  const from = Temporal.PlainTime.from(night.from);
  const to = Temporal.PlainTime.from(night.to);
  let at = since;
  let left = limitMilliseconds;
  while (left > 0) {
    const weight = isNight(at, zone, from, to) ? 2 : 1;
    const step = Math.min(STEP_MINUTES * 60_000, left / weight);
    at = at.add({ milliseconds: Math.round(step) });
    left -= Math.max(1, Math.round(step)) * weight;
  }
  return at;
}

/** @param from @param to local times; a night that passes midnight is the usual case */
export function isNight(
  at: Temporal.Instant,
  zone: string,
  from: Temporal.PlainTime,
  to: Temporal.PlainTime,
): boolean {
  const time = at.toZonedDateTimeISO(zone).toPlainTime();
  const afterFrom = Temporal.PlainTime.compare(time, from) >= 0;
  const beforeTo = Temporal.PlainTime.compare(time, to) < 0;
  return Temporal.PlainTime.compare(from, to) > 0 ? afterFrom || beforeTo : afterFrom && beforeTo;
}
