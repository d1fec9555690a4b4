/** The services around an incident: those affected, what they depend on within two hops, and the third parties behind them. */
import type { Db } from '#platform/db/database.ts';
import { type ProviderNow, statesOf } from './providers/show.ts';
import type { Relation } from './relation.ts';

export type Neighbour = {
  serviceId: string;
  name: string;
  relation: Extract<Relation, 'same_service' | 'depends_directly' | 'two_hops'>;
};
/** How it is now, and the names of the services that depend on it. */
export type ThirdParty = ProviderNow & { services: string[] };

const HOPS = ['depends_directly', 'two_hops'] as const;

/** @returns each service once, at its shortest distance, nearest first */
export async function neighbourhood(db: Db, affectedIds: string[]): Promise<Neighbour[]> {
  if (affectedIds.length === 0) return [];
  const relations = new Map<string, Neighbour['relation']>(affectedIds.map((id) => [id, 'same_service']));
  let frontier = affectedIds;
  for (const hop of HOPS) {
    const rows = await db
      .selectFrom('service_dependency')
      .select('depends_on_id')
      .distinct()
      .where((row) => row('service_id', '=', row.fn.any(row.val(frontier))))
      .execute();
    frontier = rows.map((row) => row.depends_on_id).filter((id) => !relations.has(id));
    for (const id of frontier) relations.set(id, hop);
    if (frontier.length === 0) break;
  }
  const services = await db
    .selectFrom('service')
    .select(['id', 'name'])
    .where((row) => row('id', '=', row.fn.any(row.val([...relations.keys()]))))
    .execute();
  const names = new Map(services.map((service) => [service.id, service.name]));
  return [...relations].flatMap(([serviceId, relation]) => {
    const name = names.get(serviceId);
    return name === undefined ? [] : [{ serviceId, name, relation }];
  });
}

/** @returns the third parties behind these services, by name, each with how it is */
export async function thirdPartiesOf(
  db: Db,
  services: { serviceId: string; name: string }[],
  now: Temporal.Instant,
): Promise<ThirdParty[]> {
  if (services.length === 0) return [];
  const names = new Map(services.map((service) => [service.serviceId, service.name]));
  const pairs = await db
    .selectFrom('service_third_party')
    .selectAll()
    .where((row) => row('service_id', '=', row.fn.any(row.val([...names.keys()]))))
    .orderBy('service_id')
    .execute();
  const behind = Map.groupBy(pairs, (pair) => pair.third_party_id);
  return (await statesOf(db, [...behind.keys()], now)).map((state) => ({
    ...state,
    services: (behind.get(state.id) ?? []).map((pair) => names.get(pair.service_id) ?? ''),
  }));
}
