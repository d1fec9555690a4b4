/** Providers as they are shown: how each is, since when, which services stand behind it, and what it was. Reads rows, asks nobody. */
import type { Db } from '#platform/db/database.ts';
import { type Day, daysOf } from './history.ts';
import type { Component } from './reading.ts';
import { type IncidentRow, readIncidents, readKept, readTargets } from './rows.ts';
import { type ProviderState, providerSentence } from './state.ts';
import { statusOf, type Target } from './status.ts';

const INCIDENTS_MAX = 50;

export type ShownIncident = {
  id: string;
  title: string;
  maintenance: boolean;
  impact: ProviderState;
  startedAt: string;
  endedAt: string | null;
  /** It was gone from the feed; the provider did not say that it is over. */
  vanished: boolean;
  url: string | null;
  components: string[];
  /** It concerns the components that matter to us. */
  touches: boolean;
  updates: { at: string; text: string }[];
};

/** One third party's state, as rooms and screens show it. */
export type ProviderNow = {
  id: string;
  name: string;
  statusUrl: string | null;
  state: ProviderState;
  asOf: string | null;
  stale: boolean;
  last: ProviderState | null;
  note: string | null;
  unchangedSince: string | null;
  /** One sentence that may stand as evidence. */
  sentence: string;
  /** What is going on there and concerns us. */
  incidents: ShownIncident[];
};

export type ProviderView = ProviderNow & {
  feed: Target['feed'];
  probe: Target['probe'];
  probeNote: string | null;
  attemptedAt: string | null;
  nextCheckAt: string | null;
  services: { id: string; name: string }[];
  history: Day[];
};

export type ProviderDetail = ProviderView & { components: Component[]; pastIncidents: ShownIncident[] };

/** How these third parties are now, by name. */
export async function statesOf(
  db: Db,
  ids: readonly string[] | undefined,
  now: Temporal.Instant,
): Promise<ProviderNow[]> {
  const targets = await readTargets(db, ids);
  const wanted = targets.map((each) => each.id);
  const kept = await readKept(db, wanted);
  const incidents = await readIncidents(db, wanted, { from: now, to: now, limit: INCIDENTS_MAX * 4 });
  return targets.map((target) =>
    stateOf(
      target,
      statusOf(target, kept.get(target.id), now),
      incidents.filter((each) => each.thirdPartyId === target.id && each.touches && each.endedAt === null),
      now,
    ),
  );
}

/** @param ids of third parties; undefined: all that are in use */
export async function showProviders(
  db: Db,
  { ids, days, now }: { ids?: readonly string[]; days: number; now: Temporal.Instant },
): Promise<ProviderView[]> {
  const states = await statesOf(db, ids, now);
  const wanted = states.map((each) => each.id);
  const targets = new Map((await readTargets(db, wanted)).map((each) => [each.id, each]));
  const kept = await readKept(db, wanted);
  const services = await servicesOf(db, wanted);
  const due = await dueOf(db, wanted);
  const spans = await spansOf(db, wanted, now.subtract({ hours: 24 * days }));
  return states.map((state) => {
    const row = kept.get(state.id);
    return {
      ...state,
      feed: targets.get(state.id)?.feed ?? null,
      probe: targets.get(state.id)?.probe ?? null,
      probeNote: row?.probeNote ?? null,
      attemptedAt: row?.attemptedAt.toString() ?? null,
      nextCheckAt: due.get(state.id)?.toString() ?? null,
      services: services.get(state.id) ?? [],
      history: daysOf(
        (spans.get(state.id) ?? []).map((span) => ({
          ...span,
          // The current one is known up to the last attempt.
          endedAt: span.endedAt ?? row?.attemptedAt ?? span.startedAt,
        })),
        days,
        now,
      ),
    };
  });
}

/** @returns one with its components and what is over, or undefined */
export async function showProvider(
  db: Db,
  id: string,
  { days, now }: { days: number; now: Temporal.Instant },
): Promise<ProviderDetail | undefined> {
  const [shown] = await showProviders(db, { ids: [id], days, now });
  if (!shown) return undefined;
  const kept = (await readKept(db, [id])).get(id);
  const incidents = await readIncidents(db, [id], {
    from: now.subtract({ hours: 24 * days }),
    limit: INCIDENTS_MAX,
  });
  const open = new Set(shown.incidents.map((each) => each.id));
  return {
    ...shown,
    components: kept?.components ?? [],
    pastIncidents: incidents.map(shownIncident).filter((each) => !open.has(each.id)),
  };
}

export function stateOf(
  target: Target,
  status: ReturnType<typeof statusOf>,
  open: readonly IncidentRow[],
  now: Temporal.Instant,
): ProviderNow {
  const { state, stale, last, note } = status;
  const asOf = status.asOf?.toString() ?? null;
  const incidents = open
    .filter((each) => Temporal.Instant.compare(each.startedAt, now) <= 0)
    .map(shownIncident);
  return {
    id: target.id,
    name: target.name,
    statusUrl: target.statusUrl,
    state,
    asOf,
    stale,
    last,
    note,
    unchangedSince: status.unchangedSince?.toString() ?? null,
    sentence: providerSentence(
      { name: target.name, state, asOf, stale, last, note, incidents: incidents.map((each) => each.title) },
      now.toString(),
    ),
    incidents,
  };
}

export function shownIncident(row: IncidentRow): ShownIncident {
  const { externalId, title, maintenance, impact, vanished, url, components, touches, updates } = row;
  return {
    id: externalId,
    title,
    maintenance,
    impact,
    startedAt: row.startedAt.toString(),
    endedAt: row.endedAt?.toString() ?? null,
    vanished,
    url,
    components,
    touches,
    updates,
  };
}

async function servicesOf(
  db: Db,
  ids: readonly string[],
): Promise<Map<string, { id: string; name: string }[]>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('service_third_party')
    .innerJoin('service', 'service.id', 'service_third_party.service_id')
    .select(['third_party_id', 'service.id', 'service.name'])
    .where('third_party_id', 'in', ids)
    .where('service.archived_at', 'is', null)
    .orderBy('service.name')
    .execute();
  return new Map(
    [...Map.groupBy(rows, (row) => row.third_party_id)].map(([id, list]) => [
      id,
      list.map((row) => ({ id: row.id, name: row.name })),
    ]),
  );
}

async function dueOf(db: Db, ids: readonly string[]): Promise<Map<string, Temporal.Instant | null>> {
  if (ids.length === 0) return new Map();
  const rows = await db.selectFrom('third_party').select(['id', 'check_at']).where('id', 'in', ids).execute();
  return new Map(rows.map((row) => [row.id, row.check_at]));
}

export type SpanRow = { state: ProviderState; startedAt: Temporal.Instant; endedAt: Temporal.Instant | null };

export async function spansOf(
  db: Db,
  ids: readonly string[],
  from: Temporal.Instant,
): Promise<Map<string, SpanRow[]>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('provider_span')
    .selectAll()
    .where('third_party_id', 'in', ids)
    .where((row) => row.or([row('ended_at', 'is', null), row('ended_at', '>=', from)]))
    .orderBy('started_at')
    .execute();
  return new Map(
    [...Map.groupBy(rows, (row) => row.third_party_id)].map(([id, list]) => [
      id,
      list.map((row) => ({
        state: row.state as ProviderState,
        startedAt: row.started_at,
        endedAt: row.ended_at,
      })),
    ]),
  );
}
