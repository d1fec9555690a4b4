/** Triage: what changed. Changes are recorded, ranked around an incident with every reason, marked or ruled out; hypotheses have a time box. */
import type { Incidents } from '#incident/execute.ts';
import type { Room } from '#incident/room.ts';
import type { Platform } from '#platform/platform.ts';
import { hypothesisRoutes } from './hypothesis-routes.ts';
import { labelJob, labelReaction } from './labels.ts';
import type { Handed } from './lane.ts';
import { createOwnRecord, type ReadOwnRecord } from './record.ts';
import { changeRoutes, changesOfIncidentRoute } from './routes.ts';
import { laneRoutes, markRoutes } from './suspect-routes.ts';
import { weightsRoutes } from './weights-routes.ts';

export {
  type Change,
  createRecordChanges,
  findChanges,
} from './changes.ts';
export type { ProviderState } from './evidence.ts';
export { type ChangeLine, changesAround } from './what-changed.ts';

export type House = { platform: Platform; incidents: Incidents };
/** The house, what this room keeps in memory of its own record, and what others hand over. */
export type Triage = House & { record: ReadOwnRecord; handed: Handed };

export function triageRoom(house: House, handed: Handed): Room {
  const triage: Triage = { ...house, handed, record: createOwnRecord(house.platform) };
  return {
    name: 'triage',
    routes(app) {
      changeRoutes(app, house);
      changesOfIncidentRoute(app, house);
      laneRoutes(app, triage);
      markRoutes(app, triage);
      hypothesisRoutes(app, triage);
      weightsRoutes(app, triage);
    },
    react: labelReaction(triage),
    jobs: labelJob(triage),
  };
}
