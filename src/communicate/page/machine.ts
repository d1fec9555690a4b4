/** A status page for programs: JSON in the shape that Statuspage's clients read, Atom and RSS. Pure. */
import { escaped } from '#platform/escaped.ts';
import type { Learned } from '../learned.ts';
import { closed } from '../message.ts';
import type { MaintenanceState, ShownUpdate } from './facts-shown.ts';
import { nextWords, type Speech } from './language.ts';
import type { IncidentModel, Level, MaintenanceModel, PageModel } from './model.ts';

const LIST_MAX = 50;
/** The default page was there before there were others, and keeps its name. */
const DEFAULT_PAGE_ID = 'humdrum';

const COMPONENT: Record<Level, string> = {
  works: 'operational',
  partly: 'partial_outage',
  not: 'major_outage',
};
const INDICATORS = ['none', 'minor', 'major', 'critical'];
const DESCRIPTION: Record<string, string> = {
  none: 'All Systems Operational',
  minor: 'Minor Service Outage',
  major: 'Partial System Outage',
  critical: 'Major Service Outage',
};

/** What Statuspage calls this page. */
export function publicIdOf({ page }: Pick<PageModel, 'page'>): string {
  return page.slug === null ? DEFAULT_PAGE_ID : page.id;
}

/** @returns path below the page → body */
export function jsonDocuments(page: PageModel, url: string | undefined): Map<string, string> {
  const about = {
    id: publicIdOf(page),
    name: page.heading,
    url: `${url ?? ''}${page.base}`,
    time_zone: page.zone === 'UTC' ? 'Etc/UTC' : page.zone,
    updated_at: newest(page)?.toString() ?? null,
  };
  const status = statusOf(page);
  const components = page.services.map((_, index) => component(page, index));
  const all = [...page.open, ...page.past].toSorted((one, other) =>
    Temporal.Instant.compare(other.startedAt, one.startedAt),
  );
  const incidents = all.slice(0, LIST_MAX).map((each) => incident(each, page, url));
  const unresolved = page.open.slice(0, LIST_MAX).map((each) => incident(each, page, url));
  const planned = page.planned.map((each) => maintenance(each, page, url));
  const active = page.planned
    .filter((each) => each.state === 'in_progress')
    .map((each) => maintenance(each, page, url));
  const upcoming = page.planned
    .filter((each) => each.state === 'scheduled')
    .map((each) => maintenance(each, page, url));
  const maintenances = [...page.planned, ...page.maintained]
    .toSorted((one, other) => Temporal.Instant.compare(other.startsAt, one.startsAt))
    .slice(0, LIST_MAX)
    .map((each) => maintenance(each, page, url));
  const documents: Record<string, object> = {
    'summary.json': {
      page: about,
      status,
      components,
      incidents: unresolved,
      scheduled_maintenances: planned,
    },
    'status.json': { page: about, status },
    'components.json': { page: about, components },
    'incidents.json': { page: about, incidents },
    'incidents/unresolved.json': { page: about, incidents: unresolved },
    'scheduled-maintenances.json': { page: about, scheduled_maintenances: maintenances },
    'scheduled-maintenances/upcoming.json': { page: about, scheduled_maintenances: upcoming },
    'scheduled-maintenances/active.json': { page: about, scheduled_maintenances: active },
  };
  return new Map(Object.entries(documents).map(([path, body]) => [`api/v2/${path}`, JSON.stringify(body)]));
}

function statusOf(page: PageModel): { indicator: string; description: string } {
  const worst = Math.max(
    0,
    ...page.open.map((each) => (each.restoredAt ? 0 : INDICATORS.indexOf(impactOf(each)))),
  );
  if (worst === 0 && page.services.some((each) => each.underMaintenance))
    return { indicator: 'maintenance', description: 'Service Under Maintenance' };
  const indicator = INDICATORS[worst] ?? 'none';
  return { indicator, description: DESCRIPTION[indicator] ?? '' };
}

function impactOf(each: IncidentModel): string {
  if (each.falseAlarm || each.level === 'works') return 'none';
  if (each.severity === 'P1') return each.level === 'not' ? 'critical' : 'major';
  return 'minor';
}

function component(page: PageModel, index: number): object {
  const service = page.services[index]!;
  const own = page.open.filter((each) => each.serviceIds.includes(service.id) && !each.restoredAt);
  const mild = service.level === 'partly' && own.every((each) => each.severity !== 'P1');
  const changed = [
    ...[...page.open, ...page.past]
      .filter((each) => each.serviceIds.includes(service.id))
      .flatMap((each) => each.updates.map((update) => update.at)),
    ...[...page.planned, ...page.maintained]
      .filter((each) => each.serviceIds.includes(service.id))
      .flatMap((each) => [each.startedAt, each.finishedAt].filter((at) => at !== null)),
  ];
  const maintained = service.underMaintenance && service.level === 'works';
  return {
    id: service.id,
    name: service.name,
    status: maintained ? 'under_maintenance' : mild ? 'degraded_performance' : COMPONENT[service.level],
    created_at: service.since.toString(),
    updated_at: (changed.toSorted(Temporal.Instant.compare).at(-1) ?? service.since).toString(),
    position: index + 1,
    description: null,
    showcase: true,
    start_date: null,
    group_id: null,
    page_id: publicIdOf(page),
    group: false,
    only_show_if_degraded: false,
  };
}

