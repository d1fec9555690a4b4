/** What a status feed says, in one shape for every kind, cut to what we keep. Pure. */
import { type ProviderState, worst } from './state.ts';

export type Component = { id: string; name: string; group: string | null; state: ProviderState };

export type ProviderIncident = {
  id: string;
  title: string;
  /** Planned work, which the provider announced. */
  maintenance: boolean;
  /** What it does to what it concerns. */
  impact: ProviderState;
  /** In the future for what is planned. */
  startedAt: Temporal.Instant;
  endedAt: Temporal.Instant | null;
  url: string | null;
  /** Ids or names of components; none: the provider does not say. */
  components: string[];
  /** Newest first. */
  updates: { at: Temporal.Instant; text: string }[];
};

export type Reading = {
  /** Of the whole provider. */
  state: ProviderState;
  components: Component[];
  incidents: ProviderIncident[];
  /** The feed names nothing but what is wrong, in free words: a filter looks for its words in the titles. */
  freeWords?: boolean;
};

/** An answer as it came, unpacked. */
export type Page = { bytes: Uint8Array; headers: Record<string, string | string[] | undefined> };

const COMPONENTS_MAX = 1000;
const INCIDENTS_MAX = 100;
const UPDATES_MAX = 20;
const NAME_CHARACTERS_MAX = 200;
const TITLE_CHARACTERS_MAX = 300;
const TEXT_CHARACTERS_MAX = 2000;
const ADDRESS_CHARACTERS_MAX = 2048;
const NAMES_MAX = 200;
// A clock over there that runs ahead does not put the beginning of trouble into our future; what is planned may be far ahead.
const PLANNED_DAYS_MAX = 366;

/** @returns the reading with every text and list within its bounds, and no time that cannot be */
export function bounded(reading: Reading, now: Temporal.Instant): Reading {
  const open = (one: ProviderIncident) => (one.endedAt === null ? 0 : 1);
  const incidents = reading.incidents
    .map((each) => boundedIncident(each, now))
    .filter((each) => each.id !== '' && each.title !== '')
    .toSorted(
      (one, other) => open(one) - open(other) || Temporal.Instant.compare(other.startedAt, one.startedAt),
    );
  const once = new Map(incidents.toReversed().map((each) => [each.id, each]));
  return {
    state: reading.state,
    components: reading.components.slice(0, COMPONENTS_MAX).map(({ id, name, group, state }) => ({
      id: line(id, NAME_CHARACTERS_MAX),
      name: line(name, NAME_CHARACTERS_MAX),
      group: group === null ? null : line(group, NAME_CHARACTERS_MAX),
      state,
    })),
    incidents: incidents.filter((each) => once.get(each.id) === each).slice(0, INCIDENTS_MAX),
    ...(reading.freeWords ? { freeWords: true } : {}),
  };
}

function boundedIncident(incident: ProviderIncident, now: Temporal.Instant): ProviderIncident {
  const latest = incident.maintenance ? now.add({ hours: 24 * PLANNED_DAYS_MAX }) : now;
  const startedAt = earlier(incident.startedAt, latest);
  const ended = incident.endedAt && earlier(incident.endedAt, now);
  return {
    ...incident,
    id: line(incident.id, NAME_CHARACTERS_MAX),
    title: line(incident.title, TITLE_CHARACTERS_MAX),
    startedAt,
    endedAt: ended && Temporal.Instant.compare(ended, startedAt) < 0 ? startedAt : ended,
    url: addressIn(incident.url),
    components: [
      ...new Set(incident.components.slice(0, NAMES_MAX).map((each) => line(each, NAME_CHARACTERS_MAX))),
    ],
    updates: incident.updates
      .toSorted((one, other) => Temporal.Instant.compare(other.at, one.at))
      .slice(0, UPDATES_MAX)
      .map(({ at, text }) => ({ at: earlier(at, now), text: cut(text.trim(), TEXT_CHARACTERS_MAX) })),
  };
}

function earlier(one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(one, other) < 0 ? one : other;
}

