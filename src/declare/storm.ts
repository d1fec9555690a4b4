/** Which open incident an alert belongs to: the same service, or a neighbour in the same storm. */
import { sql } from 'kysely';
import type { Db } from '#platform/db/database.ts';

/** An open incident as far as joining is concerned. */
export type Candidate = {
  id: string;
  serviceIds: string[];
  stormKey: string | null;
  detectedAt: Temporal.Instant;
};

const CANDIDATES_MAX = 2000;
// An alert of the same service belongs to what is already being worked on; what is resolved is over.
const JOINABLE = ['detected', 'confirmed', 'restored'];

export async function candidates(db: Db): Promise<Candidate[]> {
  const rows = await db
    .selectFrom('incident')
    .select(['id', 'service_ids', 'storm_key', 'detected_at'])
    .where('state', 'in', JOINABLE)
    .where('drill', '=', false)
    .orderBy('declared_at')
    .limit(CANDIDATES_MAX)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    serviceIds: row.service_ids,
    stormKey: row.storm_key,
    detectedAt: row.detected_at,
  }));
}

/** For each service the things it shares with others: itself, what it depends on, its providers, its region. */
export type Bonds = Map<string, Set<string>>;

export async function bondsOf(db: Db, serviceIds: string[]): Promise<Bonds> {
  const bonds: Bonds = new Map(serviceIds.map((id) => [id, new Set([`service ${id}`])]));
  if (serviceIds.length === 0) return bonds;
  const { rows } = await sql<{ service_id: string; bond: string }>`
    select service_id, 'service ' || depends_on_id as bond from service_dependency where service_id = any(${serviceIds}::text[])
    union all select service_id, 'provider ' || third_party_id from service_third_party where service_id = any(${serviceIds}::text[])
    union all select id, 'region ' || lower(region) from service where id = any(${serviceIds}::text[]) and region is not null and region <> ''`.execute(
    db,
  );
  for (const row of rows) bonds.get(row.service_id)?.add(row.bond);
  return bonds;
}

type Placed = {
  serviceId: string | undefined;
  integrationId: string;
  serviceHint?: string | undefined;
  format?: string | undefined;
  dedupKey?: string | undefined;
};

export const stormKeyOf = (alert: Placed): string =>
  alert.serviceId
    ? `service ${alert.serviceId}`
    : // Two clients who report something without naming a service need not mean the same.
      alert.format === 'report'
      ? `report ${alert.dedupKey}`
      : `integration ${alert.integrationId} ${alert.serviceHint ?? ''}`.trim();

/**
 * @param windowMilliseconds alerts of different services join only an incident that is younger than this
 * @returns the incident that the alert joins, if any: its own service's first, then a neighbour's
 */
export function incidentFor(
  alert: Placed,
  open: Candidate[],
  bonds: Bonds,
  now: Temporal.Instant,
  windowMilliseconds: number,
): Candidate | undefined {
  const { serviceId } = alert;
  const key = stormKeyOf(alert);
  const same = open.find((each) => (serviceId ? each.serviceIds.includes(serviceId) : each.stormKey === key));
  if (same || !serviceId) return same;
  const mine = bonds.get(serviceId);
  if (!mine) return undefined;
  return open.find(
    (each) =>
      now.epochMilliseconds - each.detectedAt.epochMilliseconds <= windowMilliseconds &&
      each.serviceIds.some((id) => shares(mine, bonds.get(id))),
  );
}

function shares(one: Set<string>, other: Set<string> | undefined): boolean {
  if (!other) return false;
  for (const bond of one) if (other.has(bond)) return true;
  return false;
}