function incident(each: IncidentModel, page: PageModel, url: string | undefined): object {
  const status = each.open ? updateStatus(each.latest) : each.learned ? 'postmortem' : 'resolved';
  const components = page.services.flatMap((service, index) =>
    each.serviceIds.includes(service.id) ? [component(page, index)] : [],
  );
  return {
    id: each.reference,
    name: each.title,
    status,
    impact: impactOf(each),
    created_at: each.updates[0]!.at.toString(),
    updated_at: lastChange(each).toString(),
    monitoring_at: each.restoredAt?.toString() ?? null,
    resolved_at: each.endedAt?.toString() ?? null,
    started_at: each.startedAt.toString(),
    shortlink: `${url ?? ''}${page.base}incidents/${each.reference}`,
    page_id: publicIdOf(page),
    incident_updates: [
      ...(each.learned ? [postmortem(each, each.learned)] : []),
      ...each.updates.toReversed().map((update) => ({
        id: `${each.reference}-${update.seq}`,
        incident_id: each.reference,
        status: updateStatus(update),
        body: spoken(update, page),
        created_at: update.at.toString(),
        updated_at: update.at.toString(),
        display_at: update.at.toString(),
        affected_components: [],
      })),
    ],
    components,
  };
}

/** Statuspage shows what was learned as one more update, with a status of its own. */
function postmortem(each: IncidentModel, { text, at, correctedAt }: Learned): object {
  return {
    id: `${each.reference}-postmortem`,
    incident_id: each.reference,
    status: 'postmortem',
    body: text,
    created_at: at.toString(),
    updated_at: (correctedAt ?? at).toString(),
    display_at: at.toString(),
    affected_components: [],
  };
}

/** The last message, or what was learned since. */
function lastChange({ updates, learned }: IncidentModel): Temporal.Instant {
  const said = updates.at(-1)!.at;
  const since = learned?.correctedAt ?? learned?.at;
  return since && Temporal.Instant.compare(since, said) > 0 ? since : said;
}

const MAINTENANCE_STATUS: Record<MaintenanceState, string> = {
  scheduled: 'scheduled',
  in_progress: 'in_progress',
  completed: 'completed',
  // Statuspage has no word for it; the last message says it.
  cancelled: 'completed',
};

function maintenance(each: MaintenanceModel, page: PageModel, url: string | undefined): object {
  const components = page.services.flatMap((service, index) =>
    each.serviceIds.includes(service.id) ? [component(page, index)] : [],
  );
  const said = each.updates.length
    ? each.updates.toReversed()
    : [{ seq: 0, state: each.state, text: each.impact, at: each.createdAt }];
  return {
    id: each.reference,
    name: each.title,
    status: MAINTENANCE_STATUS[each.state],
    impact: 'maintenance',
    created_at: each.createdAt.toString(),
    updated_at: each.updatedAt.toString(),
    monitoring_at: null,
    resolved_at: each.finishedAt?.toString() ?? null,
    started_at: (each.startedAt ?? each.startsAt).toString(),
    scheduled_for: each.startsAt.toString(),
    scheduled_until: each.endsAt.toString(),
    shortlink: `${url ?? ''}${page.base}maintenance/${each.reference}`,
    page_id: publicIdOf(page),
    incident_updates: said.map((update) => ({
      id: `${each.reference}-${update.seq}`,
      incident_id: each.reference,
      status: MAINTENANCE_STATUS[update.state],
      body: update.text,
      created_at: update.at.toString(),
      updated_at: update.at.toString(),
      display_at: update.at.toString(),
      affected_components: [],
    })),
    components,
  };
}

function updateStatus(update: ShownUpdate): string {
  if (update.kind === 'final' || update.kind === 'stand_down') return 'resolved';
  const words = {
    looking: 'investigating',
    cause_known: 'identified',
    checking_repair: 'monitoring',
    works_again: 'monitoring',
  };
  return words[update.status];
}

function spoken(update: ShownUpdate, page: PageModel): string {
  return textOf(update, page.speech);
}

/** A message as one paragraph in the language of the page; times are told as of when it was written. */
export function textOf(
  update: Pick<ShownUpdate, 'kind' | 'status' | 'impact' | 'action' | 'nextAt' | 'at'>,
  { words, time }: Speech,
): string {
  const { kind, nextAt } = update;
  const next = nextAt ? time(nextAt.epochMilliseconds, update.at.epochMilliseconds) : undefined;
  return [
    kind === 'late' ? `${words.automatic}.` : '',
    closed(update.impact),
    closed(update.action),
    nextWords(words, kind, next),
  ]
    .filter(Boolean)
    .join(' ');
}

