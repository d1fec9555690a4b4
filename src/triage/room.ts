/** Triage: what changed. Changes are recorded, shown around an incident, marked as suspects and ruled out with a reason. */
import type { Incidents } from '#incident/execute.ts';
import type { Room } from '#incident/room.ts';
import type { Platform } from '#platform/platform.ts';
import { changeRoutes, suspectRoutes } from './routes.ts';

export {
  type Change,
  createRecordChanges,
  findChanges,
} from './changes.ts';
export { versionsOf } from './versions.ts';
export { type ChangeLine, changesAround } from './what-changed.ts';

export type House = { platform: Platform; incidents: Incidents };

export function triageRoom(house: House): Room {
  return {
    name: 'triage',
    routes(app) {
      changeRoutes(app, house);
      suspectRoutes(app, house);
    },
  };
}
