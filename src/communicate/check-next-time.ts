/** Finds when a text says that the next message comes, and what is wrong with it: no time, no zone, "soon", too late, past. Pure; the web may import it. */
import type { Severity } from '#incident/types.ts';
import { sentencesOf } from './check-meaning.ts';
import { type At, milliseconds } from './words.ts';

export type NextTime = {
  code: 'U4' | 'U4r' | 'U4p' | undefined;
  start: number;
  end: number;
  /** What it is named by: a clock, with or without its zone, a day or a stated wait, "soon", or nothing. */
  says: 'clock' | 'clock_without_zone' | 'day' | 'wait' | 'soon' | 'nothing';
};
export type NextTimeContext = {
  now?: At | undefined;
  severity?: Severity | undefined;
  /** Longest time between two messages, where one is agreed. */
  cadenceMinutes?: number | undefined;
};

const CADENCE_MINUTES: Record<Severity, number> = { P1: 30, P2: 60, P3: Number.POSITIVE_INFINITY };
// Without a severity only what no severity allows is too late: P2's hour, stretched to twice.
const CADENCE_MINUTES_MAX = 120;
const GRACE_MINUTES = 1;
const DAY_MINUTES = 24 * 60;

const ABOUT_NEXT =
  /\b(?:next|another|further|new|more|follow-up) (?:\w+ )?(?:updates?|messages?|news|posts?|reports?|information|details?)\b|\b(?:will|['’]ll|to|shall) (?:\w+ ){0,3}(?:update|post|report|write|inform|follow up|let you know|keep you|provide|share|send|be back|come back|get back|communicate)\b|\bupdates? (?:by|at|in|soon|shortly|within|every|tomorrow|to follow|follows?|expected|as|will|later)\b|\bhear from us\b|\bmore (?:soon|shortly|later|to follow)\b|\b(?:stand by|stay tuned)\b/i;
const OTHER_SUBJECT =
  /\b(?:review|post-?mortem|root cause analysis|RCA|write-?up)\b|\bto (?:provide|send|share|report) (?!\w* ?(?:updates?|news|information|details?))/i;

const ZONE =
  '(?:UTC|GMT|utc|gmt)(?:\\s?[+-]\\d{1,2}(?::?\\d\\d)?)?|Z|CES?T|WES?T|EES?T|[ECMP][DS]?T|AK[DS]T|BST|IST|JST|KST|SGT|HKT|A[CEW][DS]T|NZ[DS]T|MSK|SAST|BRT|[+-]\\d\\d:?\\d\\d|[A-Z][a-z]+ time';
const CLOCK =
  '(?:\\d{4}-\\d\\d-\\d\\d[T ])?([01]?\\d|2[0-3])(?:[:.h]([0-5]\\d)(?::\\d\\d)?)?\\s*([apAP]\\.?[mM]\\.?)?';
const CLOCK_WITH_ZONE = new RegExp(`\\b${CLOCK}\\s*\\(?(${ZONE})(?![A-Za-z])`);
const CLOCK_ALONE =
  /\b(?:[01]?\d|2[0-3])[:.h][0-5]\d\b|\b(?:1[0-2]|[1-9])\s?[ap]\.?m\b|\bnoon\b|\bmidnight\b/i;
const IN_WHILE =
  /\b(?:in|within|every|after)(?: the)?(?: next)?(?: about| around| approximately| roughly)? (\d+|an?|one|two|three|four|half an|several|few|a few|couple of|a couple of)(?:[ -]| to \d+ )?(minutes?|mins?|hours?|hrs?|days?|weeks?|h|m)\b/i;
const SOON =
  /\b(?:soon|shortly|asap|as soon as possible|in due course|in a (?:bit|while|moment)|later today|hourly|momentarily)\b/i;
const LATER_DAY =
  /\b(?:tomorrow|next (?:week|day|business day|working day)|(?:on |next |this )?(?:mon|tues|wednes|thurs|fri|satur|sun)day|over the weekend)\b/i;
const DATED = /\bon \d{1,2} [A-Z][a-z]{2,8}\b|\bon [A-Z][a-z]{2,8} \d{1,2}\b/;
const NUMBERS: Record<string, number> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  'half an': 0.5,
  'couple of': 2,
  'a couple of': 2,
};
const OFFSET_HOURS: Record<string, number> = {
  UTC: 0,
  GMT: 0,
  Z: 0,
  WET: 0,
  WEST: 1,
  BST: 1,
  CET: 1,
  CEST: 2,
  EET: 2,
  EEST: 3,
  MSK: 3,
  IST: 5.5,
  SGT: 8,
  HKT: 8,
  JST: 9,
  KST: 9,
  AEST: 10,
  AEDT: 11,
  NZST: 12,
  NZDT: 13,
  EST: -5,
  EDT: -4,
  CST: -6,
  CDT: -5,
  MST: -7,
  MDT: -6,
  PST: -8,
  PDT: -7,
};

/** @returns the place where the next message is spoken of (the end of the text when it is not), and what is wrong with its time */
export function nextTimeIn(text: string, context: NextTimeContext = {}): NextTime {
  const about = sentencesOf(text).filter(
    (each) => ABOUT_NEXT.test(each.text) && !OTHER_SUBJECT.test(each.text),
  );
  if (about.length === 0)
    return { code: 'U4', says: 'nothing', start: text.trimEnd().length, end: text.trimEnd().length };
  const judged = about.map(({ text: sentence, start, end }) => ({
    ...judge(sentence, context),
    start,
    end,
  }));
  // One good time is enough; else the most telling fault is the one to mend.
  return (
    judged.find(({ code }) => code === undefined) ??
    judged.find(({ code }) => code === 'U4p') ??
    judged.find(({ code }) => code === 'U4r') ??
    judged[0]!
  );
}

function judge(sentence: string, context: NextTimeContext): Pick<NextTime, 'code' | 'says'> {
  const limit =
    context.cadenceMinutes ?? (context.severity ? CADENCE_MINUTES[context.severity] : CADENCE_MINUTES_MAX);
  const clock = CLOCK_WITH_ZONE.exec(sentence) ?? undefined;
  const minutes = clock ? minutesUntil(clock, context.now) : undefined;
  if (LATER_DAY.test(sentence) && !(minutes !== undefined && crossesMidnight(clock!, context.now!)))
    return { code: limit === Number.POSITIVE_INFINITY && clock ? undefined : 'U4p', says: 'day' };
  if (clock) {
    const known = minutes !== undefined && !DATED.test(sentence);
    const wrong = known && (minutes <= 0 || minutes > limit + GRACE_MINUTES);
    return { code: wrong ? 'U4p' : undefined, says: 'clock' };
  }
  if (CLOCK_ALONE.test(sentence)) return { code: 'U4', says: 'clock_without_zone' };
  const wait = IN_WHILE.exec(sentence);
  if (wait) return { code: waited(wait) > limit ? 'U4p' : 'U4r', says: 'wait' };
  return SOON.test(sentence) ? { code: 'U4r', says: 'soon' } : { code: 'U4', says: 'nothing' };
}

function waited([, number = '', unit = '']: RegExpExecArray): number {
  const count = NUMBERS[number.toLowerCase()] ?? (Number(number) || 3);
  if (/^h/i.test(unit)) return count * 60;
  if (/^d/i.test(unit)) return count * DAY_MINUTES;
  return /^w/i.test(unit) ? count * 7 * DAY_MINUTES : count;
}

/** Minutes from now to the next or, within half a day, the last time that the clock shows this; undefined where the zone is not exact. */
function minutesUntil(clock: RegExpExecArray, now: At | undefined): number | undefined {
  const shown = now === undefined ? undefined : minuteOfDayUtc(clock);
  if (shown === undefined) return undefined;
  const at = (milliseconds(now!) / 60_000) % DAY_MINUTES;
  const ahead = (((shown - at) % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
  return ahead > DAY_MINUTES / 2 ? ahead - DAY_MINUTES : ahead;
}

function crossesMidnight(clock: RegExpExecArray, now: At): boolean {
  const shown = minuteOfDayUtc(clock);
  return shown !== undefined && shown < (milliseconds(now) / 60_000) % DAY_MINUTES;
}

function minuteOfDayUtc([, hour = '0', minute = '0', half, zone = '']: RegExpExecArray): number | undefined {
  const offset = offsetMinutes(zone);
  if (offset === undefined) return undefined;
  const hours = half ? (Number(hour) % 12) + (/^p/i.test(half) ? 12 : 0) : Number(hour);
  return hours * 60 + Number(minute) - offset;
}

function offsetMinutes(zone: string): number | undefined {
  const signed = /^(?:UTC|GMT)?\s?([+-])(\d{1,2}):?(\d\d)?$/i.exec(zone);
  if (signed) return (signed[1] === '-' ? -1 : 1) * (Number(signed[2]) * 60 + Number(signed[3] ?? 0));
  const hours = OFFSET_HOURS[zone.toUpperCase()];
  return hours === undefined ? undefined : hours * 60;
}
