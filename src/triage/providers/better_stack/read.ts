/** Better Stack's `index.json` (JSON:API). A report's `ends_at` stays empty when it is resolved: its state decides. */
import { z } from 'zod';
import { jsonOf, listOf, maybe, momentOf, plain, word } from '../decode.ts';
import type { Component, Page, ProviderIncident, Reading } from '../reading.ts';
import type { ProviderState } from '../state.ts';

const STATE: Record<string, ProviderState> = {
  operational: 'operational',
  resolved: 'operational',
  degraded: 'degraded',
  downtime: 'major',
  maintenance: 'maintenance',
};

const affected = z.object({ status_page_resource_id: word, status: maybe });
const included = z.object({
  id: word,
  type: z.string(),
  attributes: z.looseObject({
    name: maybe,
    public_name: maybe,
    status: maybe,
    status_page_section_id: word.nullish(),
    title: maybe,
    report_type: maybe,
    starts_at: maybe,
    ends_at: maybe,
    aggregate_state: maybe,
    affected_resources: listOf(affected),
    message: maybe,
    published_at: maybe,
    status_report_id: word.nullish(),
  }),
  relationships: z
    .looseObject({ status_updates: z.object({ data: listOf(z.object({ id: word })) }).nullish() })
    .nullish(),
});
const index = z.object({
  data: z.object({ attributes: z.looseObject({ aggregate_state: z.string() }) }),
  included: listOf(included),
});
type Included = z.output<typeof included>;

export function address(url: string): string {
  const at = new URL(url);
  if (at.pathname.endsWith('index.json')) return url;
  at.pathname = `${at.pathname.replace(/\/$/, '')}/index.json`;
  return at.href;
}

/** @throws Failed for an answer of another shape */
export function read(page: Page, now: Temporal.Instant): Reading {
  const found = jsonOf(page, index);
  const of = (type: string) => found.included.filter((each) => each.type === type);
  const sections = new Map(of('status_page_section').map((each) => [each.id, each.attributes.name ?? '']));
  const updates = new Map(of('status_update').map((each) => [each.id, each]));
  return {
    state: STATE[found.data.attributes.aggregate_state.toLowerCase()] ?? 'unknown',
    components: of('status_page_resource').flatMap((each) => componentOf(each, sections)),
    incidents: of('status_report').map((each) => incidentOf(each, updates, now)),
  };
}

/** What is not watched over there says nothing. */
function componentOf({ id, attributes }: Included, sections: Map<string, string>): Component[] {
  const name = attributes.public_name?.trim();
  if (!name || attributes.status === 'not_monitored') return [];
  return [
    {
      id,
      name,
      group: sections.get(attributes.status_page_section_id ?? '')?.trim() || null,
      state: STATE[(attributes.status ?? '').toLowerCase()] ?? 'unknown',
    },
  ];
}

function incidentOf(
  { id, attributes, relationships }: Included,
  updates: Map<string, Included>,
  now: Temporal.Instant,
): ProviderIncident {
  const maintenance = attributes.report_type === 'maintenance';
  const told = (relationships?.status_updates?.data ?? [])
    .flatMap((each) => updates.get(each.id) ?? [])
    .flatMap(({ attributes: update }) => {
      const at = momentOf(update.published_at);
      return at ? [{ at, text: plain(update.message ?? '') }] : [];
    })
    .toSorted((one, other) => Temporal.Instant.compare(other.at, one.at));
  const ends = momentOf(attributes.ends_at);
  const over =
    attributes.aggregate_state?.toLowerCase() === 'resolved' ||
    (ends !== undefined && Temporal.Instant.compare(ends, now) <= 0);
  return {
    id,
    title: attributes.title ?? 'Report',
    maintenance,
    impact: maintenance
      ? 'maintenance'
      : (STATE[(attributes.aggregate_state ?? '').toLowerCase()] ?? 'degraded'),
    startedAt: momentOf(attributes.starts_at) ?? told.at(-1)?.at ?? now,
    endedAt: over ? (ends ?? told[0]?.at ?? now) : null,
    url: null,
    components: attributes.affected_resources.map((each) => each.status_page_resource_id),
    updates: told,
  };
}
