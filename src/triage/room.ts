/** Triage: what changed. Changes are recorded, shown around an incident, marked as suspects and ruled out with a reason. */
import type { Incidents } from '#incident/execute.ts';
import type { Room } from '#incident/room.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import type { Platform } from '#platform/platform.ts';
import { createPolicies } from '#promise/policies.ts';
import { calendarRoutes } from './calendars/routes.ts';
import { calendarsDue } from './calendars/watch.ts';
import { coverageRoutes } from './coverage-routes.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { ledgerRoutes, type WhoIsCalled } from './ledger-routes.ts';
import { changeRoutes, suspectRoutes } from './routes.ts';

export {
  type Change,
  createRecordChanges,
  findChanges,
} from './changes.ts';
export { createLedger } from './ledger.ts';
export { type ChangeLine, changesAround } from './what-changed.ts';

/** `ledger`: shared with those who bring changes; without it the room makes its own. */
export type House = { platform: Platform; incidents: Incidents; ledger: Ledger };

/** `whoIsCalled`: who would be called for a service now. `outbound`: asks calendars of planned maintenance. */
export type Handed = {
  ledger?: Ledger | undefined;
  whoIsCalled?: WhoIsCalled | undefined;
  outbound?: Outbound | undefined;
};

export function triageRoom(
  { platform, incidents }: Omit<House, 'ledger'>,
  { ledger = createLedger(platform, createPolicies()), whoIsCalled, outbound }: Handed = {},
): Room {
  const house: House = { platform, incidents, ledger };
  return {
    name: 'triage',
    routes(app) {
      changeRoutes(app, house);
      ledgerRoutes(app, house, whoIsCalled);
      coverageRoutes(app, house);
      calendarRoutes(app, house);
      suspectRoutes(app, house);
    },
    due: [...ledger.due, ...(outbound ? [calendarsDue(house, outbound)] : [])],
  };
}
