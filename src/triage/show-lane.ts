/** One page of the lane as it is shown: the rows in full only for those that are on it. */
import type { Incident } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import { cursorOf, readCursor } from '#platform/http/fields.ts';
import { type Change, findChanges } from './changes.ts';
import { noneWords } from './evidence.ts';
import type { Lane } from './lane.ts';
import type { Ranked } from './rank.ts';
import { type Distance, distanceOf, groupOf, liveAt } from './score.ts';
import { beforeWords, termsOf } from './score-words.ts';
import type { LaneShown, Suspect } from './suspect-shapes.ts';

const CURSOR_OF = 'suspects';
const NOBODY_NAMED =
  'Nobody has said yet which service is affected, so this shows the changes to all of them.';

/** @throws Refused for a cursor that this list did not give out */
export async function showLane(
  db: Db,
  incident: Incident,
  lane: Lane,
  page: { cursor?: string | undefined; limit: number },
): Promise<LaneShown> {
  const offset = page.cursor ? Number(readCursor(page.cursor)[1]) || 0 : 0;
  const listed = lane.ranked.slice(offset, offset + page.limit);
  const rows = await findChanges(
    db,
    listed.map((each) => each.change.id),
    timesOf(listed),
  );
  const found = new Map(rows.map((each) => [each.id, each]));
  const teams = await teamsOf(db, placedElsewhere(listed, found));
  const counts = { strong: 0, plausible: 0, weak: 0 };
  for (const { total } of lane.ranked) counts[groupOf(total)]++;
  const end = offset + listed.length;
  return {
    from: lane.span.from.toString(),
    to: lane.span.to.toString(),
    onset: onsetShown(lane),
    note: lane.symptom.distances ? null : NOBODY_NAMED,
    items: listed.flatMap((ranked) => {
      const change = found.get(ranked.change.id);
      if (!change) return [];
      // Who recorded it, and whatever a sender put beside it, stays out of the lane.
      const { details: _, recordedBy: __, ...told } = change;
      return [
        {
          ...told,
          ...judged(ranked, lane, incident),
          ask: change.team ?? teams.get(ranked.change.serviceId ?? '') ?? null,
        },
      ];
    }),
    next: end < lane.ranked.length ? cursorOf(CURSOR_OF, String(end)) : null,
    total: lane.ranked.length,
    counts,
    none: {
      ...noneWords(lane.record.labelled, lane.record.notAChange),
      labelled: lane.record.labelled,
      mark: incident.noChangeSuspected
        ? { reason: incident.noChangeSuspected.reason, at: incident.noChangeSuspected.at.toString() }
        : null,
    },
    evidence: lane.evidence(),
    weights: lane.version,
  };
}

function timesOf(listed: readonly Ranked[]): { from: Temporal.Instant; to: Temporal.Instant } | undefined {
  if (listed.length === 0) return undefined;
  const times = listed.map(({ change }) => change.happenedAt);
  return {
    from: Temporal.Instant.fromEpochMilliseconds(Math.floor(Math.min(...times))),
    to: Temporal.Instant.fromEpochMilliseconds(Math.ceil(Math.max(...times))),
  };
}

export function onsetShown({ onset }: Lane): LaneShown['onset'] {
  return { at: onset.at.toString(), uncertaintyMinutes: onset.uncertaintyMinutes, from: onset.from };
}

function judged(
  ranked: Ranked,
  { symptom, weights }: Lane,
  incident: Incident,
): Pick<Suspect, 'score' | 'group' | 'after' | 'terms' | 'beforeText' | 'relationText' | 'mark'> {
  const { change } = ranked;
  const mark = incident.suspects[change.id];
  const before = symptom.onset - liveAt(change, symptom.onset + symptom.uncertainty);
  return {
    score: ranked.total,
    group: groupOf(ranked.total),
    after: ranked.after,
    terms: termsOf(change, ranked, symptom, weights),
    beforeText: beforeWords(before),
    relationText: RELATIONS[distanceOf(change, symptom)],
    mark: mark ? { state: mark.state, reason: mark.reason ?? null } : null,
  };
}

const RELATIONS: Record<Distance, string> = {
  same: 'the affected service',
  one_hop: 'called by it',
  two_hops: '2 calls away',
  three_hops: '3 calls away',
  caller: 'calls it',
  shared: 'shared infrastructure',
  none: 'no known connection',
  unstated: 'no service stated',
  unknown: 'affected service not known yet',
};

/** The services at which changes stand that name none themselves: the nearest ones behind their third party. */
function placedElsewhere(listed: readonly Ranked[], found: ReadonlyMap<string, Change>): string[] {
  const services = listed.flatMap(({ change: { id, serviceId } }) =>
    serviceId && !found.get(id)?.serviceId ? [serviceId] : [],
  );
  return [...new Set(services)];
}

/** Whom to ask: the team that owns the service, never whoever made the change. */
async function teamsOf(db: Db, serviceIds: string[]): Promise<Map<string, { id: string; name: string }>> {
  if (serviceIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('service')
    .innerJoin('team', 'team.id', 'service.owner_team_id')
    .select(['service.id as service_id', 'team.id', 'team.name'])
    .where((row) => row('service.id', '=', row.fn.any(row.val(serviceIds))))
    .execute();
  return new Map(rows.map(({ service_id, ...team }) => [service_id, team]));
}
