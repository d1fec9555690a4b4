/** Near misses know days, not times: when one is found, until when it is answered. Pure. */
import { endOfWorkingDay } from '#promise/calendar.ts';
import type { Policy } from '#promise/policy.ts';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const SATURDAY = 6;

export function dayIn(zone: string, now: Temporal.Instant): string {
  return now.toZonedDateTimeISO(zone).toPlainDate().toString();
}

/** @returns the end of the day by which it is answered, counted from the day of the report */
export function answerDue(
  report: { reportedOn: string; again: boolean },
  rules: Policy['nearMisses'],
  zone: string,
): Temporal.Instant {
  let day = Temporal.PlainDate.from(report.reportedOn);
  if (!report.again) day = day.add({ days: Math.round(rules.answeredWithin / DAY) });
  else
    for (let working = 0; working < rules.againWorkingDays; ) {
      day = day.add({ days: 1 });
      if (day.dayOfWeek < SATURDAY) working += 1;
    }
  return endOfWorkingDay(day.toString(), zone);
}

/** @returns the next time after `now` at which the round looks for new ones */
export function nextRound(now: Temporal.Instant, zone: string, foundAt: string): Temporal.Instant {
  const plainTime = Temporal.PlainTime.from(foundAt);
  const day = now.toZonedDateTimeISO(zone).toPlainDate();
  const today = day.toZonedDateTime({ timeZone: zone, plainTime }).toInstant();
  if (Temporal.Instant.compare(today, now) > 0) return today;
  return day.add({ days: 1 }).toZonedDateTime({ timeZone: zone, plainTime }).toInstant();
}

export function nextFullHour(now: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds((Math.floor(now.epochMilliseconds / HOUR) + 1) * HOUR);
}

/** The beginning of the day in UTC: due at once, and says no time. */
export function beginningOfDay(now: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(Math.floor(now.epochMilliseconds / DAY) * DAY);
}
