/** Who hears of an incident, and by which names its services are known to them. Recipients are found by one query, for counting and for freezing alike. */
import { type RawBuilder, sql } from 'kysely';
import type { Incident, UpdateKind, UpdateSent } from '#incident/types.ts';
import type { Db, Tx } from '#platform/db/database.ts';
import { accountOwners } from './account-owner.ts';
import { clientsWithOwnWords } from './text.ts';

export type Audience = {
  kind: UpdateKind;
  clientIds: readonly string[];
  /** Those of them that read words of their own. */
  ownWords: readonly string[];
  internal: boolean;
  publicPage: boolean;
};

export function audienceOf(update: UpdateSent): Audience {
  const { kind, clientIds, internal, publicPage } = update;
  return { kind, clientIds, internal, publicPage, ownWords: clientsWithOwnWords(update) };
}

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
           (select count(distinct coalesce(lower(k.email), k.id))::int from contact k
             where k.client_id = c.id and k.archived_at is null and (exists (select 1 from channel ch where ch.contact_id = k.id and ch.off_at is null)
                  or (k.email <> '' and not exists (select 1 from channel ch where ch.contact_id = k.id)))) as contacts
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

/** On the first page by its mark, on another public one because somebody put it there. */
const onAPublicPage = sql<boolean>`(on_public_page or exists (
  select 1 from status_page_service ps join status_page p on p.id = ps.page_id
  where ps.service_id = service.id and p.client_id is null and p.archived_at is null))`;

export async function servicesOf(
  db: Db | Tx,
  incident: Pick<Incident, 'serviceIds'>,
): Promise<KnownService[]> {
  if (!incident.serviceIds.length) return [];
  return db
    .selectFrom('service')
    .select(['id', 'name', 'slug', 'public_name as publicName'])
    .select(onAPublicPage.as('onPublicPage'))
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
    select count(distinct address) filter (where not beside and (audience = 'client' or person_id is not null))::int as people,
           count(distinct address) filter (where not beside and audience = 'client')::int as contacts,
           count(distinct address) filter (where audience = 'internal' and person_id is not null)::int as internal
    from (${recipients(incident, audience)}) as r`.execute(db);
  return rows[0] ?? { people: 0, contacts: 0, internal: 0 };
}

/**
 * One row per channel, address and text, by the first channel of each contact and person:
 * audience, channel, channel_id, address, text_audience, recipient_name, zone, language, client_ids, contact_ids, person_id, beside.
 * A device that a contact turned on is told beside its first channel (`beside`); where there is no other it stands for itself.
 * An address that speaks for several clients gets the words of each that has its own. An address of a client is never internal.
 */
export function recipients(incident: Incident, audience: Audience): RawBuilder<unknown> {
  const exactly = audience.kind === 'stand_down' || audience.kind === 'correction';
  const outside = exactly ? toldContacts(incident, audience) : contacts(audience);
  const inside = exactly
    ? told(incident, audience)
    : sql`${insiders(incident, audience)} union all ${rooms(incident, audience)} union all ${accountOwners(incident, audience)}`;
  return sql`
    with spoken as (${outside}), reading as (
      select *, case when client_id = any(${[...audience.ownWords]}::text[]) then 'client:' || client_id else 'clients' end as text_audience
      from spoken
    )
    select 'client'::text as audience, channel, min(channel_id) as channel_id, address, text_audience, min(recipient_name) as recipient_name, min(zone) as zone, min(language) as language,
           array_agg(distinct client_id order by client_id) as client_ids,
           coalesce(array_agg(distinct contact_id order by contact_id) filter (where contact_id is not null), '{}') as contact_ids, null::text as person_id,
           bool_and(beside) as beside
    from reading group by channel, address, text_audience
    union all
    (select distinct on (channel, address) 'internal', channel, channel_id, address, 'internal', recipient_name, zone, 'en', '{}'::text[], '{}'::text[], person_id, false
     from (${inside}) as inside where (channel, address) not in (select channel, address from spoken) order by channel, address)`;
}

function contacts(audience: Audience): RawBuilder<unknown> {
  return sql`
    select r.kind as channel, r.channel_id, r.address, k.name as recipient_name, k.zone, k.language, k.client_id, k.id as contact_id, r.beside and r.listed as beside
    from contact k join client c on c.id = k.client_id and c.archived_at is null
    cross join lateral (
      select reach.*, row_number() over (partition by reach.beside order by position) as turn, bool_or(not reach.beside) over () as listed
      from reach where reach.contact_id = k.id
    ) as r
    where (r.beside or r.turn = 1) and k.client_id = any(${[...audience.clientIds]}::text[]) and k.archived_at is null`;
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
    select r.kind as channel, r.channel_id, r.address, p.name as recipient_name, p.zone, p.id as person_id
    from person p
    cross join lateral (select * from reach where reach.person_id = p.id order by position limit 1) as r
    where ${audience.internal} and p.archived_at is null and ${who}`;
}

// The organisation's own channels are read by everybody in them, and so never learn of a restricted incident.
function rooms(incident: Incident, audience: Audience): RawBuilder<unknown> {
  return sql`
    select ch.kind, ch.id, ch.address, coalesce(ch.label, 'Everybody'), ${incident.zone}::text, null::text
    from channel ch
    where ${audience.internal && !incident.restricted} and ch.contact_id is null and ch.person_id is null and ch.off_at is null`;
}

// Exactly those who were told before: the directory may have changed since. Whoever asked for no mail since gets none.
function toldContacts(incident: Incident, audience: Audience): RawBuilder<unknown> {
  return sql`
    select distinct on (d.channel, d.address, spoken.client_id) d.channel, d.channel_id, d.address, d.recipient_name, d.zone, d.language, spoken.client_id, k.id as contact_id, d.beside
    from delivery d cross join lateral unnest(d.client_ids) as spoken (client_id)
    left join contact k on k.client_id = spoken.client_id and k.id = any(d.contact_ids)
    where d.incident_id = ${incident.id} and d.audience = 'client' and d.state in ('queued', 'sending', 'sent', 'delivered')
      and spoken.client_id = any(${[...audience.clientIds]}::text[])
      and not exists (select 1 from channel ch where ch.contact_id = any(d.contact_ids) and ch.kind = d.channel and ch.address = d.address and ch.off_at is not null)
      and (not d.beside or exists (select 1 from channel ch where ch.id = d.channel_id))`;
}

function told(incident: Incident, audience: Audience): RawBuilder<unknown> {
  return sql`
    select distinct on (d.channel, d.address) d.channel, d.channel_id, d.address, d.recipient_name, d.zone, d.person_id
    from delivery d where ${audience.internal} and d.incident_id = ${incident.id} and d.audience = 'internal'
      and d.state in ('queued', 'sending', 'sent', 'delivered')`;
}
