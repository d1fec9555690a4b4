/** Reads who covers a set of services, and what is known of these people right now. */
import { z } from 'zod';
import { type Channel, channelsOf } from '#directory/fields.ts';
import type { Incident } from '#incident/types.ts';
import type { Db, Tx } from '#platform/db/database.ts';
import type { Candidate, Cover } from './who-stands.ts';

const EVERYONE_MAX = 50;
export const FALLBACK_SETTING = 'fallback_cover';

export type ChannelKind = Channel['kind'];

const fallbackShape = z.object({
  primaryId: z.string().nullish(),
  backupId: z.string().nullish(),
  managerId: z.string().nullish(),
});
export type Fallback = {
  primaryId: string | undefined;
  backupId: string | undefined;
  managerId: string | undefined;
};

/** The cover of incidents whose service is unknown or names no primary. */
export async function fallbackCover(db: Db | Tx): Promise<Fallback | undefined> {
  const row = await db
    .selectFrom('setting')
    .select('value')
    .where('key', '=', FALLBACK_SETTING)
    .executeTakeFirst();
  const value = fallbackShape.safeParse(row?.value).data;
  return (
    value && {
      primaryId: value.primaryId ?? undefined,
      backupId: value.backupId ?? undefined,
      managerId: value.managerId ?? undefined,
    }
  );
}

type ServiceRow = {
  id: string;
  name: string;
  primary_id: string | null;
  backup_id: string | null;
  manager_id: string | null;
  second_team_id: string | null;
  owner_team_id: string | null;
};

/** The first affected service with a primary covers; everyone is whoever covers or owns any of them, and the default cover. */
export async function coverOf(db: Db | Tx, serviceIds: string[]): Promise<Cover> {
  const services = await servicesOf(db, serviceIds);
  const fallback = await fallbackCover(db);
  const covering = services.find((service) => service.primary_id);
  const teamIds = services
    .flatMap((service) => [service.owner_team_id, service.second_team_id])
    .filter((id) => id !== null);
  const members = await membersOf(db, teamIds);
  const secondTeamId = (covering ?? services.find((service) => service.second_team_id))?.second_team_id;
  const named = services.flatMap((service) => [service.primary_id, service.backup_id, service.manager_id]);
  const everyone = [
    ...named,
    fallback?.primaryId,
    fallback?.backupId,
    fallback?.managerId,
    ...members.map((each) => each.person_id),
  ];
  return {
    primaryId: covering?.primary_id ?? fallback?.primaryId,
    backupId: (covering ? covering.backup_id : fallback?.backupId) ?? undefined,
    managerId: (covering ? covering.manager_id : fallback?.managerId) ?? undefined,
    secondTeamIds: members.filter((each) => each.team_id === secondTeamId).map((each) => each.person_id),
    everyoneIds: [...new Set(everyone.filter((id) => id !== null && id !== undefined))].slice(
      0,
      EVERYONE_MAX,
    ),
  };
}

/** In the order in which the incident names them. */
async function servicesOf(db: Db | Tx, ids: string[]): Promise<ServiceRow[]> {
  if (ids.length === 0) return [];
  const rows = await db
    .selectFrom('service')
    .select(['id', 'name', 'primary_id', 'backup_id', 'manager_id', 'second_team_id', 'owner_team_id'])
    .where('id', 'in', ids)
    .execute();
  return rows.toSorted((one, other) => ids.indexOf(one.id) - ids.indexOf(other.id));
}

async function membersOf(db: Db | Tx, teamIds: string[]): Promise<{ team_id: string; person_id: string }[]> {
  if (teamIds.length === 0) return [];
  return db
    .selectFrom('team_member')
    .select(['team_id', 'person_id'])
    .where('team_id', 'in', teamIds)
    .orderBy('person_id')
    .execute();
}

export type Reachability = { mail: boolean };

/** @returns why nothing of theirs can ring, undefined when something can */
export function unreachableBecause(channels: Channel[], { mail }: Reachability): string | undefined {
  if (channels.length === 0) return 'has no channel';
  const usable = channels.filter((channel) => canRing(channel, { mail }));
  return usable.length ? undefined : 'has no channel that can ring: no mail server is configured';
}

export function canRing(channel: Channel, { mail }: Reachability): boolean {
  switch (channel.kind) {
    case 'email':
      return mail && channel.address !== '';
    case 'push':
      return channel.address !== '';
    case 'app':
      return true;
  }
}

/** @param incident whose viewers count, and whose own lead is not "busy" */
export async function candidates(
  db: Db | Tx,
  ids: string[],
  incident: Pick<Incident, 'id' | 'restricted' | 'viewers'> | undefined,
  reach: Reachability,
): Promise<Map<string, Candidate>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('person')
    .select(['id', 'name', 'zone', 'channels', 'rest_until', 'archived_at'])
    .where('id', 'in', ids)
    .execute();
  const busy = await db
    .selectFrom('incident')
    .select('lead_id')
    .where('severity', '=', 'P1')
    .where('state', 'in', ['detected', 'confirmed'])
    .where('drill', '=', false)
    .where('lead_id', 'in', ids)
    .where('id', '<>', incident?.id ?? '')
    .execute();
  const leads = new Set(busy.map((row) => row.lead_id));
  return new Map(
    rows.map((row) => [
      row.id,
      {
        id: row.id,
        name: row.name,
        zone: row.zone,
        archived: row.archived_at !== null,
        unreachable: unreachableBecause(channelsOf(row.channels), reach),
        restUntil: row.rest_until ?? undefined,
        leadsOpenP1: leads.has(row.id),
        maySee: !incident?.restricted || incident.viewers.includes(row.id),
      },
    ]),
  );
}
