/** The period of a service review: a month or a quarter of the calendar, in the zone of the organisation. */
import { z } from 'zod';

export const periodText = z
  .string()
  .regex(
    /^(19|20|21)\d\d-(0[1-9]|1[0-2]|Q[1-4])$/,
    'must be a month such as 2026-11, or a quarter such as 2026-Q4',
  );

export type Period = { name: string; from: Temporal.Instant; until: Temporal.Instant };

/** @param text as `periodText` accepts it */
export function periodOf(text: string, zone: string): Period {
  const [year, part] = [Number(text.slice(0, 4)), text.slice(5)];
  const quarter = part.startsWith('Q') ? Number(part.slice(1)) : undefined;
  const first = Temporal.PlainDate.from({ year, month: quarter ? quarter * 3 - 2 : Number(part), day: 1 });
  const last = first.add({ months: quarter ? 3 : 1 });
  const at = (day: Temporal.PlainDate) => day.toZonedDateTime(zone).toInstant();
  return {
    name: quarter
      ? `${quarterWords(quarter)} ${year}`
      : `${first.toLocaleString('en-GB', { month: 'long' })} ${year}`,
    from: at(first),
    until: at(last),
  };
}

function quarterWords(quarter: number): string {
  return ['January to March', 'April to June', 'July to September', 'October to December'][quarter - 1] ?? '';
}

/** @returns the month in which this instant lies, as `periodText` writes it */
export function monthOf(now: Temporal.Instant, zone: string): string {
  return now.toZonedDateTimeISO(zone).toPlainDate().toPlainYearMonth().toString();
}
