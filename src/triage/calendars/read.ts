/** An iCalendar of planned maintenance as a list of entries: limited, expanded two months ahead, and no word of it trusted. Pure. */
import ical, { type EventInstance, type ParameterValue, type VEvent } from 'node-ical';
import { Refused } from '#platform/errors.ts';

export const CALENDAR_CHARACTERS_MAX = 256 * 1024;
const EVENTS_MAX = 2000;
const ENTRIES_MAX = 500;
const BACK_DAYS = 1;
const AHEAD_DAYS = 60;
const TITLE_CHARACTERS_MAX = 1024;
const ABOUT_CHARACTERS_MAX = 4000;
const NAMES_MAX = 20;
/** Nothing is maintained every hour: such a rule only costs time. */
const TOO_OFTEN = /^RRULE[^:\r\n]*:.*FREQ=(?:SECONDLY|MINUTELY|HOURLY)/im;

export type Entry = {
  /** Stays the same however often the calendar is read; one for each date of a series. */
  id: string;
  title: string;
  startsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
  about: string;
  url: string | undefined;
  /** What the entry itself calls the service: its "Service:" line, its categories, its location. Best first. */
  names: string[];
};

/**
 * Entries from yesterday to sixty days ahead, the earliest first; cancelled ones are left out.
 * @param text the file, as RFC 5545 has it
 * @throws Refused for what is no calendar, is longer than 256 KB, has more than 2,000 entries, or repeats by the hour
 */
export function readCalendar(text: string, now: Temporal.Instant): { entries: Entry[]; more: boolean } {
  if (text.length > CALENDAR_CHARACTERS_MAX)
    throw new Refused('too_large', 'The calendar is longer than 256 KB; nothing of it was read.', {
      mend: 'Publish a calendar with the planned maintenance only.',
    });
  const clean = text.replace(/^\uFEFF/, '').toWellFormed();
  if (!/^\s*BEGIN:VCALENDAR\r?\n/i.test(clean)) throw notACalendar();
  if ((clean.match(/^BEGIN:VEVENT/gim)?.length ?? 0) > EVENTS_MAX)
    throw new Refused(
      'too_large',
      `The calendar has more than ${EVENTS_MAX} entries; nothing of it was read.`,
      {
        mend: 'Publish a calendar with the planned maintenance only.',
      },
    );
  if (TOO_OFTEN.test(clean.replaceAll(/\r?\n[ \t]/g, '')))
    throw new Refused(
      'invalid',
      'An entry of the calendar repeats by the hour or faster; nothing of it was read.',
      {
        mend: 'Write it as one entry, or repeat it by the day.',
      },
    );
  const from = now.subtract({ hours: 24 * BACK_DAYS });
  const to = now.add({ hours: 24 * AHEAD_DAYS });
  const entries = parsed(clean)
    .flatMap((event) => expanded(event, from, to))
    .filter(({ event }) => event.status !== 'CANCELLED')
    .flatMap(entryOf)
    .filter((entry) => within(entry, from, to))
    .toSorted((one, other) => Temporal.Instant.compare(one.startsAt, other.startsAt));
  return { entries: entries.slice(0, ENTRIES_MAX), more: entries.length > ENTRIES_MAX };
}

function notACalendar(): Refused {
  return new Refused('invalid', 'This is no calendar: it does not begin with BEGIN:VCALENDAR.', {
    mend: 'Use the address or the file of an iCalendar (.ics), in UTF-8; an address for browsers answers a page instead.',
  });
}

function parsed(text: string): VEvent[] {
  try {
    return Object.values(ical.sync.parseICS(text)).filter((part): part is VEvent => part?.type === 'VEVENT');
  } catch {
    throw new Refused('invalid', 'The calendar is broken; nothing of it was read.', {
      mend: 'Check it with a validator for iCalendar.',
    });
  }
}

/** An entry that the library cannot place is left out; the others are read. */
function expanded(event: VEvent, from: Temporal.Instant, to: Temporal.Instant): EventInstance[] {
  try {
    return ical.expandRecurringEvent(event, {
      from: new Date(from.epochMilliseconds),
      to: new Date(to.epochMilliseconds),
      expandOngoing: true,
    });
  } catch {
    return [];
  }
}

