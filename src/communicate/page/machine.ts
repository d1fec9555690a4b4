/** The public page for programs: JSON in the shape that Statuspage's clients read, Atom and RSS. Pure. */
import { escaped } from '../escaped.ts';
import { plainText } from '../message.ts';
import { timeWithZone } from '../words.ts';
import type { ShownUpdate } from './facts-shown.ts';
import type { IncidentModel, Level, PageModel } from './model.ts';

const LIST_MAX = 50;
const PAGE_ID = 'humdrum';

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

/** @returns path below `/status/` → body */
export function jsonDocuments(page: PageModel, url: string | undefined): Map<string, string> {
  const about = {
    id: PAGE_ID,
    name: page.heading,
    url: `${url ?? ''}/status/`,
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
  const documents: Record<string, object> = {
    'summary.json': { page: about, status, components, incidents: unresolved, scheduled_maintenances: [] },
    'status.json': { page: about, status },
    'components.json': { page: about, components },
    'incidents.json': { page: about, incidents },
    'incidents/unresolved.json': { page: about, incidents: unresolved },
    'scheduled-maintenances.json': { page: about, scheduled_maintenances: [] },
    'scheduled-maintenances/upcoming.json': { page: about, scheduled_maintenances: [] },
    'scheduled-maintenances/active.json': { page: about, scheduled_maintenances: [] },
  };
  return new Map(Object.entries(documents).map(([path, body]) => [`api/v2/${path}`, JSON.stringify(body)]));
}

function statusOf(page: PageModel): { indicator: string; description: string } {
  const worst = Math.max(
    0,
    ...page.open.map((each) => (each.restoredAt ? 0 : INDICATORS.indexOf(impactOf(each)))),
  );
  const indicator = INDICATORS[worst] ?? 'none';
  return { indicator, description: DESCRIPTION[indicator] ?? '' };
}

function impactOf(each: IncidentModel): string {
  if (each.falseAlarm) return 'none';
  if (each.severity === 'P1') return each.level === 'not' ? 'critical' : 'major';
  return 'minor';
}

function component(page: PageModel, index: number): object {
  const service = page.services[index]!;
  const own = page.open.filter((each) => each.serviceIds.includes(service.id) && !each.restoredAt);
  const mild = service.level === 'partly' && own.every((each) => each.severity !== 'P1');
  const changed = [...page.open, ...page.past]
    .filter((each) => each.serviceIds.includes(service.id))
    .flatMap((each) => each.updates.map((update) => update.at));
  return {
    id: service.id,
    name: service.name,
    status: mild ? 'degraded_performance' : COMPONENT[service.level],
    created_at: service.since.toString(),
    updated_at: (changed.toSorted(Temporal.Instant.compare).at(-1) ?? service.since).toString(),
    position: index + 1,
    description: null,
    showcase: true,
    start_date: null,
    group_id: null,
    page_id: PAGE_ID,
    group: false,
    only_show_if_degraded: false,
  };
}

function incident(each: IncidentModel, page: PageModel, url: string | undefined): object {
  const status = each.open ? updateStatus(each.latest) : 'resolved';
  const components = page.services.flatMap((service, index) =>
    each.serviceIds.includes(service.id) ? [component(page, index)] : [],
  );
  return {
    id: each.reference,
    name: each.title,
    status,
    impact: impactOf(each),
    created_at: each.updates[0]!.at.toString(),
    updated_at: each.updates.at(-1)!.at.toString(),
    monitoring_at: each.restoredAt?.toString() ?? null,
    resolved_at: each.endedAt?.toString() ?? null,
    started_at: each.startedAt.toString(),
    shortlink: `${url ?? ''}/status/incidents/${each.reference}`,
    page_id: PAGE_ID,
    incident_updates: each.updates.toReversed().map((update) => ({
      id: `${each.reference}-${update.seq}`,
      incident_id: each.reference,
      status: updateStatus(update),
      body: spoken(update, page),
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
  return plainText({ ...update, nextAt: update.nextAt?.epochMilliseconds ?? null }, (at) =>
    timeWithZone(at, page.zone, update.at.epochMilliseconds),
  );
}

function newest(page: PageModel): Temporal.Instant | undefined {
  return [...page.open, ...page.past]
    .flatMap((each) => each.updates.map((update) => update.at))
    .toSorted(Temporal.Instant.compare)
    .at(-1);
}

export function atomFeed(page: PageModel, url: string | undefined): string {
  const entries = feedIncidents(page).map(
    (each) =>
      `<entry><id>urn:humdrum:incident:${escaped(each.reference)}</id><title>${escaped(each.title)}</title><published>${each.updates[0]!.at}</published><updated>${each.updates.at(-1)!.at}</updated>${url ? `<link rel="alternate" type="text/html" href="${escaped(`${url}/status/incidents/${each.reference}`)}"/>` : ''}<content type="html">${escaped(feedBody(each, page))}</content></entry>`,
  );
  const self = url
    ? `<link rel="self" type="application/atom+xml" href="${escaped(`${url}/status/history.atom`)}"/><link rel="alternate" type="text/html" href="${escaped(`${url}/status/`)}"/>`
    : '';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><id>${escaped(url ? `${url}/status/` : 'urn:humdrum:status')}</id><title>${escaped(page.heading)}</title><updated>${newest(page) ?? Temporal.Instant.fromEpochMilliseconds(0)}</updated><author><name>${escaped(page.heading)}</name></author>${self}${entries.join('')}</feed>\n`;
}

export function rssFeed(page: PageModel, url: string | undefined): string {
  const items = feedIncidents(page).map(
    (each) =>
      `<item><title>${escaped(each.title)}</title><description>${escaped(feedBody(each, page))}</description><pubDate>${rfc822(each.updates.at(-1)!.at)}</pubDate><guid isPermaLink="false">urn:humdrum:incident:${escaped(each.reference)}</guid>${url ? `<link>${escaped(`${url}/status/incidents/${each.reference}`)}</link>` : ''}</item>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel><title>${escaped(page.heading)}</title><link>${escaped(`${url ?? ''}/status/`)}</link><description>${escaped(`Updates of ${page.heading}`)}</description>${items.join('')}</channel></rss>\n`;
}

function feedIncidents(page: PageModel): IncidentModel[] {
  return [...page.open, ...page.past]
    .toSorted((one, other) => Temporal.Instant.compare(other.updates.at(-1)!.at, one.updates.at(-1)!.at))
    .slice(0, LIST_MAX);
}

// The content is HTML as text: escaped once for the words, once more for the feed.
function feedBody(each: IncidentModel, page: PageModel): string {
  return each.updates
    .toReversed()
    .map(
      (update) =>
        `<p><strong>${escaped(timeWithZone(update.at.epochMilliseconds, page.zone, page.now.epochMilliseconds))}</strong> ${escaped(spoken(update, page))}</p>`,
    )
    .join('');
}

function rfc822(at: Temporal.Instant): string {
  return new Date(at.epochMilliseconds).toUTCString();
}
