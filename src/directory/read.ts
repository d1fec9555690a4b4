/** What other rooms ask of the directory, inside their transaction or outside. Nothing here writes. */
import type { Db, Tx } from '#platform/db/database.ts';
import { type Channel, channelsOf } from './fields.ts';

const HOPS_MAX = 5;
const NODES_MAX = 2000;

export type Service = {
  id: string;
  name: string;
  slug: string;
  publicName: string | undefined;
  onPublicPage: boolean;
  ownerTeamId: string | undefined;
  region: string | undefined;
  zone: string;
  primaryId: string | undefined;
  backupId: string | undefined;
  managerId: string | undefined;
  secondTeamId: string | undefined;
  archived: boolean;
};
export type Person = {
  id: string;
  name: string;
  email: string;
  zone: string;
  channels: Channel[];
  loginId: string | undefined;
  restUntil: Temporal.Instant | undefined;
  archived: boolean;
};
export type Client = { id: string; name: string; accountOwnerId: string | undefined; serviceIds: string[] };
export type Contact = {
  id: string;
  clientId: string;
  name: string;
  role: string | undefined;
  email: string | undefined;
  phone: string | undefined;
  language: string;
  zone: string;
};

/** Archived services too: what happened to them keeps its names. */
export async function servicesByIds(db: Db | Tx, ids: readonly string[]): Promise<Service[]> {
  if (!ids.length) return [];
  return (await db.selectFrom('service').selectAll().where('id', 'in', ids).orderBy('name').execute()).map(
    serviceOf,
  );
}

/** Only services in use; capitals do not matter. */
export async function servicesBySlugs(db: Db | Tx, slugs: readonly string[]): Promise<Service[]> {
  if (!slugs.length) return [];
  const wanted = slugs.map((each) => each.toLowerCase());
  const rows = await db
    .selectFrom('service')
    .selectAll()
    .where((where) => where(where.fn<string>('lower', ['slug']), 'in', wanted))
    .where('archived_at', 'is', null)
    .execute();
  return rows.map(serviceOf);
}

export async function personById(db: Db | Tx, id: string): Promise<Person | undefined> {
  return (await peopleByIds(db, [id]))[0];
}

export async function peopleByIds(db: Db | Tx, ids: readonly string[]): Promise<Person[]> {
  if (!ids.length) return [];
  const rows = await db.selectFrom('person').selectAll().where('id', 'in', ids).orderBy('name').execute();
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    email: row.email,
    zone: row.zone,
    channels: channelsOf(row.channels),
    loginId: row.login_id ?? undefined,
    restUntil: row.rest_until ?? undefined,
    archived: row.archived_at !== null,
  }));
}

/** The people of a team who are not archived. */
export async function membersOf(db: Db | Tx, teamId: string): Promise<Person[]> {
  const rows = await db.selectFrom('team_member').select('person_id').where('team_id', '=', teamId).execute();
  const members = await peopleByIds(
    db,
    rows.map((row) => row.person_id),
  );
  return members.filter((each) => !each.archived);
}

/** Clients that are served by any of these services, each with those of them that serve it. */
export async function clientsOfServices(db: Db | Tx, serviceIds: readonly string[]): Promise<Client[]> {
  if (!serviceIds.length) return [];
  const rows = await db
    .selectFrom('client_service')
    .innerJoin('client', 'client.id', 'client_service.client_id')
    .select(['client.id', 'client.name', 'client.account_owner_id', 'client_service.service_id'])
    .where('client_service.service_id', 'in', serviceIds)
    .where('client.archived_at', 'is', null)
    .orderBy('client.name')
    .execute();
  return [...Map.groupBy(rows, (row) => row.id).values()].flatMap((list) => {
    const [first] = list;
    if (!first) return [];
    return [
      {
        id: first.id,
        name: first.name,
        accountOwnerId: first.account_owner_id ?? undefined,
        serviceIds: list.map((each) => each.service_id),
      },
    ];
  });
}

export async function contactsOfClients(db: Db | Tx, clientIds: readonly string[]): Promise<Contact[]> {
  if (!clientIds.length) return [];
  const rows = await db
    .selectFrom('contact')
    .selectAll()
    .where('client_id', 'in', clientIds)
    .where('archived_at', 'is', null)
    .orderBy('name')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    clientId: row.client_id,
    name: row.name,
    role: row.role ?? undefined,
    email: row.email ?? undefined,
    phone: row.phone ?? undefined,
    language: row.language,
    zone: row.zone,
  }));
}

