/** Planned maintenance as a calendar that other programs subscribe to. The same facts give the same bytes. */
import ical, { ICalCalendarMethod, ICalEventStatus } from 'ical-generator';
import type { MaintenanceModel, PageModel } from './model.ts';

const DOMAIN = 'humdrum';
const ASK_AGAIN_SECONDS = 3600;

/** @returns the text of an iCalendar file */
export function calendarOf(page: PageModel, url: string | undefined): string {
  const calendar = ical({
    name: oneLine(`${page.heading}: ${page.speech.words.maintenance}`),
    method: ICalCalendarMethod.PUBLISH,
    prodId: { company: 'Humdrum', product: 'status page', language: page.speech.language.toUpperCase() },
    ttl: ASK_AGAIN_SECONDS,
  });
  for (const each of [...page.planned, ...page.maintained].toSorted((one, other) =>
    Temporal.Instant.compare(one.startsAt, other.startsAt),
  ))
    calendar.createEvent(eventOf(each, page, url));
  return calendar.toString();
}

function eventOf(each: MaintenanceModel, page: PageModel, url: string | undefined) {
  const { words } = page.speech;
  const end = each.state === 'completed' && each.finishedAt ? each.finishedAt : each.endsAt;
  const start = each.startedAt ?? each.startsAt;
  const latest = each.updates.at(-1)?.text;
  return {
    id: `${each.reference}@${DOMAIN}`,
    sequence: each.sequence,
    stamp: date(each.updatedAt),
    created: date(each.createdAt),
    lastModified: date(each.updatedAt),
    start: date(start),
    // An event that ends before it began is none.
    end: date(Temporal.Instant.compare(end, start) > 0 ? end : start.add({ minutes: 1 })),
    summary: `${words.maintenance}: ${each.title}`,
    description: [each.impact, words.affected(each.names.join(', ')), latest].filter(Boolean).join('\n\n'),
    status: each.state === 'cancelled' ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    ...(url ? { url: `${url}${page.base}maintenance/${each.reference}` } : {}),
  };
}

// The library writes the name of a calendar as it is.
function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ').replace(/[\\;,]/g, '\\$&');
}

function date(at: Temporal.Instant): Date {
  return new Date(at.epochMilliseconds);
}
