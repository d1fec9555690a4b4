/** Reads what the score needs, and no more: a thousand changes are looked at for one page of the lane. */
import { sql } from 'kysely';
import type { ChangeKind, ChangeState } from '#incident/change.ts';
import type { Db } from '#platform/db/database.ts';
import type { Candidate } from './score.ts';

const NEAR_MAX = 800;
const AFTER_MAX = 100;
const ELSEWHERE_MAX = 100;
/** A change that nobody knows to be connected is looked at only when it is fresh. */
const ELSEWHERE_HOURS = 2;
/** What came long after it began tells nothing, and an old incident would read its whole future. */
const AFTER_HOURS = 24;

export type Span = {
  from: Temporal.Instant;
  onset: Temporal.Instant;
  /** The onset and its doubt: what came later came after. */
  until: Temporal.Instant;
  to: Temporal.Instant;
};

export type CandidateRow = {
  id: string;
  service_id: string | null;
  kind: string;
  summary: string;
  state: string;
  happened: number;
  ramp: { at: string; percent: number; where?: string }[] | null;
  environment: string | null;
  version_after: string | null;
  size: number | null;
  mends: boolean;
  checks_skipped: boolean | null;
  third_party_id: string | null;
  provider_incident: string | null;
};

const COLUMNS = sql`id, service_id, kind, summary, state,
  (extract(epoch from happened_at) * 1000)::float8 as happened,
  case when ramp = '[]' then null else ramp end as ramp,
  environment, version_after, size, mends,
  case when details = '{}' then null else details->'checksSkipped' = 'true' end as checks_skipped,
  case when kind = 'third_party' then details->>'thirdPartyId' end as third_party_id,
  case when kind = 'third_party' then details->>'providerIncident' end as provider_incident`;

/**
 * The near ones before the onset, the latest of them first; a few after it, to be shown as such; and the freshest elsewhere.
 * @param near undefined while no affected service is known: then every change is near
 */
export async function readCandidates(
  db: Db,
  near: string[] | undefined,
  { from, onset, until, to }: Span,
): Promise<CandidateRow[]> {
  const isNear = near ? sql`(service_id = any(${near}::text[]) or service_id is null)` : sql`true`;
  const elsewhere = near
    ? sql`union all (select ${COLUMNS} from change
        where happened_at >= ${later(from, onset.subtract({ hours: ELSEWHERE_HOURS }))} and happened_at <= ${until}
          and service_id <> all(${near}::text[])
        order by happened_at desc, id desc limit ${ELSEWHERE_MAX})`
    : sql``;
  const { rows } = await sql<CandidateRow>`
    (select ${COLUMNS} from change where happened_at >= ${from} and happened_at <= ${until} and ${isNear}
      order by happened_at desc, id desc limit ${NEAR_MAX})
    union all (select ${COLUMNS} from change where happened_at > ${until} and happened_at <= ${earlier(to, onset.add({ hours: AFTER_HOURS }))} and ${isNear}
      order by happened_at, id limit ${AFTER_MAX})
    ${elsewhere}`.execute(db);
  return rows;
}

/** What somebody marked stays in the lane, wherever and whenever it was. */
export async function readMarked(db: Db, ids: string[]): Promise<CandidateRow[]> {
  if (ids.length === 0) return [];
  const { rows } = await sql<CandidateRow>`
    select ${COLUMNS} from change where id = any(${ids}::text[])`.execute(db);
  return rows;
}

/**
 * The ledger has a provider's incident once for each service that depends on it; the lane has it once, where it is nearest.
 * @param nearest the services, the nearest first; undefined while no affected service is known
 * @param kept ids that stay in any case: somebody marked them
 */
export function oncePerIncident(
  rows: readonly CandidateRow[],
  nearest: readonly string[] | undefined,
  kept: ReadonlySet<string>,
): CandidateRow[] {
  const places = new Map(nearest?.map((id, place) => [id, place]));
  const placeOf = (row: CandidateRow) =>
    kept.has(row.id) ? -1 : (places.get(row.service_id ?? '') ?? Infinity);
  const first = new Map<string, CandidateRow>();
  for (const row of rows) {
    const key = keyOf(row);
    const before = key && first.get(key);
    if (key && (!before || placeOf(row) < placeOf(before))) first.set(key, row);
  }
  return rows.filter((row) => kept.has(row.id) || (first.get(keyOf(row) ?? '') ?? row) === row);
}

function keyOf({ third_party_id, provider_incident }: CandidateRow): string | undefined {
  return third_party_id && provider_incident ? `${third_party_id} ${provider_incident}` : undefined;
}

function earlier(one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(one, other) <= 0 ? one : other;
}

function later(one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(one, other) >= 0 ? one : other;
}

/** @param users for each third party, the nearest service that depends on it */
export function candidateOf(row: CandidateRow, users: ReadonlyMap<string, string>): Candidate {
  return {
    id: row.id,
    serviceId: row.service_id ?? (row.third_party_id ? (users.get(row.third_party_id) ?? null) : null),
    kind: row.kind as ChangeKind,
    summary: row.summary,
    state: row.state as ChangeState,
    happenedAt: row.happened,
    steps: row.ramp
      ? row.ramp.map((step) => ({ ...step, at: Temporal.Instant.from(step.at).epochMilliseconds }))
      : NO_STEPS,
    environment: row.environment,
    versionAfter: row.version_after,
    size: row.size,
    mends: row.mends,
    checksSkipped: row.checks_skipped ?? false,
  };
}

const NO_STEPS: Candidate['steps'] = [];
