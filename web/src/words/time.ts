/** Times as people say them: "02:44 UTC", "in 3 min", "6 min before". Pure; `now` is always given, in milliseconds. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

type Zone = string | undefined;

/** "02:44" in the given zone, UTC when none is named. */
export function clockIn(at: string | number, zone: Zone = 'UTC', seconds = false): string {
  return new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' as const } : {}),
    hourCycle: 'h23',
    timeZone: zone,
  }).format(new Date(at));
}

/** "26 Nov" in the given zone. */
export function dayIn(at: string | number, zone: Zone = 'UTC'): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: zone }).format(
    new Date(at),
  );
}

/** "26 Nov", and the year where it is another one than now. */
export function dayWithYear(at: string | number, now: number, zone: Zone = 'UTC'): string {
  const year = (moment: string | number) =>
    new Intl.DateTimeFormat('en-GB', { year: 'numeric', timeZone: zone }).format(new Date(moment));
  return year(at) === year(now) ? dayIn(at, zone) : `${dayIn(at, zone)} ${year(at)}`;
}

export function ownZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
}

/** The day is said only when it is not today's. */
export function clockWithDay(at: string | number, now: number, zone: Zone = 'UTC'): string {
  const day = dayIn(at, zone);
  return day === dayIn(now, zone) ? clockIn(at, zone) : `${day} ${clockIn(at, zone)}`;
}

/** "02:44 UTC", with "(03:44 yours)" where the reader's clock shows something else. */
export function bothZones(at: string | number, now: number, zone: Zone = ownZone()): string {
  const own = clockWithDay(at, now, zone);
  const utc = clockWithDay(at, now);
  return own === utc ? `${utc} UTC` : `${utc} UTC (${own} yours)`;
}

/** "30 Nov 04:00 to 05:30 UTC (05:00 to 06:30 yours)": the day once where both ends have it. */
export function stretch(
  from: string | number,
  to: string | number,
  now: number,
  zone: Zone = ownZone(),
): string {
  const words = (in_: Zone) => {
    const end = dayIn(from, in_) === dayIn(to, in_) ? clockIn(to, in_) : clockWithDay(to, now, in_);
    return `${clockWithDay(from, now, in_)} to ${end}`;
  };
  const utc = words('UTC');
  const own = words(zone);
  if (own === utc) return `${utc} UTC`;
  const sameDay = dayIn(from) === dayIn(from, zone) && dayIn(to) === dayIn(to, zone);
  const short = dayIn(from) === dayIn(to) ? `${clockIn(from, zone)} to ${clockIn(to, zone)}` : own;
  return `${utc} UTC (${sameDay ? short : own} yours)`;
}

/** "3 min", "2 h 5 min", "6 days": never more than two units. */
export function lasting(ms: number): string {
  const whole = Math.abs(ms);
  if (whole < MINUTE_MS) return 'less than a minute';
  if (whole < HOUR_MS) return `${Math.floor(whole / MINUTE_MS)} min`;
  if (whole < DAY_MS)
    return twoUnits(Math.floor(whole / HOUR_MS), 'h', Math.floor((whole % HOUR_MS) / MINUTE_MS), 'min');
  const days = Math.floor(whole / DAY_MS);
  return days === 1 ? '1 day' : `${days} days`;
}

/** A term that people know in hours: "48 h", never "2 days". */
export function term(hours: number): string {
  return hours < 1 ? lasting(hours * HOUR_MS) : `${Math.round(hours)} h`;
}

function twoUnits(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** "in 3 min", "4 min ago", "now". */
export function relative(at: string | number, now: number): string {
  const ms = new Date(at).getTime() - now;
  if (Math.abs(ms) < MINUTE_MS) return 'now';
  return ms > 0 ? `in ${lasting(ms)}` : `${lasting(ms)} ago`;
}

/** The clock of the next step: "in 3 min 12 s", or in words that it is late: "4 min 2 s late". */
export function countdown(at: string | number, now: number): string {
  const ms = new Date(at).getTime() - now;
  const whole = Math.abs(ms);
  const minutes = Math.floor(whole / MINUTE_MS);
  const seconds = Math.floor((whole % MINUTE_MS) / 1000);
  const text =
    whole >= HOUR_MS
      ? lasting(whole)
      : minutes === 0
        ? `${seconds} s`
        : `${minutes} min ${String(seconds).padStart(2, '0')} s`;
  return ms >= 0 ? `in ${text}` : `${text} late`;
}

/** How long before the incident something happened: "6 min before", "2 min after". */
export function around(at: string, moment: string): string {
  const ms = new Date(at).getTime() - new Date(moment).getTime();
  if (Math.abs(ms) < MINUTE_MS) return 'at the same minute';
  return `${lasting(ms)} ${ms < 0 ? 'before' : 'after'}`;
}

/** Rounded down to five minutes, as every promised time is. */
export function roundedDown(ms: number, stepMinutes = 5): number {
  const step = stepMinutes * MINUTE_MS;
  return Math.floor(ms / step) * step;
}
