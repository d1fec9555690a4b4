/** Turns what may be shown into what is said: the first line, one word per service, sixty days, open and past incidents. Pure. */
import { affected, headline, statusWords } from '../message.ts';
import { knownZone } from '../words.ts';
import { HISTORY_DAYS, type Shown, type ShownIncident, type ShownUpdate } from './facts-shown.ts';

export type Level = 'works' | 'partly' | 'not';
export type DayModel = { date: Temporal.PlainDate; level: Level; minutes: number; before: boolean };
export type ServiceModel = {
  id: string;
  name: string;
  since: Temporal.Instant;
  level: Level;
  words: string;
  days: DayModel[];
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
  moreCalled: boolean;
  falseAlarm: boolean;
  mergedReference: string | undefined;
};
export type PageModel = {
  heading: string;
  zone: string;
  phone: string | null;
  now: Temporal.Instant;
  verdict: { level: Level; words: string };
  services: ServiceModel[];
  open: IncidentModel[];
  past: IncidentModel[];
  /** When time alone changes the page: a promise passes, or the day ends. */
  nextChangeAt: Temporal.Instant;
};

const WORDS_CHARACTERS_MAX = 60;

export function pageModel(shown: Shown, now: Temporal.Instant): PageModel {
  const zone = knownZone(shown.organisation.zone);
  const references = new Map(shown.incidents.map((each) => [each.id, each.reference]));
  const names = new Map(shown.services.map((each) => [each.id, each.name]));
  const incidents = shown.incidents.map((each) => incidentModel(each, names, references, now));
  const open = incidents
    .filter((each) => each.open)
    .toSorted(
      (one, other) =>
        one.severity.localeCompare(other.severity) ||
        Temporal.Instant.compare(other.startedAt, one.startedAt),
    );
  const services = shown.services.map((service) => {
    const own = incidents.filter((each) => each.serviceIds.includes(service.id));
    return { ...service, ...levelNow(own), days: daysOf(own, service.since, zone, now) };
  });
  const name = shown.organisation.name;
  return {
    heading: shown.organisation.statusPageName ?? (name ? `${name} status` : 'Status'),
    zone,
    phone: shown.organisation.phone,
    now,
    verdict: verdictOf(services, open),
    services,
    open,
    past: incidents
      .filter((each) => !each.open)
      .toSorted((one, other) => Temporal.Instant.compare(other.startedAt, one.startedAt)),
    nextChangeAt: nextChange(open, zone, now),
  };
}

function incidentModel(
  incident: ShownIncident,
  serviceNames: Map<string, string>,
  references: Map<string, string>,
  now: Temporal.Instant,
): IncidentModel {
  const names = [...new Set(incident.serviceIds.flatMap((id) => serviceNames.get(id) ?? []))];
  const latest = incident.updates.findLast((each) => !each.automatic) ?? incident.updates.at(-1)!;
  const open = incident.endedAt === null;
  // The last words about the harm name it; "you can use it again" would be a strange title for an outage.
  const harm =
    incident.updates.findLast(
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
    latest,
    title: headline(open && latest.status === 'works_again' ? latest.impact : harm.impact, names),
    statusWords: falseAlarm ? 'A false alarm' : open ? statusWords(latest) : 'Resolved',
    open,
    lateSince: late,
    moreCalled: Boolean(late && incident.calledAt && Temporal.Instant.compare(incident.calledAt, late) >= 0),
    falseAlarm,
    mergedReference: incident.mergedInto ? references.get(incident.mergedInto) : undefined,
  };
}

function levelNow(own: IncidentModel[]): { level: Level; words: string } {
  const open = own.filter((each) => each.open);
  const harming = open.filter((each) => !each.restoredAt);
  const worst = harming.find((each) => each.level === 'not') ?? harming[0];
  if (!worst) return { level: 'works', words: open.length ? 'Works again' : 'Working' };
  const what = shortImpact(worst);
  const label = worst.level === 'not' ? 'Not working' : 'Partly working';
  // Before anybody has said what fails, the status is all that is known.
  if (!what) return { level: worst.level, words: worst.statusWords };
  return { level: worst.level, words: `${label}: ${what}` };
}

function shortImpact(incident: IncidentModel): string | undefined {
  const text = incident.title;
  if (text.startsWith('An issue affecting') || text.length > WORDS_CHARACTERS_MAX) return undefined;
  return /^[A-Z][a-z]+ [a-z]/.test(text) && !incident.names.some((name) => text.startsWith(name))
    ? text[0]!.toLowerCase() + text.slice(1)
    : text;
}

/** The first line of the page, for somebody with two seconds. */
function verdictOf(services: ServiceModel[], open: IncidentModel[]): PageModel['verdict'] {
  if (!services.length) return { level: 'works', words: 'This page shows no services yet.' };
  const harmed = services.filter((each) => each.level !== 'works');
  const rest = harmed.length < services.length ? ' Everything else works.' : '';
  if (harmed.length) {
    const names = affected(harmed.map((each) => each.name));
    const level = harmed.some((each) => each.level === 'not') ? 'not' : 'partly';
    return { level, words: `There is a problem with ${names}.${rest}` };
  }
  return {
    level: 'works',
    words: open.length ? 'Everything works again. We are watching it.' : 'Everything works.',
  };
}

function daysOf(
  own: IncidentModel[],
  since: Temporal.Instant,
  zone: string,
  now: Temporal.Instant,
): DayModel[] {
  const today = now.toZonedDateTimeISO(zone).toPlainDate();
  const born = since.toZonedDateTimeISO(zone).toPlainDate();
  return Array.from({ length: HISTORY_DAYS }, (_, index) => {
    const date = today.subtract({ days: HISTORY_DAYS - 1 - index });
    const start = date.toZonedDateTime({ timeZone: zone }).epochMilliseconds;
    const end = date.add({ days: 1 }).toZonedDateTime({ timeZone: zone }).epochMilliseconds;
    let level: Level = 'works';
    let minutes = 0;
    for (const incident of own) {
      if (incident.falseAlarm) continue;
      const overlap =
        Math.min(end, (incident.restoredAt ?? incident.endedAt ?? now).epochMilliseconds) -
        Math.max(start, incident.startedAt.epochMilliseconds);
      if (overlap <= 0) continue;
      minutes += Math.max(1, Math.round(overlap / 60_000));
      if (level !== 'not') level = incident.level;
    }
    return { date, level, minutes, before: minutes === 0 && Temporal.PlainDate.compare(date, born) < 0 };
  });
}

function nextChange(open: IncidentModel[], zone: string, now: Temporal.Instant): Temporal.Instant {
  const midnight = now
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .add({ days: 1 })
    .toZonedDateTime({ timeZone: zone })
    .toInstant();
  // A promise is late one moment after its time, not at it.
  const promises = open.flatMap((each) =>
    each.promisedAt && !each.lateSince ? [each.promisedAt.add({ milliseconds: 1 })] : [],
  );
  return (
    [midnight, ...promises]
      .filter((at) => Temporal.Instant.compare(at, now) > 0)
      .toSorted(Temporal.Instant.compare)[0] ?? midnight
  );
}
