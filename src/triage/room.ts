/** Triage: what changed. Changes are recorded, shown around an incident, marked and ruled out with a reason; third parties are asked how they are. */
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
import { createPoller } from './providers/poll.ts';
import { providerRoutes } from './providers/routes.ts';
import { changeRoutes, suspectRoutes } from './routes.ts';

export {
  type Change,
  createRecordChanges,
  findChanges,
} from './changes.ts';
export { createLedger } from './ledger.ts';
export { type ProviderAround, providersAround } from './providers/around.ts';
export { type ChangeLine, changesAround } from './what-changed.ts';

/** `ledger`: shared with those who bring changes; without it the room makes its own. */
export type House = { platform: Platform; incidents: Incidents; ledger: Ledger };

/**
 * `whoIsCalled`: who would be called for a service now. `outbound`: asks third parties how they are, and calendars of planned
 * maintenance; `withinMilliseconds` bounds the answers of third parties.
 */
export type Handed = {
  ledger?: Ledger | undefined;
  whoIsCalled?: WhoIsCalled | undefined;
  outbound: Outbound;
  withinMilliseconds?: number;
};

export function triageRoom(
  { platform, incidents }: Omit<House, 'ledger'>,
  { ledger = createLedger(platform, createPolicies()), whoIsCalled, ...outside }: Handed,
): Room {
  const house: House = { platform, incidents, ledger };
  const poller = createPoller(platform, { ...outside, recordChanges: ledger.record });
  return {
    name: 'triage',
    routes(app) {
      changeRoutes(app, house);
      ledgerRoutes(app, house, whoIsCalled);
      coverageRoutes(app, house);
      calendarRoutes(app, house);
      suspectRoutes(app, house);
      providerRoutes(app, house, { poller, outbound: outside.outbound });
    },
    due: [...ledger.due, calendarsDue(house, outside.outbound), poller.due],
  };
}
