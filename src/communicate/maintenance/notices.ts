/** Tells subscribers of planned maintenance when it is time: each row is a timer, taken once. */

import { sql } from 'kysely';
import { type Db, transaction } from '#platform/db/database.ts';
import { earliest } from '#platform/db/due-times.ts';
import type { Due } from '#platform/platform.ts';
import { freezeNotice } from '../subscribe/freeze.ts';

const BATCH_MAX = 20;
const REMINDERS = ['day_before', 'hour_before'];

export function maintenanceDue(db: Db): Due {
  return {
    name: 'communicate.maintenance',
    next: () => earliest('maintenance_notice', 'due_at', sql`state = 'waiting'`),
    run: (now) =>
      transaction(db, async (tx) => {
        const rows = await tx
          .selectFrom('maintenance_notice as n')
          .innerJoin('maintenance as m', 'm.id', 'n.maintenance_id')
          .select(['n.id', 'n.kind', 'm.state', 'm.starts_at', 'm.page_ids', 'm.service_ids'])
          .where('n.state', '=', 'waiting')
          .where('n.due_at', '<=', now)
          .orderBy('n.due_at')
          .limit(BATCH_MAX)
          .forUpdate('n')
          .skipLocked()
          .execute();
        for (const row of rows) {
          // After an outage of ours a reminder of what has begun would be wrong.
          const stale =
            REMINDERS.includes(row.kind) &&
            (row.state !== 'scheduled' || Temporal.Instant.compare(row.starts_at, now) <= 0);
          if (!stale)
            await freezeNotice(tx, { id: row.id, pageIds: row.page_ids, serviceIds: row.service_ids }, now);
          await tx
            .updateTable('maintenance_notice')
            .set({ state: stale ? 'not_needed' : 'told' })
            .where('id', '=', row.id)
            .execute();
        }
        return rows.length;
      }),
  };
}
