/** Statuspage's `summary.json`, which incident.io, Rootly and many others serve too: `null` for empty lists, and no components on incidents. */
import { z } from 'zod';
import { jsonOf, listOf, maybe, momentOf, plain, word } from '../decode.ts';
import type { Page, ProviderIncident, Reading } from '../reading.ts';
import type { ProviderState } from '../state.ts';

const INDICATOR: Record<string, ProviderState> = {
  none: 'operational',
  minor: 'degraded',
  major: 'partial',
  critical: 'major',
  maintenance: 'maintenance',
};
const COMPONENT: Record<string, ProviderState> = {
  operational: 'operational',
  degraded_performance: 'degraded',
  partial_outage: 'partial',
  major_outage: 'major',
  under_maintenance: 'maintenance',
};

const affected = z.object({ code: maybe, id: maybe, name: maybe });
const incident = z.object({
  id: word,
  name: z.string(),
  status: z.string(),
  impact: maybe,
  created_at: maybe,
  started_at: maybe,
  resolved_at: maybe,
  shortlink: maybe,
  scheduled_for: maybe,
  scheduled_until: maybe,
  components: listOf(affected),
  incident_updates: listOf(
    z.object({
      status: maybe,
      body: maybe,
      created_at: maybe,
      display_at: maybe,
      affected_components: listOf(affected),
    }),
  ),
});
const summary = z.object({
  page: z.object({ url: maybe }).nullish(),
  status: z.object({ indicator: z.string() }),
  components: listOf(
    z.object({
      id: word,
      name: z.string(),
      status: z.string(),
      group: z.boolean().nullish(),
      group_id: maybe,
    }),
  ),
  incidents: listOf(incident),
  scheduled_maintenances: listOf(incident),
});

/** The page or any of its JSON addresses becomes the summary, which has all we need. */
export function address(url: string): string {
  const at = new URL(url);
  if (/summary\.json$/.test(at.pathname)) return url;
  at.pathname = `${at.pathname.replace(/\/(api\/v2\/[\w/-]+\.json|history\.(atom|rss)|index\.html)?$/, '')}/api/v2/summary.json`;
  return at.href;
}

/** @throws Failed for an answer that is no summary */
export function read(page: Page, now: Temporal.Instant): Reading {
  const found = jsonOf(page, summary);
  const groups = new Map(found.components.filter((each) => each.group).map((each) => [each.id, each.name]));
  const url = found.page?.url ?? null;
  return {
    state: INDICATOR[found.status.indicator] ?? 'unknown',
    components: found.components
      .filter((each) => !each.group)
      .map(({ id, name, status, group_id }) => ({
        id,
        name,
        group: groups.get(group_id ?? '') ?? null,
        state: COMPONENT[status] ?? 'unknown',
      })),
    incidents: [
      ...found.incidents.map((each) => incidentOf(each, { url, now, maintenance: false })),
      ...found.scheduled_maintenances.map((each) => incidentOf(each, { url, now, maintenance: true })),
    ],
  };
}

function incidentOf(
  found: z.output<typeof incident>,
  { url, now, maintenance }: { url: string | null; now: Temporal.Instant; maintenance: boolean },
): ProviderIncident {
  const until = momentOf(found.scheduled_until);
  // What was announced and never begun is not going on for ever.
  const lapsed = found.status === 'scheduled' && until && Temporal.Instant.compare(until, now) < 0;
  const over = /^(resolved|postmortem|completed)$/.test(found.status) || lapsed;
  const updates = found.incident_updates.map((each) => ({
    at: momentOf(each.display_at) ?? momentOf(each.created_at) ?? now,
    text: plain(each.body ?? ''),
  }));
  return {
    id: found.id,
    title: found.name,
    maintenance,
    impact: maintenance ? 'maintenance' : (INDICATOR[found.impact ?? 'none'] ?? 'unknown'),
    startedAt:
      (maintenance ? momentOf(found.scheduled_for) : undefined) ??
      momentOf(found.started_at) ??
      momentOf(found.created_at) ??
      now,
    endedAt: over ? (momentOf(found.resolved_at) ?? until ?? now) : null,
    url: found.shortlink ?? url,
    components: [
      ...found.components,
      ...found.incident_updates.flatMap((each) => each.affected_components),
    ].flatMap((each) => each.name ?? each.id ?? each.code ?? []),
    updates,
  };
}
