/** How the third parties behind some services were at a moment, now or in the past. Reads rows, asks nobody. */
import type { Db } from '#platform/db/database.ts';
import { type IncidentRow, readIncidents, readKept, readTargets } from './rows.ts';
import { type ShownIncident, type SpanRow, shownIncident, spansOf, stateOf } from './show.ts';
import type { ProviderState } from './state.ts';
import { statusOf } from './status.ts';

const AROUND_MINUTES = 60;
const INCIDENTS_MAX = 200;

/** A provider around a moment, for what is asked about an onset. */
export type ProviderAround = {
  id: string;
  name: string;
  state: ProviderState;
  asOf: string | null;
  stale: boolean;
  sentence: string;
  /** Those of these services that depend on it. */
  serviceIds: string[];
  /** What concerns us and was open at the moment, or began or ended within an hour of it. */
  incidents: (ShownIncident & { openThen: boolean })[];
};

/**
 * How the third parties behind these services were at a moment, from rows alone: at a moment of the past it is what was known then.
 * @param at the onset, or now
 */
export async function providersAround(
  db: Db,
  serviceIds: readonly string[],
  at: Temporal.Instant,
): Promise<ProviderAround[]> {
  if (serviceIds.length === 0) return [];
  const pairs = await db
    .selectFrom('service_third_party')
    .selectAll()
    .where('service_id', 'in', serviceIds)
    .execute();
  const behind = Map.groupBy(pairs, (pair) => pair.third_party_id);
  const targets = await readTargets(db, [...behind.keys()]);
  const ids = targets.map((each) => each.id);
  const [kept, spans, incidents] = await Promise.all([
    readKept(db, ids),
    spansOf(db, ids, at),
    readIncidents(db, ids, {
      from: at.subtract({ minutes: AROUND_MINUTES }),
      to: at.add({ minutes: AROUND_MINUTES }),
      limit: INCIDENTS_MAX,
    }),
  ]);
  return targets.map((target) => {
    const row = kept.get(target.id);
    const near = incidents
      .filter((each) => each.thirdPartyId === target.id && each.touches)
      .map((each) => ({ ...shownIncident(each), openThen: wasOpen(each, at) }));
    const past = row && Temporal.Instant.compare(row.attemptedAt, at) > 0;
    const span = spans.get(target.id)?.find((each) => covers(each, at));
    const status = past
      ? {
          state: span?.state ?? ('unknown' as const),
          asOf: span ? at : null,
          stale: span === undefined,
          last: span?.state ?? null,
          note: span ? null : 'Nobody was asking it then.',
          unchangedSince: null,
        }
      : statusOf(target, row, at);
    const { id, name, state, asOf, stale, sentence } = stateOf(
      target,
      status,
      incidents.filter((each) => each.thirdPartyId === target.id && each.touches && wasOpen(each, at)),
      at,
    );
    return {
      id,
      name,
      state,
      asOf,
      stale,
      sentence,
      serviceIds: (behind.get(target.id) ?? []).map((pair) => pair.service_id),
      incidents: near,
    };
  });
}

function wasOpen({ startedAt, endedAt }: IncidentRow, at: Temporal.Instant): boolean {
  return (
    Temporal.Instant.compare(startedAt, at) <= 0 &&
    (endedAt === null || Temporal.Instant.compare(endedAt, at) > 0)
  );
}

function covers({ startedAt, endedAt }: SpanRow, at: Temporal.Instant): boolean {
  return (
    Temporal.Instant.compare(startedAt, at) <= 0 &&
    (endedAt === null || Temporal.Instant.compare(endedAt, at) > 0)
  );
}
