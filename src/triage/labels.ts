/** Named triggers teach: each is kept with the lane as the rule book would have ordered it. */
import { z } from 'zod';
import type { Reaction } from '#incident/room.ts';
import { json } from '#platform/db/database.ts';
import type { JobHandler } from '#platform/jobs/jobs.ts';
import { findChanges } from './changes.ts';
import { laneOf } from './lane.ts';
import type { Labelled } from './refit.ts';
import type { Triage } from './room.ts';
import { DEFAULT_WEIGHTS, type Points } from './score.ts';

const QUEUE = 'triage.label';
const HOURS = 48;
const CANDIDATES_KEPT = 30;
const LABELS_READ_MAX = 2000;

const job = z.object({ incidentId: z.string() });

/** Keeps what was named, and has the lane looked at after the commit. */
export function labelReaction({ record }: Pick<Triage, 'record'>): Reaction {
  return async (fact, { incident, now, tx }) => {
    if (fact.kind !== 'trigger_named' || incident.drill) return [];
    const { trigger } = fact;
    const changeId = trigger.kind === 'change' ? trigger.changeId : null;
    const [change] = changeId ? await findChanges(tx, [changeId]) : [];
    const row = {
      change_id: changeId,
      service_id: change?.serviceId ?? null,
      kind: change?.kind ?? null,
      named_at: now,
      onset_at: null,
      candidates: null,
    };
    await tx
      .insertInto('labelled_incident')
      .values({ incident_id: incident.id, ...row })
      .onConflict((conflict) => conflict.column('incident_id').doUpdateSet(row))
      .execute();
    record.forget();
    return [{ queue: QUEUE, data: { incidentId: incident.id } }];
  };
}

/** Looks at the lane once more, with the rule book's weights and without what people marked; twice gives the same. */
export function labelJob(triage: Triage): Record<string, JobHandler> {
  const { platform, incidents, record } = triage;
  return {
    [QUEUE]: {
      async run(batch) {
        for (const { data } of batch) {
          const { incidentId } = job.parse(data);
          const incident = await incidents.load(incidentId);
          if (!incident?.trigger) continue;
          const unmarked = { ...incident, suspects: {}, actions: [] };
          const lane = await laneOf(triage, unmarked, { hours: HOURS }, DEFAULT_WEIGHTS);
          const named = incident.trigger.kind === 'change' ? incident.trigger.changeId : undefined;
          const kept = lane.ranked.filter(
            (each, place) => place < CANDIDATES_KEPT || each.change.id === named,
          );
          await platform.db
            .updateTable('labelled_incident')
            .set({
              onset_at: lane.onset.at,
              candidates: json(kept.map((each) => ({ changeId: each.change.id, points: each.points }))),
            })
            .where('incident_id', '=', incidentId)
            .execute();
          record.forget();
        }
      },
    },
  };
}

/** @returns labelled incidents in the order of time, the latest two thousand */
export async function readLabelled({ platform }: Pick<Triage, 'platform'>): Promise<Labelled[]> {
  const rows = await platform.db
    .selectFrom('labelled_incident')
    .select(['change_id', 'candidates'])
    .where('candidates', 'is not', null)
    .orderBy('onset_at', 'desc')
    .limit(LABELS_READ_MAX)
    .execute();
  return rows.toReversed().map((row) => ({
    changeId: row.change_id,
    candidates: row.candidates as { changeId: string; points: Points }[],
  }));
}
