/** Triage: what changed. Changes are recorded, shown around an incident, marked and ruled out with a reason; third parties are asked how they are. */
import type { Incidents } from '#incident/execute.ts';
import type { Room } from '#incident/room.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import type { Platform } from '#platform/platform.ts';
import { createRecordChanges } from './changes.ts';
import { createPoller } from './providers/poll.ts';
import { providerRoutes } from './providers/routes.ts';
import { changeRoutes, suspectRoutes } from './routes.ts';

export {
  type Change,
  createRecordChanges,
  findChanges,
} from './changes.ts';
export { type ProviderAround, providersAround } from './providers/around.ts';
export { type ChangeLine, changesAround } from './what-changed.ts';

export type House = { platform: Platform; incidents: Incidents };

/** @param outside the way out, by which third parties are asked how they are; `withinMilliseconds` bounds their answers */
export function triageRoom(house: House, outside: { outbound: Outbound; withinMilliseconds?: number }): Room {
  const { platform } = house;
  const poller = createPoller(platform, { ...outside, recordChanges: createRecordChanges(platform) });
  return {
    name: 'triage',
    routes(app) {
      changeRoutes(app, house);
      suspectRoutes(app, house);
      providerRoutes(app, house, { poller, outbound: outside.outbound });
    },
    due: [poller.due],
  };
}
