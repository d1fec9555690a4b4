/** The words that every message is built from: public status, times with a zone, names joined. Pure; the web may import it. */
import type { UpdateStatus } from '#incident/types.ts';

export const STATUS_WORDS: Record<UpdateStatus, string> = {
  looking: 'We are looking',
  cause_known: 'We know the cause',
  checking_repair: 'We are checking the repair',
  works_again: 'It works again',
};

/** An instant as ISO 8601 text or as milliseconds since 1970. */
export type At = string | number;

export function milliseconds(at: At): number {
  return typeof at === 'number' ? at : Date.parse(at);
}

// Creating a formatter is a hundred times as slow as using one.
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string, options: Intl.DateTimeFormatOptions, locale = 'en-GB'): Intl.DateTimeFormat {
  const key = `${locale}|${zone}|${JSON.stringify(options)}`;
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
  formatters.set(key, made);
  return made;
}

/** @returns `zone` if this machine knows it, else UTC: a message with a wrong zone would be worse than one in UTC */
export function knownZone(zone: string): string {
  try {
    formatter(zone, { hour: '2-digit' });
    return zone;
  } catch {
    return 'UTC';
  }
}

/** @returns for example `02:44` */
export function clockTime(at: At, zone: string): string {
  return formatter(zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(milliseconds(at));
}

/** @returns for example `25 November 2026` */
export function longDate(at: At, zone: string): string {
  return formatter(zone, { day: 'numeric', month: 'long', year: 'numeric' }).format(milliseconds(at));
}

/** @returns for example `25 Nov` */
export function shortDate(at: At, zone: string): string {
  return formatter(zone, { day: 'numeric', month: 'short' }).format(milliseconds(at));
}

/** @returns the zone as people write it, for example `UTC`, `CET`, `EST`, or `GMT+4` where it has no letters */
export function zoneName(at: At, zone: string): string {
  for (const locale of ['en-GB', 'en-US', 'en-AU']) {
    const parts = formatter(zone, { timeZoneName: 'short', hour: '2-digit' }, locale).formatToParts(
      milliseconds(at),
    );
    const name = parts.find((part) => part.type === 'timeZoneName')?.value;
    if (name && !/^(GMT|UTC)[+-]/.test(name)) return name;
    if (name && locale === 'en-AU') return name;
  }
  return zone;
}

/** @param now where the time is on another day than this, the date is added: `09:00 UTC on 26 Nov` */
export function timeWithZone(at: At, zone: string, now?: At): string {
  const known = knownZone(zone);
  const text = `${clockTime(at, known)} ${zoneName(at, known)}`;
  return now !== undefined && shortDate(at, known) !== shortDate(now, known)
    ? `${text} on ${shortDate(at, known)}`
    : text;
}

/** The reader's zone, and UTC beside it where it differs: `03:44 CET (02:44 UTC)`. */
export function timeForReader(at: At, zone: string, now?: At): string {
  const own = timeWithZone(at, zone, now);
  const utc = timeWithZone(at, 'UTC', now);
  return own === utc ? own : `${own} (${utc})`;
}

/** @returns `a`, `a and b`, `a, b and c` */
export function listed(names: readonly string[]): string {
  if (names.length <= 1) return names[0] ?? '';
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

export function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