/** Only an address that a browser may open becomes a link. */
function addressIn(url: string | null): string | null {
  if (!url || url.length > ADDRESS_CHARACTERS_MAX || !URL.canParse(url)) return null;
  return /^https?:$/.test(new URL(url).protocol) ? url.toWellFormed() : null;
}

function line(text: string, charactersMax: number): string {
  return cut(text.replace(/\s+/g, ' ').trim(), charactersMax);
}

/** Without NUL and half characters, which no database keeps. */
function cut(text: string, charactersMax: number): string {
  const short = text.length > charactersMax ? `${text.slice(0, charactersMax - 1)}…` : text;
  return short.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** What the feed says of the components that matter. */
export type Standing = {
  state: ProviderState;
  /** Why it is unknown, as a sentence. */
  note: string | null;
  matched: Component[];
};

/**
 * @param filter ids or names; none: the whole provider matters
 * @returns `unknown` when the filter names something that the feed does not have: a filter with a slip in it must not read as green
 */
export function standing(reading: Reading, filter: readonly string[], now: Temporal.Instant): Standing {
  const open = reading.incidents.filter((each) => isOpen(each, now));
  if (filter.length === 0)
    return {
      state: worst([reading.state, ...open.map((each) => each.impact)]),
      note: null,
      matched: [],
    };
  const matched = reading.components.filter((component) => filter.some((wanted) => names(component, wanted)));
  const missing = filter.filter(
    (wanted) =>
      !matched.some((component) => names(component, wanted)) &&
      !(reading.freeWords && reading.incidents.some((each) => holds(each, wanted))),
  );
  const named = open.filter((each) => each.components.length > 0 || reading.freeWords);
  const state = worst([
    ...matched.map((component) => component.state),
    ...named.filter((each) => touches(each, reading, filter)).map((each) => each.impact),
    ...(missing.length ? (['unknown'] as const) : []),
  ]);
  return {
    state,
    note: missing.length
      ? `The feed has no component called ${missing.map((each) => `“${each}”`).join(', ')}.`
      : null,
    matched,
  };
}

/** Whether an incident concerns what matters. One that names no component may concern anything, so it counts. */
export function touches(
  incident: ProviderIncident,
  { components, freeWords }: Pick<Reading, 'components' | 'freeWords'>,
  filter: readonly string[],
): boolean {
  if (filter.length === 0) return true;
  if (freeWords) return filter.some((wanted) => holds(incident, wanted));
  if (incident.components.length === 0) return true;
  return incident.components.some((named) => {
    const known = components.filter((component) => same(component.id, named) || same(component.name, named));
    return filter.some(
      (wanted) => same(wanted, named) || known.some((component) => names(component, wanted)),
    );
  });
}

/** Going on: it has begun and nobody said that it is over; what is watched after a repair still counts, by its impact. */
export function isOpen({ startedAt, endedAt }: ProviderIncident, now: Temporal.Instant): boolean {
  return endedAt === null && Temporal.Instant.compare(startedAt, now) <= 0;
}

function names(component: Component, wanted: string): boolean {
  const { id, name, group } = component;
  return (
    same(id, wanted) ||
    same(name, wanted) ||
    (group !== null && (same(group, wanted) || same(`${group} / ${name}`, wanted)))
  );
}

function holds({ title, components }: ProviderIncident, wanted: string): boolean {
  const words = wanted.toLowerCase();
  return title.toLowerCase().includes(words) || components.some((each) => each.toLowerCase().includes(words));
}

function same(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

/** For feeds that name only what is wrong: the components that it can name, each as bad as the worst that is open on it. */
export function componentsOf(known: readonly string[], incidents: readonly ProviderIncident[]): Component[] {
  const states = new Map<string, ProviderState>(known.map((name) => [name, 'operational']));
  for (const { components, impact, endedAt, maintenance } of incidents)
    for (const name of components)
      states.set(
        name,
        worst([states.get(name) ?? 'operational', endedAt === null && !maintenance ? impact : 'operational']),
      );
  return [...states].map(([name, state]) => ({ id: name, name, group: null, state }));
}
