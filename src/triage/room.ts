/** Triage: what changed. Changes are recorded and ranked around an incident with every reason; third parties are asked how they are; hypotheses have a time box. */
import type { Incidents } from '#incident/execute.ts';
import type { Room } from '#incident/room.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import type { Platform } from '#platform/platform.ts';
import { createPolicies } from '#promise/policies.ts';
import { calendarRoutes } from './calendars/routes.ts';
import { calendarsDue } from './calendars/watch.ts';
import { coverageRoutes } from './coverage-routes.ts';
import { hypothesisRoutes } from './hypothesis-routes.ts';
import { labelJob, labelReaction } from './labels.ts';
import type { Seen } from './lane.ts';
import { createLedger, type Ledger } from './ledger.ts';
import { ledgerRoutes, type WhoIsCalled } from './ledger-routes.ts';
import { createPoller } from './providers/poll.ts';
import { providerRoutes } from './providers/routes.ts';
import { createOwnRecord, type ReadOwnRecord } from './record.ts';
import { changeRoutes, changesOfIncidentRoute } from './routes.ts';
import { laneRoutes, markRoutes } from './suspect-routes.ts';
import { weightsRoutes } from './weights-routes.ts';

export {
  type Change,
  createRecordChanges,
  findChanges,
} from './changes.ts';
export { createLedger } from './ledger.ts';
export { toldRollback, withoutFeed } from './prepared.ts';
export { type ProviderAround, providersAround } from './providers/around.ts';
export { versionsOf } from './versions.ts';
export { type ChangeLine, changesAround } from './what-changed.ts';

/** `ledger`: shared with those who bring changes; without it the room makes its own. */
export type House = { platform: Platform; incidents: Incidents; ledger: Ledger };
/** The house, what this room keeps in memory of its own record, and what intake hands over. */
export type Triage = House & { record: ReadOwnRecord; handed: Seen };

/**
 * `whoIsCalled`: who would be called for a service now. `outbound`: asks third parties how they are, and calendars of planned
 * maintenance; `withinMilliseconds` bounds the answers of third parties.
 */
export type Handed = Seen & {
  ledger?: Ledger | undefined;
  whoIsCalled?: WhoIsCalled | undefined;
  outbound: Outbound;
  withinMilliseconds?: number;
};

export function triageRoom(
  { platform, incidents }: Omit<House, 'ledger'>,
  { ledger = createLedger(platform, createPolicies()), whoIsCalled, ...handed }: Handed,
): Room {
  const house: House = { platform, incidents, ledger };
  const triage: Triage = { ...house, handed, record: createOwnRecord(platform) };
  const { outbound } = handed;
  const poller = createPoller(platform, { ...handed, recordChanges: ledger.record });
  return {
    name: 'triage',
    routes(app) {
      // Who spoke in the last seconds is still in memory.
      app.addHook('onClose', () => ledger.feeds.write());
      changeRoutes(app, house);
      changesOfIncidentRoute(app, triage);
      ledgerRoutes(app, house, whoIsCalled);
      coverageRoutes(app, house);
      calendarRoutes(app, house);
      laneRoutes(app, triage);
      markRoutes(app, triage);
      hypothesisRoutes(app, triage);
      weightsRoutes(app, triage);
      providerRoutes(app, house, { poller, outbound });
    },
    react: labelReaction(triage),
    jobs: labelJob(triage),
    due: [...ledger.due, poller.due, calendarsDue(house, outbound)],
  };
}
