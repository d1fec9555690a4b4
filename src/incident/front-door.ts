/** The incident's own front door, in the shape of every room's: routes and wakes. */

import type { Db } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import type { Due, Platform } from '#platform/platform.ts';
import type { Policies } from '#promise/policies.ts';
import type { Incidents } from './execute.ts';
import type { Room } from './room.ts';
import { type Handed, incidentRoutes } from './routes.ts';
import { createShower } from './show.ts';

export function incidentRoom(
  house: { platform: Platform; incidents: Incidents; policies: Policies },
  handed: Handed,
): Room {
  const { platform, incidents, policies } = house;
  const shower = createShower(platform.db, policies, handed);
  return {
    name: 'incident',
    routes: (app) => incidentRoutes(app, { platform, incidents, policies, shower, ...handed }),
    wakers: { incident: (id) => incidents.wake(id) },
    due: [timerDue(platform.db, incidents)],
  };
}

const WAKES_PER_SWEEP_MAX = 200;

/** Incidents that wait for a time of their own: the end of a watch, quiet alerts, an unanswered data question. */
function timerDue(db: Db, incidents: Incidents): Due {
  return {
    name: 'incident timers',
    next: () => earliest('incident', 'wake_at'),
    async run(now) {
      const rows = await db
        .selectFrom('incident')
        .select('id')
        .where('wake_at', '<=', now)
        .orderBy('wake_at')
        .limit(WAKES_PER_SWEEP_MAX)
        .execute();
      for (const row of rows) await incidents.wake(row.id);
      return rows.length;
    },
  };
}
