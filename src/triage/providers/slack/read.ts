/** Slack's own status API, version 2: times with an offset, services by name, notes in HTML. */
import { z } from 'zod';
import { jsonOf, listOf, maybe, momentOf, plain, word } from '../decode.ts';
import { componentsOf, type Page, type ProviderIncident, type Reading } from '../reading.ts';
import { type ProviderState, worst } from '../state.ts';

/** The services that the API can name; it names only those that are disturbed. */
const SERVICES = [
  'Login/SSO',
  'Messaging',
  'Notifications',
  'Search',
  'Workspace/Org Administration',
  'Canvases',
  'Connectivity',
  'Files',
  'Huddles',
  'Apps/Integrations/APIs',
  'Workflows',
];
// A notice informs of something that need not be felt.
const TYPE: Record<string, ProviderState> = { outage: 'major', incident: 'degraded', notice: 'operational' };

const current = z.object({
  status: z.enum(['ok', 'active']),
  active_incidents: listOf(
    z.object({
      id: word,
      date_created: maybe,
      date_updated: maybe,
      title: z.string(),
      type: maybe,
      status: maybe,
      url: maybe,
      services: listOf(z.string()),
      notes: listOf(z.object({ date_created: maybe, body: maybe })),
    }),
  ),
});

export function address(url: string): string {
  const at = new URL(url);
  if (at.pathname.startsWith('/api/')) return url;
  at.pathname = '/api/v2.0.0/current';
  return at.href;
}

/** @throws Failed for an answer of another shape */
export function read(page: Page, now: Temporal.Instant): Reading {
  const found = jsonOf(page, current);
  const incidents = found.active_incidents.map((each): ProviderIncident => {
    const over = /^(resolved|completed|cancelled)$/.test(each.status ?? '');
    const maintenance = each.type === 'maintenance' || each.status === 'scheduled';
    return {
      id: each.id,
      title: each.title,
      maintenance,
      impact: maintenance ? 'maintenance' : (TYPE[each.type ?? ''] ?? 'degraded'),
      startedAt: momentOf(each.date_created) ?? now,
      endedAt: over ? (momentOf(each.date_updated) ?? now) : null,
      url: each.url ?? null,
      components: each.services,
      updates: each.notes.map((note) => ({
        at: momentOf(note.date_created) ?? now,
        text: plain(note.body ?? ''),
      })),
    };
  });
  const open = incidents.filter((each) => each.endedAt === null);
  return {
    state:
      found.status === 'active' && open.length === 0 ? 'unknown' : worst(open.map((each) => each.impact)),
    components: componentsOf(SERVICES, incidents),
    incidents,
  };
}