function newest(page: PageModel): Temporal.Instant | undefined {
  return [
    ...[...page.open, ...page.past].map(lastChange),
    ...[...page.planned, ...page.maintained].map((each) => each.updatedAt),
  ]
    .toSorted(Temporal.Instant.compare)
    .at(-1);
}

type Entry = {
  urn: string;
  title: string;
  path: string;
  publishedAt: Temporal.Instant;
  updatedAt: Temporal.Instant;
  /** HTML. */
  body: string;
};

export function atomFeed(page: PageModel, url: string | undefined): string {
  const entries = feedEntries(page).map(
    (each) =>
      `<entry><id>${escaped(each.urn)}</id><title>${escaped(each.title)}</title><published>${each.publishedAt}</published><updated>${each.updatedAt}</updated>${url ? `<link rel="alternate" type="text/html" href="${escaped(`${url}${page.base}${each.path}`)}"/>` : ''}<content type="html">${escaped(each.body)}</content></entry>`,
  );
  const self = url
    ? `<link rel="self" type="application/atom+xml" href="${escaped(`${url}${page.base}history.atom`)}"/><link rel="alternate" type="text/html" href="${escaped(`${url}${page.base}`)}"/>`
    : '';
  const id = url
    ? `${url}${page.base}`
    : `urn:humdrum:status${page.page.slug === null ? '' : `:${page.page.id}`}`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${page.speech.language}"><id>${escaped(id)}</id><title>${escaped(page.heading)}</title><updated>${newest(page) ?? Temporal.Instant.fromEpochMilliseconds(0)}</updated><author><name>${escaped(page.heading)}</name></author>${self}${entries.join('')}</feed>\n`;
}

export function rssFeed(page: PageModel, url: string | undefined): string {
  const items = feedEntries(page).map(
    (each) =>
      `<item><title>${escaped(each.title)}</title><description>${escaped(each.body)}</description><pubDate>${rfc822(each.updatedAt)}</pubDate><guid isPermaLink="false">${escaped(each.urn)}</guid>${url ? `<link>${escaped(`${url}${page.base}${each.path}`)}</link>` : ''}</item>`,
  );
  const self = url
    ? `<atom:link rel="self" type="application/rss+xml" href="${escaped(`${url}${page.base}history.rss`)}"/>`
    : '';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>${escaped(page.heading)}</title><link>${escaped(`${url ?? ''}${page.base}`)}</link><description>${escaped(page.heading)}</description><language>${page.speech.language}</language>${self}${items.join('')}</channel></rss>\n`;
}

function feedEntries(page: PageModel): Entry[] {
  const incidents = [...page.open, ...page.past].map((each) => ({
    urn: `urn:humdrum:incident:${each.reference}`,
    title: each.title,
    path: `incidents/${each.reference}`,
    publishedAt: each.updates[0]!.at,
    updatedAt: lastChange(each),
    body: feedBody(each, page),
  }));
  const maintenances = [...page.planned, ...page.maintained].map((each) => ({
    urn: `urn:humdrum:maintenance:${each.reference}`,
    title: `${page.speech.words.maintenance}: ${each.title}`,
    path: `maintenance/${each.reference}`,
    publishedAt: each.createdAt,
    updatedAt: each.updatedAt,
    body: maintenanceBody(each, page),
  }));
  return [...incidents, ...maintenances]
    .toSorted((one, other) => Temporal.Instant.compare(other.updatedAt, one.updatedAt))
    .slice(0, LIST_MAX);
}

// The content is HTML as text: escaped once for the words, once more for the feed.
function feedBody(each: IncidentModel, page: PageModel): string {
  const learned = each.learned
    ? `<p><strong>${escaped(page.speech.words.learned)}</strong> ${escaped(each.learned.text)}</p>`
    : '';
  const said = each.updates
    .toReversed()
    .map(
      (update) =>
        `<p><strong>${escaped(page.speech.time(update.at.epochMilliseconds, page.now.epochMilliseconds))}</strong> ${escaped(spoken(update, page))}</p>`,
    );
  return [learned, ...said].join('');
}

function maintenanceBody(each: MaintenanceModel, { speech }: PageModel): string {
  const { words } = speech;
  const from = each.startsAt.epochMilliseconds;
  const when = `${words.span(speech.time(from), speech.time(each.endsAt.epochMilliseconds, from))} ${words.onDate(speech.longDate(from))}`;
  const said = each.updates.toReversed().map((update) => `<p>${escaped(update.text)}</p>`);
  return `<p><strong>${escaped(words.maintenancePhase[each.phase])}</strong> ${escaped(when)}</p><p>${escaped(each.impact)}</p>${said.join('')}`;
}

function rfc822(at: Temporal.Instant): string {
  return new Date(at.epochMilliseconds).toUTCString();
}
