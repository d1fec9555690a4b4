/** What story.ts hands to triage, with no way out to a private address. */
import type { Db } from '#platform/db/database.ts';
import { createOutbound } from '#platform/http/outbound.ts';
import { alertsNear, alertsSeen, signalsSeen } from '#src/intake/room.ts';
import { learnedFrom } from '#src/learn/room.ts';
import { triageRoom } from '#src/triage/room.ts';
import type { SmallHouse } from './small-house.ts';

export function handsOf(db: Db) {
  return {
    outbound: createOutbound({ allowPrivate: [] }),
    alertsSeen: (id: string) => alertsSeen(db, id),
    alertsNear: (serviceIds: string[], from: Temporal.Instant, to: Temporal.Instant) =>
      alertsNear(db, serviceIds, from, to),
    signalsSeen: (id: string, from: Temporal.Instant, to: Temporal.Instant) => signalsSeen(db, id, from, to),
    learnedFrom: (ids: string[]) => learnedFrom(db, ids),
  };
}

/** The room itself, for tests of another that looks at what triage shows. */
export function triageOf(house: SmallHouse) {
  return triageRoom(house, handsOf(house.platform.db));
}
