/** What an Alertmanager's clients may read back: open alerts of their own integration, in Alertmanager's words. */
import type { Db } from '#platform/db/database.ts';

const ALERTS_MAX = 1000;
const RECEIVERS = [{ name: 'humdrum' }];

type Gettable = Record<string, unknown>;

export async function openAlerts(db: Db, integrationId: string): Promise<string> {
  return JSON.stringify(await read(db, integrationId));
}

export async function alertGroups(db: Db, integrationId: string): Promise<string> {
  const alerts = await read(db, integrationId);
  return JSON.stringify(alerts.length ? [{ labels: {}, receiver: RECEIVERS[0], alerts }] : []);
}

export function statusText(now: Temporal.Instant): string {
  return JSON.stringify({
    cluster: { status: 'disabled', peers: [] },
    config: { original: '' },
    uptime: now.toString(),
    versionInfo: { branch: '', buildDate: '', buildUser: '', goVersion: '', revision: '', version: '0.27.0' },
  });
}

async function read(db: Db, integrationId: string): Promise<Gettable[]> {
  const rows = await db
    .selectFrom('alert')
    .select(['dedup_key', 'labels', 'details', 'links', 'started_at', 'last_at', 'expires_at'])
    .where('integration_id', '=', integrationId)
    .where('state', '=', 'open')
    .orderBy('first_at', 'desc')
    .limit(ALERTS_MAX)
    .execute();
  return rows.map((row) => {
    const details = row.details as { annotations?: unknown; generatorURL?: unknown };
    return {
      labels: row.labels,
      annotations: details.annotations ?? {},
      startsAt: row.started_at.toString(),
      endsAt: (row.expires_at ?? row.last_at.add({ minutes: 5 })).toString(),
      updatedAt: row.last_at.toString(),
      fingerprint: row.dedup_key,
      generatorURL: typeof details.generatorURL === 'string' ? details.generatorURL : '',
      receivers: RECEIVERS,
      status: { state: 'active', silencedBy: [], inhibitedBy: [], mutedBy: [] },
    };
  });
}
