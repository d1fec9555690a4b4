/** Learning never wakes anybody: its mails wait for the working hours of the person. Pure. */

const FROM_HOUR = 9;
const TO_HOUR = 17;
const SATURDAY = 6;

/** @returns `at` when it lies within Monday to Friday, 9 to 17 in the zone; else the beginning of the next such day */
export function withinWorkingHours(at: Temporal.Instant, zone: string): Temporal.Instant {
  const local = at.toZonedDateTimeISO(zone);
  if (local.dayOfWeek < SATURDAY && local.hour >= FROM_HOUR && local.hour < TO_HOUR) return at;
  let day = local.toPlainDate();
  if (local.hour >= FROM_HOUR) day = day.add({ days: 1 });
  while (day.dayOfWeek >= SATURDAY) day = day.add({ days: 1 });
  return day.toZonedDateTime({ timeZone: zone, plainTime: { hour: FROM_HOUR } }).toInstant();
}