/** What these services stand on, by the number of steps: services (these excluded) and third parties (of any of them). */
export async function dependenciesOf(
  db: Db | Tx,
  serviceIds: readonly string[],
  hops: number,
): Promise<{ services: Map<string, number>; thirdParties: Map<string, number> }> {
  const depth = new Map(serviceIds.map((id) => [id, 0]));
  let edge = [...depth.keys()];
  for (let hop = 1; hop <= Math.min(hops, HOPS_MAX) && edge.length && depth.size < NODES_MAX; hop++) {
    const rows = await db
      .selectFrom('service_dependency')
      .select('depends_on_id')
      .where('service_id', 'in', edge)
      .execute();
    edge = [...new Set(rows.map((row) => row.depends_on_id))].filter((id) => !depth.has(id));
    for (const id of edge) depth.set(id, hop);
  }
  const all = [...depth.keys()];
  const third = all.length
    ? await db.selectFrom('service_third_party').selectAll().where('service_id', 'in', all).execute()
    : [];
  const thirdParties = new Map<string, number>();
  for (const row of third) {
    const steps = (depth.get(row.service_id) ?? 0) + 1;
    if (steps < (thirdParties.get(row.third_party_id) ?? Number.POSITIVE_INFINITY))
      thirdParties.set(row.third_party_id, steps);
  }
  return { services: new Map([...depth].filter(([, steps]) => steps > 0)), thirdParties };
}

/** What two or more of these services have in common: a service, a third party or a region, with the services that share it. */
export async function sharing(
  db: Db | Tx,
  serviceIds: readonly string[],
): Promise<{ kind: 'service' | 'third_party' | 'region'; id: string; serviceIds: string[] }[]> {
  if (serviceIds.length < 2) return [];
  const [services, third, regions] = [
    await db.selectFrom('service_dependency').selectAll().where('service_id', 'in', serviceIds).execute(),
    await db.selectFrom('service_third_party').selectAll().where('service_id', 'in', serviceIds).execute(),
    await db
      .selectFrom('service')
      .select(['id', 'region'])
      .where('id', 'in', serviceIds)
      .where('region', 'is not', null)
      .execute(),
  ];
  const found = [
    ...services.map((row) => ({
      kind: 'service' as const,
      id: row.depends_on_id,
      serviceId: row.service_id,
    })),
    // One of them may itself be what the others stand on.
    ...services
      .filter((row) => serviceIds.includes(row.depends_on_id))
      .map((row) => ({ kind: 'service' as const, id: row.depends_on_id, serviceId: row.depends_on_id })),
    ...third.map((row) => ({
      kind: 'third_party' as const,
      id: row.third_party_id,
      serviceId: row.service_id,
    })),
    ...regions.map((row) => ({ kind: 'region' as const, id: row.region ?? '', serviceId: row.id })),
  ];
  return [...Map.groupBy(found, (each) => `${each.kind} ${each.id}`).values()].flatMap((list) => {
    const [first] = list;
    const sharers = [...new Set(list.map((each) => each.serviceId))];
    return first && sharers.length > 1 ? [{ kind: first.kind, id: first.id, serviceIds: sharers }] : [];
  });
}

type ServiceRow = {
  id: string;
  name: string;
  slug: string;
  public_name: string | null;
  on_public_page: boolean;
  owner_team_id: string | null;
  region: string | null;
  zone: string;
  primary_id: string | null;
  backup_id: string | null;
  manager_id: string | null;
  second_team_id: string | null;
  archived_at: Temporal.Instant | null;
};

function serviceOf(row: ServiceRow): Service {
  return {
    id: row.id,
    name: row.name,
    slug: row.slug,
    publicName: row.public_name ?? undefined,
    onPublicPage: row.on_public_page,
    ownerTeamId: row.owner_team_id ?? undefined,
    region: row.region ?? undefined,
    zone: row.zone,
    primaryId: row.primary_id ?? undefined,
    backupId: row.backup_id ?? undefined,
    managerId: row.manager_id ?? undefined,
    secondTeamId: row.second_team_id ?? undefined,
    archived: row.archived_at !== null,
  };
}
