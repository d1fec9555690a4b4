/** What clients report comes in by the same door as every signal, under one integration of its own whose rules anybody may read and change. */
import { sql } from 'kysely';
import { type Db, json, transaction } from '#platform/db/database.ts';
import { newId, newSecret } from '#platform/ids.ts';
import type { Platform } from '#platform/platform.ts';
import { cleanText } from './clean.ts';
import { keyHashOf } from './fold.ts';
import { cut, LABEL_CHARACTERS_MAX, type Parsed, TITLE_CHARACTERS_MAX } from './incoming.ts';
import { hashOfKey, raiseVersion } from './integrations.ts';
import type { Recorder } from './record.ts';
import type { OutcomeRule } from './route.ts';
import { heldAgainst } from './time.ts';

const NAME = 'Client reports';
const DETAIL_CHARACTERS_MAX = 5000;

/** A report as it is brought to us. `serviceNamed`: in the reporter's words. */
export type ClientReport = {
  key: string;
  title: string;
  text: string;
  reporter: string;
  clientName: string | undefined;
  serviceId: string | null;
  serviceNamed: string;
  mainTaskImpossible: boolean;
  /** The time of detection. */
  reportedAt: Temporal.Instant;
};

// One client's word is not yet "users cannot do a main task": whoever confirms it raises it to a P1 by the four questions.
const RULES: OutcomeRule[] = [
  {
    match: [{ field: 'labels.main_task', op: 'equals', value: 'impossible' }],
    outcome: 'declare',
    proposedSeverity: 'P2',
  },
  { match: [], outcome: 'wait', proposedSeverity: 'P3' },
];

export function createRecordReport(
  { db, clock }: Pick<Platform, 'db' | 'clock'>,
  recorder: Recorder,
): (report: ClientReport) => Promise<void> {
  return async (report) => {
    const now = clock.now();
    const key = await keyOfReports(db, now);
    const [refused] = await recorder.record([
      { key, format: 'report', receivedAt: now, event: eventOf(report, now) },
    ]);
    if (refused) throw refused;
  };
}

function eventOf(report: ClientReport, now: Temporal.Instant): Parsed {
  const title = cleanText(report.title);
  const text = cleanText(report.text).slice(0, DETAIL_CHARACTERS_MAX);
  const client: Record<string, string> = report.clientName
    ? { client: cut(cleanText(report.clientName), LABEL_CHARACTERS_MAX) }
    : {};
  const reporter = cleanText(report.reporter);
  const named: Record<string, string> = report.serviceNamed
    ? { service_named: cut(cleanText(report.serviceNamed), LABEL_CHARACTERS_MAX) }
    : {};
  return {
    action: 'trigger',
    dedupKey: report.key,
    title: cut(title, TITLE_CHARACTERS_MAX),
    source: cut([reporter, report.clientName].filter(Boolean).join(', '), TITLE_CHARACTERS_MAX),
    severity: report.mainTaskImpossible ? 'error' : 'warning',
    serviceNames: report.serviceId ? [report.serviceId] : [],
    labels: { main_task: report.mainTaskImpossible ? 'impossible' : 'possible', ...client, ...named },
    links: [],
    details: { report: text },
    startedAt: heldAgainst(now, report.reportedAt),
    expiresAt: undefined,
    payload: { title, text, reporter, ...client, ...named },
  };
}

/** @returns the hash of a key that nobody has: nothing but this door opens the integration */
async function keyOfReports(db: Db, now: Temporal.Instant): Promise<string> {
  const find = (from: Db) =>
    from
      .selectFrom('integration')
      .select('key_hash')
      .where('kind', '=', 'reports')
      .where('archived_at', 'is', null)
      .executeTakeFirst();
  const known = await find(db);
  if (known) return known.key_hash;
  return transaction(db, async (tx) => {
    const key = newSecret();
    // Two processes may come at once: the second finds what the first one made.
    await raiseVersion(tx);
    await tx
      .insertInto('integration')
      .values({
        id: newId('int'),
        name: await freeName(tx),
        kind: 'reports',
        key_hash: hashOfKey(key),
        key_hint: '',
        routing: json([]),
        outcomes: json(RULES),
        created_at: now,
        updated_at: now,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const made = await find(tx);
    if (!made) throw new Error('The integration of client reports could not be made.');
    return made.key_hash;
  });
}

async function freeName(tx: Db): Promise<string> {
  const taken = await tx
    .selectFrom('integration')
    .select('id')
    .where(sql<boolean>`lower(name) = lower(${NAME})`)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  return taken ? `${NAME} (built in)` : NAME;
}

/** @returns by its key, the incident into which each of these reports has been put */
export async function incidentsOfReports(db: Db, keys: string[]): Promise<Map<string, string>> {
  const from = await db.selectFrom('integration').select('id').where('kind', '=', 'reports').execute();
  const integrationIds = from.map(({ id }) => id);
  const hashes = integrationIds.flatMap((id) => keys.map((key) => keyHashOf(id, key)));
  const { rows } = await sql<{ dedup_key: string; incident_id: string }>`
    select a.dedup_key, p.incident_id from alert a
    join alert_place p on p.alert_id = a.id and p.incident_id is not null
    where a.format = 'report' and ((a.state = 'open' and a.key_hash = any(${hashes}::uuid[]))
      or (a.state = 'resolved' and a.integration_id = any(${integrationIds}::text[]) and a.dedup_key = any(${keys}::text[])))`.execute(
    db,
  );
  return new Map(rows.map((row) => [row.dedup_key, row.incident_id]));
}
