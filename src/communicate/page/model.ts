/** Turns what may be shown into what is said: the first line, one word per service, ninety days, incidents, planned maintenance. Pure. */
import { wordsFor } from '../late-words.ts';
import { headline, statusWords as spokenStatus } from '../message.ts';
import type { Organisation } from '../organisation.ts';
import {
  HISTORY_DAYS,
  type Shown,
  type ShownIncident,
  type ShownMaintenance,
  type ShownUpdate,
} from './facts-shown.ts';
import { type Speech, speechOf } from './language.ts';
import { baseOf, type StatusPage } from './pages.ts';

export type Level = 'works' | 'partly' | 'not';
export type DayModel = { date: Temporal.PlainDate; level: Level; minutes: number; before: boolean };
export type ServiceModel = {
  id: string;
  name: string;
  since: Temporal.Instant;
  level: Level;
  words: string;
  days: DayModel[];
  /** Of all days shown together; overlapping incidents count once. */
  minutesAffected: number;
  underMaintenance: boolean;
};
export type IncidentModel = ShownIncident & {
  title: string;
  names: string[];
  /** The newest message of a person, else the newest. */
  latest: ShownUpdate;
  statusWords: string;
  open: boolean;
  /** The promised time that has passed unkept. */
  lateSince: Temporal.Instant | undefined;
  /** The time that the machine has named since, and that is still to come. */
  nextMessageAt: Temporal.Instant | undefined;
  moreCalled: boolean;
  falseAlarm: boolean;
  mergedReference: string | undefined;
};
export type Phase = 'planned' | 'due' | 'under_way' | 'overrunning' | 'done' | 'cancelled';
export type MaintenanceModel = ShownMaintenance & { names: string[]; phase: Phase };
export type PageModel = {
  page: StatusPage;
  /** Where the page is, with a slash at its end. */
  base: string;
  speech: Speech;
  heading: string;
  zone: string;
  phone: string | null;
  now: Temporal.Instant;
  verdict: { level: Level; words: string };
  services: ServiceModel[];
  open: IncidentModel[];
  past: IncidentModel[];
  /** Under way first, then in the order in which they begin. */
  planned: MaintenanceModel[];
  /** Finished and cancelled, the newest first. */
  maintained: MaintenanceModel[];
  /** When time alone changes the page: a promise passes, or the day ends. */
  nextChangeAt: Temporal.Instant;
};

const WORDS_CHARACTERS_MAX = 60;

export function pageModel(shown: Shown, now: Temporal.Instant): PageModel {
  const { page, organisation } = shown;
  const speech = speechOf(page.language, page.zone ?? organisation.zone);
  const { zone } = speech;
  const references = new Map(shown.incidents.map((each) => [each.id, each.reference]));
  const names = new Map(shown.services.map((each) => [each.id, each.name]));
  const incidents = shown.incidents.map((each) => incidentModel(each, names, references, speech, now));
  const maintenances = shown.maintenances.map((each) => maintenanceModel(each, names, now));
  const open = incidents
    .filter((each) => each.open)
    .toSorted(
      (one, other) =>
        one.severity.localeCompare(other.severity) ||
        Temporal.Instant.compare(other.startedAt, one.startedAt),
    );
  const services = shown.services.map((service) => {
    const own = incidents.filter((each) => each.serviceIds.includes(service.id));
    const maintained = maintenances.find(
      (each) => each.state === 'in_progress' && each.serviceIds.includes(service.id),
    );
    const days = daysOf(own, service.since, zone, now);
    return {
      ...service,
      ...levelNow(own, maintained, speech, now),
      days,
      minutesAffected: days.reduce((sum, day) => sum + day.minutes, 0),
      underMaintenance: maintained !== undefined,
    };
  });
  const name = page.name ?? organisation.statusPageName;
  return {
    page,
    base: baseOf(page),
    speech,
    heading: name ?? (organisation.name ? speech.words.headingOf(organisation.name) : speech.words.heading),
    zone,
    phone: organisation.phone,
    now,
    verdict: verdictOf(services, open, speech),
    services,
    open,
    past: incidents
      .filter((each) => !each.open)
      .toSorted((one, other) => Temporal.Instant.compare(other.startedAt, one.startedAt)),
    planned: maintenances
      .filter((each) => each.state === 'scheduled' || each.state === 'in_progress')
      .toSorted(
        (one, other) =>
          Number(other.state === 'in_progress') - Number(one.state === 'in_progress') ||
          Temporal.Instant.compare(one.startsAt, other.startsAt),
      ),
    maintained: maintenances
      .filter((each) => each.state === 'completed' || each.state === 'cancelled')
      .toSorted((one, other) => Temporal.Instant.compare(other.startsAt, one.startsAt)),
    nextChangeAt: nextChange(open, maintenances, zone, now),
  };
}

