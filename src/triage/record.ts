/** What this organisation's own record says: how many changes there were of each kind and service, and which of them set off an incident. */
import { sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';
import type { Platform } from '#platform/platform.ts';
import type { Count, History } from './score.ts';

const DAYS = 90;
/** Below so many named triggers the record says nothing about kinds and services. */
const LABELS_MIN = 10;
// Counting a large ledger takes a fifth of a second; a small one is always counted afresh.
const KEPT_FROM_CHANGES = 20_000;
const KEPT_MINUTES = 10;

export type OwnRecord = {
  /** Undefined while too few triggers have been named. */
  history: History | undefined;
  labelled: number;
  notAChange: number;
};

/** Reads the record, and keeps it for some minutes where reading it costs much: the old one serves while the new is counted. */
export function createOwnRecord({ db, clock }: Pick<Platform, 'db' | 'clock'>) {
  let kept: { at: Temporal.Instant; record: OwnRecord; changes: number } | undefined;
  let reading: Promise<OwnRecord> | undefined;
  const renew = (): Promise<OwnRecord> => {
    const now = clock.now();
    reading ??= readRecord(db, now)
      .then(({ record, changes }) => {
        kept = { at: now, record, changes };
        return record;
      })
      .finally(() => {
        reading = undefined;
      });
    return reading;
  };
  return {
    async read(): Promise<OwnRecord> {
      if (!kept || kept.changes < KEPT_FROM_CHANGES) return renew();
      const age = kept.at.until(clock.now()).abs().total('minutes');
      // Nobody waits for it, and the next look sees it; a failure leaves what is held.
      if (age >= KEPT_MINUTES) renew().catch(() => {});
      return kept.record;
    },
    forget(): void {
      kept = undefined;
    },
  };
}

export type ReadOwnRecord = ReturnType<typeof createOwnRecord>;

async function readRecord(db: Db, now: Temporal.Instant): Promise<{ record: OwnRecord; changes: number }> {
  const { rows: labels } = await sql<{
    service_id: string | null;
    kind: string | null;
    no_change: boolean;
    count: number;
  }>`
    select service_id, kind, change_id is null as no_change, count(*)::int as count
    from labelled_incident group by 1, 2, 3`.execute(db);
  const sum = (rows: typeof labels) => rows.reduce((total, { count }) => total + count, 0);
  const labelled = sum(labels);
  const causing = labels.filter((row) => !row.no_change);
  const record = { labelled, notAChange: labelled - sum(causing), history: undefined };
  // Counting a large ledger takes long, and is of no use before enough has been learnt.
  if (labelled < LABELS_MIN || causing.length === 0) return { record, changes: 0 };
  const history = await readHistory(db, causing, now.subtract({ hours: DAYS * 24 }));
  return { record: { ...record, history }, changes: history.all.changes };
}

async function readHistory(
  db: Db,
  causing: readonly { service_id: string | null; kind: string | null; count: number }[],
  since: Temporal.Instant,
): Promise<History> {
  const { rows } = await sql<{ service_id: string | null; kind: string; changes: number }>`
    select service_id, kind, count(*)::int as changes from change
    where happened_at >= ${since} group by 1, 2`.execute(db);
  const services = new Map<string, Count>();
  const kinds = new Map<string, Count>();
  const all: Count = { changes: 0, caused: 0 };
  for (const { service_id, kind, changes } of rows) {
    all.changes += changes;
    countOf(kinds, kind).changes += changes;
    if (service_id !== null) countOf(services, service_id).changes += changes;
  }
  for (const { service_id, kind, count } of causing) {
    all.caused += count;
    if (kind) countOf(kinds, kind).caused += count;
    if (service_id) countOf(services, service_id).caused += count;
  }
  return { all, services, kinds };
}

function countOf(counts: Map<string, Count>, key: string): Count {
  const known = counts.get(key) ?? { changes: 0, caused: 0 };
  counts.set(key, known);
  return known;
}
