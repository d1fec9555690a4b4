/** Looks at alerts that changed and does what the rules say: join an open incident, declare one, wait for a person, or tell of a recovery. */
import { sql } from 'kysely';
import type { Doing, Incidents } from '#incident/execute.ts';
import type { AlertSeen, Noticed, Severity } from '#incident/types.ts';
import { type Db, transaction } from '#platform/db/database.ts';
import type { Platform } from '#platform/platform.ts';
import type { Policies } from '#promise/policies.ts';
import { bondsOf, candidates, incidentFor, stormKeyOf } from './storm.ts';

/** An alert as intake hands it over. */
export type ConsideredAlert = {
  id: string;
  integrationId: string;
  integrationName: string;
  dedupKey: string;
  /** "report": a client told us; everything else is monitoring. */
  format: string;
  serviceId: string | undefined;
  serviceHint: string | undefined;
  title: string;
  state: 'open' | 'resolved';
  outcome: 'declare' | 'wait' | 'record';
  proposedSeverity: Severity | undefined;
  rule: string;
  source: string;
  startedAt: Temporal.Instant;
  firstAt: Temporal.Instant;
  upstreamAcknowledgedAt: Temporal.Instant | undefined;
  incidentId: string | undefined;
  previousIncidentId: string | undefined;
  changeSeq: number;
  consideredSeq: number;
};

/** What declare is handed of intake. */
export type Alerts = {
  readAlerts(db: Db, ids: string[]): Promise<ConsideredAlert[]>;
  openAlertsOf(db: Db, incidentId: string): Promise<{ id: string; format: string }[]>;
  attachAlerts(tx: Db, alertIds: string[], incidentId: string): Promise<void>;
  markConsidered(tx: Db, alerts: readonly { id: string; changeSeq: number }[]): Promise<void>;
  /** @returns the alerts that joined without changing anything that anybody would be told */
  joinQuietly(db: Db, ids: string[]): Promise<string[]>;
};

export type ConsiderHouse = { platform: Platform; incidents: Incidents; policies: Policies; alerts: Alerts };

// Started earlier than this the sender's time is not believed as the time of detection.
const STARTED_MINUTES_MAX = 60;
const AT_ONCE = 6;

/** @param alertIds any number; unknown ones and ones already considered are passed over */
export async function consider(house: ConsiderHouse, alertIds: string[]): Promise<void> {
  const { platform, alerts, policies } = house;
  const { db } = platform;
  const ids = new Set(alertIds);
  const quiet = new Set(await alerts.joinQuietly(db, [...ids]));
  const changed = (await alerts.readAlerts(db, [...ids.difference(quiet)])).filter(
    (alert) => alert.consideredSeq < alert.changeSeq,
  );
  if (changed.length === 0) return;
  const attached = changed.filter((alert) => alert.incidentId);
  const loose = changed.filter((alert) => !alert.incidentId && alert.state === 'open');
  const over = changed.filter((alert) => !alert.incidentId && alert.state === 'resolved');
  const open = loose.length ? await candidates(db) : [];
  const bonds = await bondsOf(db, [
    ...new Set([
      ...loose.flatMap((alert) => alert.serviceId ?? []),
      ...open.flatMap((each) => each.serviceIds),
    ]),
  ]);
  const { stormWindow } = await policies.current(db);
  const now = platform.clock.now();
  const joining = new Map<string, ConsideredAlert[]>(
    attached.map((alert) => [alert.incidentId as string, []]),
  );
  for (const alert of attached) joining.get(alert.incidentId as string)?.push(alert);
  const declaring = new Map<string, ConsideredAlert[]>();
  for (const alert of loose) {
    const target = incidentFor(alert, open, bonds, now, stormWindow)?.id ?? (await backAgain(house, alert));
    const into = target ? joining : declaring;
    const key = target ?? groupKey(alert, declaring, bonds);
    into.set(key, [...(into.get(key) ?? []), alert]);
  }
  await inParallel([...joining], ([incidentId, list]) => tell(house, incidentId, list));
  for (const list of declaring.values()) await declareOrWait(house, list);
  if (over.length) await transaction(db, (tx) => alerts.markConsidered(tx, over));
}

/** Alerts of neighbours that arrive together are one storm from the start. */
function groupKey(
  alert: ConsideredAlert,
  declaring: Map<string, ConsideredAlert[]>,
  bonds: Map<string, Set<string>>,
): string {
  const mine = alert.serviceId ? bonds.get(alert.serviceId) : undefined;
  for (const [key, list] of declaring)
    if (
      list.some((other) =>
        other.serviceId
          ? mine && !mine.isDisjointFrom(bonds.get(other.serviceId) ?? new Set())
          : stormKeyOf(other) === stormKeyOf(alert),
      )
    )
      return key;
  return stormKeyOf(alert);
}

/** An alert that fires again soon after its incident recovered by itself, or while the incident is resolved, belongs there. */
async function backAgain(house: ConsiderHouse, alert: ConsideredAlert): Promise<string | undefined> {
  if (!alert.previousIncidentId) return undefined;
  const incident = await house.incidents.load(alert.previousIncidentId);
  if (!incident) return undefined;
  if (incident.state === 'resolved') return incident.id;
  const { refirePagesWithin } = await house.policies.version(house.platform.db, incident.policyVersion);
  const quietFor =
    house.platform.clock.now().epochMilliseconds - (incident.dismissedAt?.epochMilliseconds ?? 0);
  return incident.state === 'dismissed' &&
    incident.dismissal?.recoveredByItself &&
    quietFor <= refirePagesWithin
    ? incident.id
    : undefined;
}

