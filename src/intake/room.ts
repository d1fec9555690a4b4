/** Intake: signals arrive, are stored before anybody is answered, and become alerts that declare is shown. */
import type { KeepChanges, RecordChanges } from '#incident/change.ts';
import type { HearLeverEnds } from '#incident/lever-ends.ts';
import type { Reaction, Room } from '#incident/room.ts';
import { Failed } from '#platform/errors.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import type { Platform } from '#platform/platform.ts';
import { alertRoutes } from './alert-routes.ts';
import { attachAlerts, moveAlerts } from './alerts.ts';
import { type ClientReport, createRecordReport } from './client-reports.ts';
import { forgetting } from './deliveries.ts';
import { expiry, forgotten } from './expiry.ts';
import { integrationRoutes } from './integration-routes.ts';
import { createRegister, type Register } from './integrations.ts';
import { createNews } from './news.ts';
import { createPartitions } from './partitions.ts';
import { createRecorder, type Recorder } from './record.ts';
import { createServices } from './services.ts';
import { signingRoutes } from './signing-routes.ts';
import { alertmanagerRoutes } from './sources/alertmanager/routes.ts';
import { alertmanagerApiRoutes } from './sources/alertmanager-api/routes.ts';
import { argocdRoutes } from './sources/argocd/routes.ts';
import { cloudeventsRoutes } from './sources/cloudevents/routes.ts';
import { type Door, withRawBodies } from './sources/door.ts';
import { flagsRoutes } from './sources/flags/routes.ts';
import { genericRoutes } from './sources/generic/routes.ts';
import { githubRoutes } from './sources/github/routes.ts';
import { gitlabRoutes } from './sources/gitlab/routes.ts';
import { grafanaRoutes } from './sources/grafana/routes.ts';
import { kubernetesRoutes } from './sources/kubernetes/routes.ts';
import { launchdarklyRoutes } from './sources/launchdarkly/routes.ts';
import { pagerdutyRoutes } from './sources/pagerduty/routes.ts';
import { slackRoutes } from './sources/slack/routes.ts';
import { snsRoutes } from './sources/sns/routes.ts';
import { amazonOnly, type SnsHosts } from './sources/sns/verify.ts';
import { standardWebhooksRoutes } from './sources/standard-webhooks/routes.ts';
import { createTally } from './tally.ts';
import { topicRoutes } from './topics.ts';
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

/** Without `keepChanges`, change events are refused; without `recordChanges`, senders of changes; without `outbound`, Amazon SNS cannot be verified. */
export type Handed = {
  recordChanges?: RecordChanges | undefined;
  keepChanges?: KeepChanges | undefined;
  /** Whom to tell that what a lever may have begun is over. */
  hearLeverEnds?: HearLeverEnds | undefined;
  outbound?: Outbound | undefined;
  /** Which addresses are Amazon's own; for tests. */
  snsHosts?: SnsHosts | undefined;
};

/** The room, and its one way in for those who bring events without HTTP: the demo, drills, tests. */
export type IntakeRoom = Room & {
  recorder: Recorder;
  register: Register;
  recordReport(report: ClientReport): Promise<void>;
};

export function intakeRoom(house: { platform: Platform }, handed: Handed = {}): IntakeRoom {
  const { platform } = house;
  const { db, database, jobs, clock, log } = platform;
  const register = createRegister(db, platform.secret);
  const partitions = createPartitions(db);
  const news = createNews(db, jobs, log);
  const recorder = createRecorder(createWriter({ database, news, register, partitions }), log);
  const tally = createTally(db);
  const outbound = handed.outbound ?? unreachable;
  const hosts = handed.snsHosts ?? amazonOnly;
  const door: Door = {
    db,
    clock,
    log,
    register,
    recorder,
    services: createServices(db),
    recordChanges: handed.recordChanges,
    keepChanges: handed.keepChanges,
    hearLeverEnds: handed.hearLeverEnds,
    tally,
    outbound,
    snsHosts: hosts,
    secret: platform.secret,
  };
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
      signingRoutes(app, platform, register);
      topicRoutes(app, platform, { outbound, hosts });
      trialRoute(app, platform);
      alertRoutes(app, platform);
    },
    react,
    due: [partitions.due, news.due, expiry(db, jobs), forgotten(db, jobs), tally.due, forgetting(db)],
    takeOver: news.takeOver,
  };
}

const SOURCES = [
  pagerdutyRoutes,
  alertmanagerApiRoutes,
  alertmanagerRoutes,
  grafanaRoutes,
  genericRoutes,
  githubRoutes,
  gitlabRoutes,
  argocdRoutes,
  kubernetesRoutes,
  cloudeventsRoutes,
  launchdarklyRoutes,
  flagsRoutes,
  snsRoutes,
  slackRoutes,
  standardWebhooksRoutes,
];

const unreachable: Outbound = {
  request: async () => {
    throw new Failed('This copy of Humdrum asks nothing of other servers.', { permanent: true });
  },
};

/** Alerts follow their incident when incidents are merged or split. */
const react: Reaction = async (fact, { incident, tx }) => {
  if (fact.kind === 'merged') await moveAlerts(tx, incident.id, fact.into.id);
  if (fact.kind === 'split_off') await attachAlerts(tx, fact.alertIds, fact.to.id);
  return [];
};