/** What stands on top of a page, and in front of what it sends. */
export function headingOf(
  page: Pick<StatusPage, 'name'>,
  organisation: Pick<Organisation, 'name' | 'statusPageName'>,
  { words }: Speech,
): string {
  const name = page.name ?? organisation.statusPageName;
  return name ?? (organisation.name ? words.headingOf(organisation.name) : words.heading);
}

/** The status of a message in the words of the page. */
export function statusIn(speech: Speech, update: Pick<ShownUpdate, 'kind' | 'status'>): string {
  if (speech.language === 'en') return spokenStatus(update);
  return speech.words.kind[update.kind] ?? speech.words.status[update.status];
}

function maintenanceModel(
  each: ShownMaintenance,
  serviceNames: Map<string, string>,
  now: Temporal.Instant,
): MaintenanceModel {
  const past = (at: Temporal.Instant) => Temporal.Instant.compare(at, now) < 0;
  const phase: Record<ShownMaintenance['state'], Phase> = {
    scheduled: past(each.startsAt) ? 'due' : 'planned',
    in_progress: past(each.endsAt) ? 'overrunning' : 'under_way',
    completed: 'done',
    cancelled: 'cancelled',
  };
  return {
    ...each,
    names: [...new Set(each.serviceIds.flatMap((id) => serviceNames.get(id) ?? []))],
    phase: phase[each.state],
  };
}

function incidentModel(
  incident: ShownIncident,
  serviceNames: Map<string, string>,
  references: Map<string, string>,
  speech: Speech,
  now: Temporal.Instant,
): IncidentModel {
  const names = [...new Set(incident.serviceIds.flatMap((id) => serviceNames.get(id) ?? []))];
  const updates = incident.updates.map((each) => ({
    ...each,
    ...wordsFor(each, { speech, names, writtenAt: each.at.epochMilliseconds }),
  }));
  const newest = updates.at(-1)!;
  const latest = updates.findLast((each) => !each.automatic) ?? newest;
  const open = incident.endedAt === null;
  // The last words about the harm name it; "you can use it again" would be a strange title for an outage.
  const harm =
    updates.findLast(
      (each) => each.status !== 'works_again' && !each.automatic && each.kind !== 'correction',
    ) ?? latest;
  const late =
    open && incident.promisedAt && Temporal.Instant.compare(incident.promisedAt, now) < 0
      ? incident.promisedAt
      : undefined;
  const falseAlarm = incident.state === 'dismissed';
  return {
    ...incident,
    names,
    updates,
    latest,
    title: titleOf(open && latest.status === 'works_again' ? latest.about : harm.about, names, speech),
    statusWords: falseAlarm
      ? speech.words.falseAlarm
      : open
        ? statusIn(speech, latest)
        : speech.words.resolved,
    open,
    lateSince: late,
    nextMessageAt:
      open && newest.automatic && newest.nextAt && Temporal.Instant.compare(newest.nextAt, now) > 0
        ? newest.nextAt
        : undefined,
    moreCalled: Boolean(late && incident.calledAt && Temporal.Instant.compare(incident.calledAt, late) >= 0),
    falseAlarm,
    mergedReference: incident.mergedInto ? references.get(incident.mergedInto) : undefined,
  };
}

/** From the words that were said; what the page has to say instead, it says in its own language. */
export function titleOf(impact: string, names: readonly string[], speech: Speech): string {
  const title = headline(impact, names);
  return speech.language === 'en' || !title.startsWith(UNNAMED)
    ? title
    : speech.words.issueAffecting(names.length ? speech.listed(names) : speech.words.oneOfOurServices);
}
const UNNAMED = 'An issue affecting';

function levelNow(
  own: IncidentModel[],
  maintained: MaintenanceModel | undefined,
  speech: Speech,
  now: Temporal.Instant,
): { level: Level; words: string } {
  const { words } = speech;
  const open = own.filter((each) => each.open);
  const harming = open.filter((each) => !each.restoredAt && each.level !== 'works');
  const worst = harming.find((each) => each.level === 'not') ?? harming[0];
  if (!worst) {
    if (maintained)
      return {
        level: 'works',
        words: words.maintenanceUntil(
          speech.time(maintained.endsAt.epochMilliseconds, now.epochMilliseconds),
        ),
      };
    return { level: 'works', words: open.some((each) => each.restoredAt) ? words.worksAgain : words.working };
  }
  const what = shortImpact(worst, words.issueAffecting(''));
  // Before anybody has said what fails, the status is all that is known.
  if (!what) return { level: worst.level, words: worst.statusWords };
  return {
    level: worst.level,
    words: worst.level === 'not' ? words.notWorking(what) : words.partlyWorking(what),
  };
}

