/** Due times that follow the calendar of a zone rather than a stopwatch. Pure. */

/**
 * @param from the instant after which the time is wanted
 * @param rule the hour of the day, and whether only Monday to Friday count
 * @returns the first such hour on a day after that of `from`
 */
export function zonedCalendarDue(
  from: Temporal.Instant,
  zone: string,
  rule: { hour: number; workingDay: boolean },
): Temporal.Instant {
  let day = from.toZonedDateTimeISO(zone).toPlainDate().add({ days: 1 });
  while (rule.workingDay && day.dayOfWeek > 5) day = day.add({ days: 1 });
  return day.toZonedDateTime({ timeZone: zone, plainTime: { hour: rule.hour } }).toInstant();
}

const DAY_ENDS_HOUR = 17;

/** The end of a working day, 17:00 in the zone. */
export function endOfWorkingDay(day: string, zone: string): Temporal.Instant {
  return Temporal.PlainDate.from(day)
    .toZonedDateTime({ timeZone: zone, plainTime: { hour: DAY_ENDS_HOUR } })
    .toInstant();
}
