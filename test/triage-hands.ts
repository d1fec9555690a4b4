/** What intake hands to triage, as story.ts does it. */
import type { Db } from '#platform/db/database.ts';
import { alertsNear, alertsSeen, signalsSeen } from '#src/intake/room.ts';

export function seenBy(db: Db) {
  return {
    alertsSeen: (id: string) => alertsSeen(db, id),
    alertsNear: (serviceIds: string[], from: Temporal.Instant, to: Temporal.Instant) =>
      alertsNear(db, serviceIds, from, to),
    signalsSeen: (id: string, from: Temporal.Instant, to: Temporal.Instant) => signalsSeen(db, id, from, to),
  };
}
