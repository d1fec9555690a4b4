/** Any Atom or RSS: a history in free words. What does not say that it is over, and spoke within a day, is going on. */
import type { Page, ProviderIncident, Reading } from '../reading.ts';
import { componentsOf } from '../reading.ts';
import { type ProviderState, worst } from '../state.ts';
import { type Item, itemsOf } from './items.ts';

/** A chain of updates is broken after this, and what fell silent this long ago is taken to be over. */
const SILENT_HOURS = 24;
// The newest word decides; later ones tell what came before.
const NEWEST_CHARACTERS = 240;
const OVER =
  /(?<!\b(?:not|be|until|once|when)(?: yet| fully| been)? )\b(resolved|completed|recovered|operating normally|postmortem|cancell?ed|closed)\b/i;
const PLANNED = /\b(maintenance|scheduled|planned)\b/i;

export const address = (url: string): string => url;

/** @throws Failed for what is neither Atom nor RSS */
export function read(page: Page, now: Temporal.Instant): Reading {
  const incidents = chains(itemsOf(page), now).map((chain) => incidentOf(chain, now));
  const open = incidents.filter((each) => each.endedAt === null && !each.maintenance);
  const planned = incidents.some(
    (each) => each.endedAt === null && each.maintenance && Temporal.Instant.compare(each.startedAt, now) <= 0,
  );
  return {
    state: open.length ? worst(open.map((each) => each.impact)) : planned ? 'maintenance' : 'operational',
    components: componentsOf([], incidents),
    incidents,
    freeWords: true,
  };
}

/** How bad free words sound. A feed without severities is believed to be disturbed, no more, unless it says so. */
export function soundOf(text: string): ProviderState {
  if (/\bpartial(ly)?\b/i.test(text)) return 'partial';
  if (/\b(major|outage|down|unavailable|disruption)\b/i.test(text)) return 'major';
  return 'degraded';
}

/**
 * Some feeds send one item for each update (“#ec2-us-east-1_1787025679”), others change the item: what has one key and follows
 * within a day is one incident. @returns newest first within each
 */
function chains(items: Item[], now: Temporal.Instant): Item[][] {
  const keyed = Map.groupBy(items, (item) => item.id.replace(/_\d{9,}$/, ''));
  return [...keyed.values()].flatMap((list) => {
    const sorted = list.toSorted((one, other) => Temporal.Instant.compare(at(other, now), at(one, now)));
    const split: Item[][] = [];
    for (const item of sorted) {
      const current = split.at(-1);
      const newer = current?.at(-1);
      if (current && newer && at(newer, now).since(at(item, now)).total('hours') <= SILENT_HOURS)
        current.push(item);
      else split.push([item]);
    }
    return split;
  });
}

function at(item: Item, now: Temporal.Instant): Temporal.Instant {
  return item.updatedAt ?? now;
}

function incidentOf(chain: Item[], now: Temporal.Instant): ProviderIncident {
  const [newest, ...older] = chain as [Item, ...Item[]];
  const oldest = older.at(-1) ?? newest;
  const updatedAt = at(newest, now);
  const said = `${newest.title} ${newest.text.slice(0, NEWEST_CHARACTERS)}`;
  const silent = now.since(updatedAt).total('hours') > SILENT_HOURS;
  return {
    id: oldest.id,
    title: newest.title,
    maintenance: PLANNED.test(newest.title),
    impact: PLANNED.test(newest.title) ? 'maintenance' : soundOf(newest.title),
    startedAt: oldest.publishedAt ?? updatedAt,
    endedAt: OVER.test(said) || silent ? updatedAt : null,
    url: newest.url,
    components: [...new Set(chain.flatMap((item) => item.categories))],
    updates: chain.map((item) => ({ at: at(item, now), text: item.text })),
  };
}
