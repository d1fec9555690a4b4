/** Who hears of an incident, and by which names its services are known to them. Recipients are found by one query, for counting and for freezing alike. */
import { type RawBuilder, sql } from 'kysely';
import type { Incident, UpdateKind } from '#incident/types.ts';
import type { Db, Tx } from '#platform/db/database.ts';
import { accountOwners } from './account-owner.ts';

export type Audience = {
  kind: UpdateKind;
  clientIds: readonly string[];
  internal: boolean;
  publicPage: boolean;
};

export type AffectedClient = {
  id: string;
  name: string;
  contacts: number;
  impact: 'down' | 'degraded' | 'not_affected';
  byHand: boolean;
};

/** @returns every client of the affected services, and those that were ticked by hand */
export async function affectedClients(db: Db | Tx, incident: Incident): Promise<AffectedClient[]> {
  const ticked = Object.keys(incident.clientImpacts);
  const { rows } = await sql<{ id: string; name: string; contacts: number }>`
    select c.id, c.name,
           (select count(distinct lower(k.email))::int from contact k
             where k.client_id = c.id and k.archived_at is null and k.email is not null) as contacts
    from client c
    where c.archived_at is null
      and (c.id = any(${ticked}::text[])
           or exists (select 1 from client_service cs where cs.client_id = c.id and cs.service_id = any(${incident.serviceIds}::text[])))
    order by lower(c.name), c.id`.execute(db);
  const usual = incident.severity === 'P1' ? 'down' : 'degraded';
  return rows.map((row) => ({
    ...row,
    impact: incident.clientImpacts[row.id] ?? usual,
    byHand: row.id in incident.clientImpacts,
  }));
}

/** Restricted incidents and drills reach no client by themselves; a drill reaches none at all. */
export function reachesClients(incident: Pick<Incident, 'restricted' | 'drill'>): boolean {
  return !incident.restricted && !incident.drill;
}

/** The clients that hear without anybody naming them. Endings go to exactly those who were told. */
export async function clientsToTell(db: Db | Tx, incident: Incident, kind: UpdateKind): Promise<string[]> {
  if (!reachesClients(incident)) return [];
  if (kind === 'stand_down' || kind === 'correction') return incident.toldClientIds;
  const affected = (await affectedClients(db, incident))
    .filter((client) => client.impact !== 'not_affected')
    .map((client) => client.id);
  return kind === 'final' || kind === 'works_again'
    ? [...new Set([...affected, ...incident.toldClientIds])]
    : affected;
}

export type KnownService = {
  id: string;
  name: string;
  slug: string;
  publicName: string | null;
  onPublicPage: boolean;
};

export async function servicesOf(
  db: Db | Tx,
  incident: Pick<Incident, 'serviceIds'>,
): Promise<KnownService[]> {
  if (!incident.serviceIds.length) return [];
  return db
    .selectFrom('service')
    .select(['id', 'name', 'slug', 'public_name as publicName', 'on_public_page as onPublicPage'])
    .where('id', 'in', incident.serviceIds)
    .orderBy('public_name')
    .orderBy('id')
    .execute();
}

export function publicNamesOf(services: readonly KnownService[]): string[] {
  return [...new Set(services.flatMap((service) => (service.publicName ? [service.publicName] : [])))];
}

/** The page may speak of an incident that affects something on it and is neither restricted nor a drill. */
export function mayBePublic(
  incident: Pick<Incident, 'restricted' | 'drill'>,
  services: readonly KnownService[],
): boolean {
  return reachesClients(incident) && services.some((service) => service.onPublicPage);
}

export type Counts = { people: number; contacts: number; internal: number };

export async function countRecipients(db: Db | Tx, incident: Incident, audience: Audience): Promise<Counts> {
  const { rows } = await sql<Counts>`
    select count(*)::int as people,
           count(*) filter (where audience = 'client')::int as contacts,
           count(*) filter (where audience = 'internal')::int as internal
    from (${recipients(incident, audience)}) as r`.execute(db);
  return rows[0] ?? { people: 0, contacts: 0, internal: 0 };
}

/** One row per address: audience, address, recipient_name, zone, client_ids, contact_id, person_id. An address of a client is never internal. */
export function recipients(incident: Incident, audience: Audience): RawBuilder<unknown> {
  const exactly = audience.kind === 'stand_down' || audience.kind === 'correction';
  const everybody = exactly
    ? sql`${toldContacts(incident, audience)} union all ${told(incident, audience)}`
    : sql`${contacts(audience)} union all ${insiders(incident, audience)} union all ${accountOwners(incident, audience)}`;
  return sql`select distinct on (address) * from (${everybody}) as everybody order by address, audience`;
}

function contacts(audience: Audience): RawBuilder<unknown> {
  return sql`
    select 'client'::text as audience, lower(k.email) as address, min(k.name) as recipient_name, min(k.zone) as zone,
           array_agg(distinct k.client_id order by k.client_id) as client_ids, min(k.id) as contact_id, null::text as person_id
    from contact k join client c on c.id = k.client_id and c.archived_at is null
    where k.client_id = any(${[...audience.clientIds]}::text[]) and k.archived_at is null and k.email is not null and k.email <> ''
    group by lower(k.email)`;
}

function insiders(incident: Incident, audience: Audience): RawBuilder<unknown> {
  const holders = [
    incident.lead?.personId,
    incident.comms?.personId,
    ...incident.hands.map((hand) => hand.personId),
  ].filter((id) => id !== undefined);
  const services = incident.serviceIds;
  const who = incident.restricted
    ? sql`p.id = any(${incident.viewers}::text[])`
    : sql`p.id in (
        select tm.person_id from team_member tm join service s on s.owner_team_id = tm.team_id where s.id = any(${services}::text[])
        union select unnest(array[s.primary_id, s.backup_id, s.manager_id]) from service s where s.id = any(${services}::text[])
        union select unnest(${holders}::text[]))`;
  return sql`
    select 'internal'::text, lower(p.email), p.name, p.zone, '{}'::text[], null::text, p.id
    from person p where ${audience.internal} and p.archived_at is null and p.email <> '' and ${who}`;
}

// Exactly those who were told before: the directory may have changed since.
function toldContacts(incident: Incident, audience: Audience): RawBuilder<unknown> {
  return sql`
    select distinct on (d.address) 'client'::text as audience, d.address, d.recipient_name, d.zone, d.client_ids, d.contact_id, d.person_id
    from delivery d where d.incident_id = ${incident.id} and d.audience = 'client' and d.state in ('queued', 'sending', 'sent', 'delivered')
      and d.client_ids && ${[...audience.clientIds]}::text[]`;
}

function told(incident: Incident, audience: Audience): RawBuilder<unknown> {
  return sql`
    select distinct on (d.address) 'internal'::text, d.address, d.recipient_name, d.zone, '{}'::text[], null::text, d.person_id
    from delivery d where ${audience.internal} and d.incident_id = ${incident.id} and d.audience = 'internal'
      and d.state in ('queued', 'sending', 'sent', 'delivered')`;
}
