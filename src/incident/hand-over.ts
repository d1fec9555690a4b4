/** When a role must be handed over: minutes between the night's start and end count double in the holder's zone. Pure. */

/**
 * @param limitMilliseconds how long a role may be held by day
 * @param night local times such as 23:00 and 07:00
 * @returns the instant at which the weighted time reaches the limit
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
    const step = Math.max(1, Math.min(untilEdge(at, zone, [from, to]), Math.round(left / weight)));
    at = at.add({ milliseconds: step });
    left -= step * weight;
  }
  return at;
}

/** Milliseconds until the night begins or ends next, by the clock on the holder's wall. */
function untilEdge(at: Temporal.Instant, zone: string, edges: Temporal.PlainTime[]): number {
  const local = at.toZonedDateTimeISO(zone);
  const until = edges.map((edge) => {
    const today = local.withPlainTime(edge);
    const next =
      Temporal.ZonedDateTime.compare(today, local) > 0 ? today : local.add({ days: 1 }).withPlainTime(edge);
    return next.epochMilliseconds - at.epochMilliseconds;
  });
  return Math.min(...until);
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
