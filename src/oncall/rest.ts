/** Nights and working hours of one person, in their own zone, across changes of the clock. Pure. */

const WORK_FROM = Temporal.PlainTime.from('09:00');
const WORK_TO = Temporal.PlainTime.from('17:00');
const LAST_WORKING_DAY = 5;

/** @param night clock times such as "23:00" and "07:00"; the night may pass midnight */
export function isNight(at: Temporal.Instant, zone: string, night: { from: string; to: string }): boolean {
  const time = at.toZonedDateTimeISO(zone).toPlainTime();
  const [from, to] = [Temporal.PlainTime.from(night.from), Temporal.PlainTime.from(night.to)];
  const afterFrom = Temporal.PlainTime.compare(time, from) >= 0;
  const beforeTo = Temporal.PlainTime.compare(time, to) < 0;
  return Temporal.PlainTime.compare(from, to) <= 0 ? afterFrom && beforeTo : afterFrom || beforeTo;
}

/**
 * @param workedUntil the last thing they did in the incident; the rest starts when the work has ended
 * @param milliseconds elapsed time, not clock time: eleven hours stay eleven hours when the clock changes
 */
export function restUntil(
  workedUntil: Temporal.Instant,
  milliseconds: number,
  before: Temporal.Instant | null,
): Temporal.Instant {
  const until = workedUntil.add({ milliseconds });
  return before && Temporal.Instant.compare(before, until) > 0 ? before : until;
}

/** @returns `at` itself within 09:00–17:00 from Monday to Friday, else the next such morning */
export function inWorkingHours(at: Temporal.Instant, zone: string): Temporal.Instant {
  const local = at.toZonedDateTimeISO(zone);
  const time = local.toPlainTime();
  const workday = local.dayOfWeek <= LAST_WORKING_DAY;
  if (
    workday &&
    Temporal.PlainTime.compare(time, WORK_FROM) >= 0 &&
    Temporal.PlainTime.compare(time, WORK_TO) < 0
  )
    return at;
  const today = workday && Temporal.PlainTime.compare(time, WORK_FROM) < 0;
  let day = today ? local.toPlainDate() : local.toPlainDate().add({ days: 1 });
  while (day.dayOfWeek > LAST_WORKING_DAY) day = day.add({ days: 1 });
  return day.toZonedDateTime({ timeZone: zone, plainTime: WORK_FROM }).toInstant();
}
