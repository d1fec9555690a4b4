/** Instatus: the page's word and what is open in `summary.json`; the components are a second address. */
import { z } from 'zod';
import { jsonOf, listOf, maybe, momentOf, word } from '../decode.ts';
import type { Component, Page, ProviderIncident, Reading } from '../reading.ts';
import { type ProviderState, worst } from '../state.ts';

const PAGE: Record<string, ProviderState> = {
  UP: 'operational',
  HASISSUES: 'degraded',
  UNDERMAINTENANCE: 'maintenance',
};
const IMPACT: Record<string, ProviderState> = {
  OPERATIONAL: 'operational',
  DEGRADEDPERFORMANCE: 'degraded',
  MINOROUTAGE: 'partial',
  PARTIALOUTAGE: 'partial',
  MAJOROUTAGE: 'major',
  UNDERMAINTENANCE: 'maintenance',
};

const summary = z.object({
  page: z.object({ status: z.string(), url: maybe }),
  activeIncidents: listOf(
    z.object({
      id: maybe,
      name: z.string(),
      started: maybe,
      status: maybe,
      impact: maybe,
      url: maybe,
      updatedAt: maybe,
    }),
  ),
  activeMaintenances: listOf(
    z.object({
      id: maybe,
      name: z.string(),
      start: maybe,
      status: maybe,
      url: maybe,
      duration: word.nullish(),
    }),
  ),
});
const component = z.object({
  id: word,
  name: z.string(),
  status: z.string(),
  group: z.union([z.object({ name: maybe }), z.string()]).nullish(),
});
// Documented as a list, served as an object; both are read.
const components = z.union([z.object({ components: z.array(component) }), z.array(component)]);

export function address(url: string): string {
  const at = new URL(url);
  if (/summary\.json$/.test(at.pathname)) return url;
  at.pathname = `${at.pathname.replace(/\/(v\d\/components\.json|index\.html)?$/, '')}/summary.json`;
  return at.href;
}

/** Where the components are. */
export function alsoAt(url: string): string {
  const at = new URL(address(url));
  at.pathname = at.pathname.replace(/(\/v\d)?\/summary\.json$/, '/v2/components.json');
  return at.href;
}

/** @throws Failed for an answer of another shape */
export function read(page: Page, now: Temporal.Instant, also?: Page): Reading {
  const found = jsonOf(page, summary);
  const incidents: ProviderIncident[] = [
    ...found.activeIncidents.map((each) => ({
      id: each.id || each.url || each.name,
      title: each.name,
      maintenance: false,
      impact: IMPACT[(each.impact ?? '').toUpperCase()] ?? ('degraded' as const),
      startedAt: momentOf(each.started) ?? now,
      endedAt: each.status === 'RESOLVED' ? (momentOf(each.updatedAt) ?? now) : null,
      url: each.url ?? found.page.url ?? null,
      components: [],
      updates: [],
    })),
    ...found.activeMaintenances.map((each) => {
      const startedAt = momentOf(each.start) ?? now;
      const minutes = Number(each.duration);
      const until = minutes > 0 && minutes < 100_000 ? startedAt.add({ minutes }) : undefined;
      // What was announced and never begun is not going on for ever.
      const lapsed = each.status === 'NOTSTARTEDYET' && until && Temporal.Instant.compare(until, now) < 0;
      return {
        id: each.id || each.url || each.name,
        title: each.name,
        maintenance: true,
        impact: 'maintenance' as const,
        startedAt,
        endedAt: each.status === 'COMPLETED' || lapsed ? (until ?? now) : null,
        url: each.url ?? found.page.url ?? null,
        components: [],
        updates: [],
      };
    }),
  ];
  return {
    state: worst([
      PAGE[found.page.status.toUpperCase()] ?? 'unknown',
      ...incidents.filter((each) => !each.maintenance && each.endedAt === null).map((each) => each.impact),
    ]),
    components: also ? componentsIn(also) : [],
    incidents,
  };
}

function componentsIn(page: Page): Component[] {
  const found = jsonOf(page, components);
  return (Array.isArray(found) ? found : found.components).map((each) => ({
    id: each.id,
    name: each.name,
    group: (typeof each.group === 'string' ? each.group : each.group?.name) ?? null,
    state: IMPACT[each.status.toUpperCase()] ?? 'unknown',
  }));
}
