/** Google Cloud's and Google Workspace's `incidents.json`: a history in which what has no end is going on. */
import { z } from 'zod';
import { jsonOf, listOf, maybe, momentOf, word } from '../decode.ts';
import { componentsOf, type Page, type ProviderIncident, type Reading } from '../reading.ts';
import { type ProviderState, worst } from '../state.ts';

// Information alone disturbs nobody.
const IMPACT: Record<string, ProviderState> = {
  SERVICE_INFORMATION: 'operational',
  SERVICE_DISRUPTION: 'partial',
  SERVICE_OUTAGE: 'major',
  AVAILABLE: 'operational',
};
const TITLE_CHARACTERS_MAX = 200;

const place = z.object({ id: maybe, title: maybe });
const incidents = z.array(
  z.object({
    id: word,
    begin: maybe,
    created: maybe,
    end: maybe,
    external_desc: maybe,
    status_impact: maybe,
    service_name: maybe,
    uri: maybe,
    affected_products: listOf(z.object({ title: z.string() })),
    currently_affected_locations: listOf(place),
    updates: listOf(z.object({ when: maybe, created: maybe, text: maybe })),
    most_recent_update: z.object({ when: maybe, text: maybe, affected_locations: listOf(place) }).nullish(),
  }),
);

export function address(url: string): string {
  const at = new URL(url);
  if (at.pathname.endsWith('.json')) return url;
  at.pathname = `${at.pathname.replace(/\/(summary|index\.html|en\/feed\.atom)?$/, '')}/incidents.json`;
  return at.href;
}

/** Products and places are both components: “Cloud SQL”, “us-central1”. @throws Failed for an answer of another shape */
export function read(page: Page, now: Temporal.Instant): Reading {
  const found = jsonOf(page, incidents).map((each): ProviderIncident => {
    const places = [
      ...each.currently_affected_locations,
      ...(each.most_recent_update?.affected_locations ?? []),
    ].flatMap((location) => location.id ?? []);
    return {
      id: each.id,
      title: titleOf(each.external_desc ?? '') || `Incident of ${each.service_name ?? 'Google'}`,
      maintenance: false,
      impact: IMPACT[each.status_impact ?? ''] ?? 'unknown',
      startedAt: momentOf(each.begin) ?? momentOf(each.created) ?? now,
      endedAt: each.end ? (momentOf(each.end) ?? now) : null,
      url:
        each.uri && URL.canParse(each.uri, 'https://status.cloud.google.com/')
          ? new URL(each.uri, 'https://status.cloud.google.com/').href
          : null,
      components: [...each.affected_products.map(({ title }) => title), ...places],
      updates: (each.updates.length
        ? each.updates
        : each.most_recent_update
          ? [each.most_recent_update]
          : []
      ).flatMap((update) => {
        const at = momentOf(update.when);
        return at && update.text ? [{ at, text: update.text.replaceAll('**', '') }] : [];
      }),
    };
  });
  const open = found.filter((each) => each.endedAt === null);
  return {
    state: worst(open.map((each) => each.impact)),
    components: componentsOf([], found),
    incidents: found,
  };
}

/** They begin with “**Title:**” or “# Title”; the first line with words of its own is the title. */
function titleOf(description: string): string {
  const lines = description.split('\n').map((line) => line.replace(/^[#*\s]*(Title:?)?[*\s]*/i, '').trim());
  return (lines.find((line) => line !== '') ?? '').slice(0, TITLE_CHARACTERS_MAX);
}
