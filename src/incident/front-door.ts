/** The incident's own front door, in the shape of every room's: routes, the second half of a merge, wakes. */
import type { Db } from '#platform/db/database.ts';
import type { Due, Platform } from '#platform/platform.ts';
import type { Policies } from '#promise/policies.ts';
import type { Doing, Incidents } from './execute.ts';
import type { Reaction, Room } from './room.ts';
import { incidentRoutes } from './routes.ts';
import { createShower } from './show.ts';

type TakeIn = { from: string; into: string };

export function incidentRoom(house: { platform: Platform; incidents: Incidents; policies: Policies }): Room {
  const { platform, incidents, policies } = house;
  const shower = createShower(platform.db, policies);
  return {
    name: 'incident',
    routes: (app) => incidentRoutes(app, { platform, incidents, shower }),
    react: takeInLater,
    jobs: {
      'incident.take_in': {
        async run(batch) {
          for (const { data } of batch) await takeIn(incidents, data as TakeIn);
        },
      },
    },
    wakers: { incident: (id) => incidents.wake(id) },
    due: [timerDue(platform.db, incidents)],
  };
}

/** One transaction locks one incident: the other one takes in what was merged by a job. */
const takeInLater: Reaction = async (fact, { incident }) =>
  fact.kind === 'merged' ? [{ queue: 'incident.take_in', data: { from: incident.id, into: fact.into.id } satisfies TakeIn, urgent: true }] : [];

async function takeIn(incidents: Incidents, { from, into }: TakeIn): Promise<void> {
  const source = await incidents.load(from);
  if (!source) return;
  const doing: Doing = { actor: { kind: 'system', name: 'Humdrum' }, source: `INC-${source.number}` };
  await incidents.execute(
    into,
    {
      type: 'take_in',
      from: { id: source.id, number: source.number, title: source.title },
      serviceIds: source.serviceIds,
      alerts: source.alerts,
      promisedAt: source.promisedUpdate?.dueAt,
      firstMessageAt: source.firstMessage?.notNeeded ? undefined : source.firstMessage?.at,
      toldClientIds: source.toldClientIds,
    },
    doing,
  );
}

const WAKES_PER_SWEEP_MAX = 200;

/** Incidents that wait for a time of their own: the end of a watch, quiet alerts, an unanswered data question. */
function timerDue(db: Db, incidents: Incidents): Due {
  return {
    name: 'incident timers',
    async next() {
      const row = await db.selectFrom('incident').select('wake_at').where('wake_at', 'is not', null).orderBy('wake_at').limit(1).executeTakeFirst();
      return row?.wake_at ?? undefined;
    },
    async run(now) {
      const rows = await db.selectFrom('incident').select('id').where('wake_at', '<=', now).orderBy('wake_at').limit(WAKES_PER_SWEEP_MAX).execute();
      for (const row of rows) await incidents.wake(row.id);
      return rows.length;
    },
  };
}

