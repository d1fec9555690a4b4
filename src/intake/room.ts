/** Intake: signals arrive, are stored before anybody is answered, and become alerts that declare is shown. */
import type { RecordChanges } from '#incident/change.ts';
import type { Reaction, Room } from '#incident/room.ts';
import type { Platform } from '#platform/platform.ts';
import { alertRoutes } from './alert-routes.ts';
import { attachAlerts, moveAlerts } from './alerts.ts';
import { type ClientReport, createRecordReport } from './client-reports.ts';
import { expiry, forgotten } from './expiry.ts';
import { integrationRoutes } from './integration-routes.ts';
import { createRegister, type Register } from './integrations.ts';
import { createNews } from './news.ts';
import { createPartitions } from './partitions.ts';
import { createRecorder, type Recorder } from './record.ts';
import { alertmanagerRoutes } from './sources/alertmanager/routes.ts';
import { alertmanagerApiRoutes } from './sources/alertmanager-api/routes.ts';
import { type Door, withRawBodies } from './sources/door.ts';
import { genericRoutes } from './sources/generic/routes.ts';
import { grafanaRoutes } from './sources/grafana/routes.ts';
import { pagerdutyRoutes } from './sources/pagerduty/routes.ts';
import { trialRoute } from './trial-route.ts';
import { createWriter } from './write.ts';

export {
  type Alert,
  alertsOf,
  attachAlert,
  attachAlerts,
  markConsidered,
  openAlertsOf,
  placeAlerts,
  readAlerts,
} from './alerts.ts';
export { incidentsOfReports } from './client-reports.ts';
export { create as createIntegration } from './integration-routes.ts';
export { joinQuietly } from './join-quietly.ts';
export { CONSIDER_QUEUE } from './news.ts';
export { alertsNear, alertsSeen, signalsSeen } from './seen.ts';

/** Without `recordChanges`, change events are refused. */
export type Handed = { recordChanges?: RecordChanges | undefined };

/** The room, and its one way in for those who bring events without HTTP: the demo, drills, tests. */
export type IntakeRoom = Room & {
  recorder: Recorder;
  register: Register;
  recordReport(report: ClientReport): Promise<void>;
};

export function intakeRoom(house: { platform: Platform }, handed: Handed = {}): IntakeRoom {
  const { platform } = house;
  const { db, database, jobs, clock, log } = platform;
  const register = createRegister(db);
  const partitions = createPartitions(db);
  const news = createNews(db, jobs, log);
  const recorder = createRecorder(createWriter({ database, news, register, partitions }), log);
  const door: Door = { db, clock, log, register, recorder, recordChanges: handed.recordChanges };
  return {
    name: 'intake',
    recorder,
    register,
    recordReport: createRecordReport(platform, recorder),
    routes(app) {
      withRawBodies(app, (plain) => {
        for (const routes of SOURCES) routes(plain, door);
      });
      integrationRoutes(app, platform);
      trialRoute(app, platform);
      alertRoutes(app, platform);
    },
    react,
    due: [partitions.due, news.due, expiry(db, jobs), forgotten(db, jobs)],
    takeOver: news.takeOver,
  };
}

const SOURCES = [pagerdutyRoutes, alertmanagerApiRoutes, alertmanagerRoutes, grafanaRoutes, genericRoutes];

/** Alerts follow their incident when incidents are merged or split. */
const react: Reaction = async (fact, { incident, tx }) => {
  if (fact.kind === 'merged') await moveAlerts(tx, incident.id, fact.into.id);
  if (fact.kind === 'split_off') await attachAlerts(tx, fact.alertIds, fact.to.id);
  return [];
};