function entryOf({ event, start, end, isRecurring, summary }: EventInstance): Entry[] {
  const [startsAt, endsAt] = [instantOf(start), instantOf(end ?? start)];
  const title = keepable(wordsOf(summary), TITLE_CHARACTERS_MAX);
  if (!startsAt || !endsAt || !title || Temporal.Instant.compare(endsAt, startsAt) < 0) return [];
  const about = keepable(wordsOf(event.description), ABOUT_CHARACTERS_MAX);
  const series = event.recurrenceid ?? start;
  const url = wordsOf(event.url);
  return [
    {
      id: keepable(isRecurring ? `${event.uid}/${instantOf(series) ?? startsAt}` : event.uid, 200) || title,
      title,
      startsAt,
      endsAt,
      about,
      url: /^https?:\/\/\S{1,2000}$/i.test(url) ? url : undefined,
      names: namesOf(event, about),
    },
  ];
}

function namesOf(event: VEvent, about: string): string[] {
  const line = /^[ \t]*services?[ \t]*:[ \t]*(\S.*)$/im.exec(about)?.[1] ?? '';
  const { categories } = event as { categories?: unknown };
  const listed = Array.isArray(categories) ? categories.map(String) : [];
  return [...line.split(','), ...listed, wordsOf(event.location)]
    .map((name) => keepable(name, 200))
    .filter(Boolean)
    .slice(0, NAMES_MAX);
}

function wordsOf(value: ParameterValue | undefined): string {
  if (typeof value === 'string') return value;
  const { val } = (value ?? {}) as { val?: unknown };
  return typeof val === 'string' ? val : '';
}

function keepable(words: string, charactersMax: number): string {
  return words.replaceAll('\0', '\uFFFD').trim().slice(0, charactersMax).toWellFormed();
}

function instantOf(date: Date): Temporal.Instant | undefined {
  const milliseconds = date?.getTime?.();
  return Number.isFinite(milliseconds) ? Temporal.Instant.fromEpochMilliseconds(milliseconds) : undefined;
}

function within({ startsAt, endsAt }: Entry, from: Temporal.Instant, to: Temporal.Instant): boolean {
  return Temporal.Instant.compare(endsAt, from) >= 0 && Temporal.Instant.compare(startsAt, to) <= 0;
}

export type Named = { id: string; slug: string; name: string };

/**
 * The rule by which an entry finds its services: those that it names itself (a line "Service: checkout, search", categories, the
 * location), then those whose slug or name stands as a word in its title, the longest first, then the service of the calendar.
 * @returns their ids, each once, in the order of the entry; none when it is not known
 */
export function servicesOf(
  entry: Pick<Entry, 'title' | 'names'>,
  services: Named[],
  usual: string | undefined,
): string[] {
  const same = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
  const named = entry.names.flatMap(
    (name) =>
      services.find((each) => same(each.slug, name) || same(each.name, name) || each.id === name)?.id ?? [],
  );
  if (named.length) return [...new Set(named)];
  const inTitle = servicesIn(entry.title, services);
  return inTitle.length ? inTitle : usual ? [usual] : [];
}

/** What one name stands for is not looked at again: "Product search" is not "search", too. */
function servicesIn(title: string, services: Named[]): string[] {
  const words = services
    .flatMap(({ id, slug, name }) => [slug, name].map((word) => ({ id, word })))
    .toSorted((one, other) => other.word.length - one.word.length);
  const found = new Set<string>();
  let rest = title;
  for (const { id, word } of words) {
    if (!standsIn(rest, word)) continue;
    found.add(id);
    const at = rest.toLowerCase().indexOf(word.toLowerCase());
    rest = `${rest.slice(0, at)}\0${rest.slice(at + word.length)}`;
  }
  return [...found];
}

function standsIn(title: string, word: string): boolean {
  const at = title.toLowerCase().indexOf(word.toLowerCase());
  if (at < 0) return false;
  const beside = /[\p{L}\p{N}]/u;
  return !beside.test(title.charAt(at - 1)) && !beside.test(title.charAt(at + word.length));
}