async function inParallel<Item>(items: Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker));
}

const seen = (alert: ConsideredAlert): AlertSeen => ({
  alertId: alert.id,
  title: alert.title,
  source: alert.source,
  serviceId: alert.serviceId,
  firing: alert.state === 'open' && !isReport(alert),
  proposes: alert.proposedSeverity,
});

/** A report is somebody's word: it says that something is wrong, and never that it is still so. */
export const isReport = (alert: Pick<ConsideredAlert, 'format'>): boolean => alert.format === 'report';

export function noticedBy(alert: ConsideredAlert): Noticed {
  return isReport(alert)
    ? { by: 'person', who: alert.source, how: 'a report' }
    : { by: 'monitoring', who: alert.integrationName, how: alert.source };
}

const doingOf = (alert: ConsideredAlert): Doing => ({
  actor: { kind: 'system', name: alert.integrationName },
  source: alert.source,
});

async function tell(house: ConsiderHouse, incidentId: string, list: ConsideredAlert[]): Promise<void> {
  const { incidents, alerts, platform } = house;
  const first = list[0];
  if (!first) return;
  const incident = await incidents.load(incidentId);
  // What was merged away lives on in the other incident; what is over hears nothing more.
  const target = incident?.mergedInto?.id ?? incidentId;
  const ended =
    incident?.state === 'closed' ||
    (incident?.state === 'dismissed' && !incident.dismissal?.recoveredByItself);
  const listed = new Set(incident?.alerts.map((alert) => alert.alertId));
  const firing = list.filter((alert) => alert.state === 'open' && !(isReport(alert) && listed.has(alert.id)));
  const recovered = list.filter((alert) => alert.state === 'resolved');
  await transaction(platform.db, (tx) =>
    alerts.attachAlerts(
      tx,
      list.map((alert) => alert.id),
      target,
    ),
  );
  if (!ended) {
    if (firing.length)
      await incidents.execute(target, { type: 'join_alerts', alerts: firing.map(seen) }, doingOf(first));
    if (recovered.length) {
      const stillFiring = (await alerts.openAlertsOf(platform.db, target)).filter(
        (alert) => !isReport(alert),
      ).length;
      await incidents.execute(
        target,
        {
          type: 'recover_alerts',
          alerts: recovered.map((alert) => ({ alertId: alert.id, title: alert.title })),
          stillFiring,
        },
        doingOf(first),
      );
    }
    const upstream = firing.find((alert) => alert.upstreamAcknowledgedAt);
    if (upstream && !incident?.acknowledgedAt)
      await incidents.execute(
        target,
        { type: 'acknowledge_upstream', source: upstream.source },
        doingOf(upstream),
      );
  }
  await transaction(platform.db, (tx) => alerts.markConsidered(tx, list));
}

async function declareOrWait(house: ConsiderHouse, list: ConsideredAlert[]): Promise<void> {
  const declaring = list.find((alert) => alert.outcome === 'declare');
  if (declaring) await declareFrom(house, list, declaring);
  else await transaction(house.platform.db, (tx) => house.alerts.markConsidered(tx, list));
}

async function declareFrom(
  house: ConsiderHouse,
  list: ConsideredAlert[],
  cause: ConsideredAlert,
): Promise<void> {
  const { incidents, alerts, platform } = house;
  const now = platform.clock.now();
  const severities = list.flatMap((alert) =>
    alert.outcome === 'declare' ? (alert.proposedSeverity ?? []) : [],
  );
  try {
    const incident = await incidents.declare(
      {
        title: cause.title,
        proposedSeverity: severities.toSorted()[0],
        rule: cause.rule,
        noticed: noticedBy(cause),
        detectedAt: detectionTime(cause, now),
        serviceIds: list.flatMap((alert) => alert.serviceId ?? []),
        automatic: true,
        stormKey: stormKeyOf(cause),
        alerts: list.map(seen),
        zone: await zoneOf(platform.db, cause.serviceId),
      },
      doingOf(cause),
    );
    await transaction(platform.db, async (tx) => {
      await alerts.attachAlerts(
        tx,
        list.map((alert) => alert.id),
        incident.id,
      );
      await alerts.markConsidered(tx, list);
    });
  } catch (error) {
    const other = await raced(platform.db, error, stormKeyOf(cause));
    if (!other) throw error;
    await tell(house, other, list);
  }
}

/** We heard of it now; a sender that says it began a little earlier is believed as the start of impact, not as our detection. */
function detectionTime(alert: ConsideredAlert, now: Temporal.Instant): Temporal.Instant {
  // A reporter's time is the time of detection.
  if (isReport(alert)) return alert.startedAt;
  const heard = alert.firstAt;
  const age = now.epochMilliseconds - heard.epochMilliseconds;
  return age >= 0 && age <= STARTED_MINUTES_MAX * 60_000 ? heard : now;
}

/** Another process declared for the same storm first: the database refused the second. @returns that incident */
async function raced(db: Db, error: unknown, stormKey: string): Promise<string | undefined> {
  if ((error as { code?: string }).code !== '23505') return undefined;
  const row = await db
    .selectFrom('incident')
    .select('id')
    .where('storm_key', '=', stormKey)
    .where('automatic', '=', true)
    .where('state', 'in', ['detected', 'confirmed'])
    .executeTakeFirst();
  return row?.id;
}

async function zoneOf(db: Db, serviceId: string | undefined): Promise<string | undefined> {
  if (!serviceId) return undefined;
  const { rows } = await sql<{ zone: string }>`select zone from service where id = ${serviceId}`.execute(db);
  return rows[0]?.zone;
}