function shortImpact(incident: IncidentModel, unnamed: string): string | undefined {
  const text = incident.title;
  if (text.startsWith(UNNAMED) || text.startsWith(unnamed) || text.length > WORDS_CHARACTERS_MAX)
    return undefined;
  return /^[A-Z][a-z]+ [a-z]/.test(text) && !incident.names.some((name) => text.startsWith(name))
    ? text[0]!.toLowerCase() + text.slice(1)
    : text;
}

/** The first line of the page, for somebody with two seconds. */
function verdictOf(
  services: ServiceModel[],
  open: IncidentModel[],
  { words, listed }: Speech,
): PageModel['verdict'] {
  if (!services.length) return { level: 'works', words: words.noServices };
  const harmed = services.filter((each) => each.level !== 'works');
  if (harmed.length) {
    const names = listed(harmed.map((each) => each.name));
    const level = harmed.some((each) => each.level === 'not') ? 'not' : 'partly';
    const rest = harmed.length < services.length ? ` ${words.restWorks}` : '';
    return { level, words: `${words.problemWith(names)}${rest}` };
  }
  const line = open.some((each) => each.restoredAt) ? words.everythingWorksAgain : words.everythingWorks;
  const maintained = services.some((each) => each.underMaintenance) ? ` ${words.maintenanceNow}` : '';
  return { level: 'works', words: `${line}${maintained}` };
}

function daysOf(
  own: IncidentModel[],
  since: Temporal.Instant,
  zone: string,
  now: Temporal.Instant,
): DayModel[] {
  const born = since.toZonedDateTimeISO(zone).toPlainDate();
  return lastDays(zone, now.toZonedDateTimeISO(zone).toPlainDate()).map(({ date, start, end }) => {
    let level: Level = 'works';
    const harmed: Span[] = [];
    for (const incident of own) {
      if (incident.falseAlarm || incident.level === 'works') continue;
      const from = Math.max(start, incident.startedAt.epochMilliseconds);
      const to = Math.min(end, (incident.restoredAt ?? incident.endedAt ?? now).epochMilliseconds);
      if (to <= from) continue;
      harmed.push([from, to]);
      if (level !== 'not') level = incident.level;
    }
    const minutes = harmed.length ? Math.max(1, Math.round(together(harmed) / 60_000)) : 0;
    return { date, level, minutes, before: minutes === 0 && Temporal.PlainDate.compare(date, born) < 0 };
  });
}

type Day = { date: Temporal.PlainDate; start: number; end: number };
// Every page of a zone shows the same days, and a calendar is slow to ask.
const knownDays = new Map<string, Day[]>();
const KNOWN_DAYS_MAX = 100;

/** @returns the days that a page shows, the oldest first, each with its beginning and end in milliseconds */
function lastDays(zone: string, today: Temporal.PlainDate): Day[] {
  const key = `${zone} ${today}`;
  const known = knownDays.get(key);
  if (known) return known;
  const midnight = (date: Temporal.PlainDate) => date.toZonedDateTime({ timeZone: zone }).epochMilliseconds;
  const days = Array.from({ length: HISTORY_DAYS }, (_, index) => {
    const date = today.subtract({ days: HISTORY_DAYS - 1 - index });
    return { date, start: midnight(date), end: midnight(date.add({ days: 1 })) };
  });
  if (knownDays.size >= KNOWN_DAYS_MAX) knownDays.clear();
  knownDays.set(key, days);
  return days;
}

type Span = [from: number, to: number];

/** @returns milliseconds covered by at least one of the spans */
function together(spans: Span[]): number {
  let covered = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const [from, to] of spans.toSorted(([one], [other]) => one - other)) {
    covered += Math.max(0, to - Math.max(from, until));
    until = Math.max(until, to);
  }
  return covered;
}

function nextChange(
  open: IncidentModel[],
  maintenances: MaintenanceModel[],
  zone: string,
  now: Temporal.Instant,
): Temporal.Instant {
  const midnight = now
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .add({ days: 1 })
    .toZonedDateTime({ timeZone: zone })
    .toInstant();
  // A promise is late one moment after its time, not at it; so is a maintenance.
  const edges = [
    ...open.flatMap((each) => [
      ...(each.promisedAt && !each.lateSince ? [each.promisedAt] : []),
      ...(each.nextMessageAt ? [each.nextMessageAt] : []),
    ]),
    ...maintenances.flatMap((each) =>
      each.state === 'scheduled' ? [each.startsAt] : each.state === 'in_progress' ? [each.endsAt] : [],
    ),
  ].map((at) => at.add({ milliseconds: 1 }));
  return (
    [midnight, ...edges]
      .filter((at) => Temporal.Instant.compare(at, now) > 0)
      .toSorted(Temporal.Instant.compare)[0] ?? midnight
  );
}
