/** Azure's RSS: an empty channel says that no incident is public; regions and services are categories; nothing says how bad it is. */
import { itemsOf } from '../feed/items.ts';
import { soundOf } from '../feed/read.ts';
import { componentsOf, type Page, type ProviderIncident, type Reading } from '../reading.ts';
import { worst } from '../state.ts';
import { AZURE_REGIONS } from './regions.ts';

const OVER = /\b(resolved|mitigated)\b/i;

export function address(url: string): string {
  const at = new URL(url);
  if (at.pathname.includes('/feed')) return url;
  at.pathname = '/en-us/status/feed/';
  return at.href;
}

/** @throws Failed for what is no feed */
export function read(page: Page, now: Temporal.Instant): Reading {
  const incidents = itemsOf(page).map((item): ProviderIncident => {
    const updatedAt = item.updatedAt ?? now;
    return {
      id: item.id,
      title: item.title,
      maintenance: false,
      impact: soundOf(item.title),
      startedAt: item.publishedAt ?? updatedAt,
      endedAt: OVER.test(item.title) ? updatedAt : null,
      url: item.url,
      components: item.categories,
      updates: [{ at: updatedAt, text: item.text }],
    };
  });
  return {
    state: worst(incidents.filter((each) => each.endedAt === null).map((each) => each.impact)),
    components: componentsOf(AZURE_REGIONS, incidents),
    incidents,
  };
}
