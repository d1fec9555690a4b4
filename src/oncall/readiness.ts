/** What would happen if it broke now: who is reached for each service, and what is missing. The judgement is pure. */
import { type Channel, channelsOf } from '#directory/fields.ts';
import type { Db } from '#platform/db/database.ts';
import { canRing, type Fallback, fallbackCover, type Reachability, unreachableBecause } from './cover.ts';

export type Who = {
  id: string;
  name: string;
  zone: string;
  archived: boolean;
  channels: Channel[];
  restUntil: Temporal.Instant | undefined;
};
export type CoverRow = {
  id: string;
  name: string;
  primary: Who | undefined;
  backup: Who | undefined;
  manager: Who | undefined;
  secondTeam: Who[];
};

export type GapCode =
  | 'no_primary'
  | 'nobody_reachable'
  | 'unreachable'
  | 'untested'
  | 'one_person'
  | 'rests'
  | 'app_only';
/** `serious`: tonight nobody would be reached. */
export type Gap = { code: GapCode; serious: boolean; text: string; personId?: string | undefined };

/** @returns what is missing, the serious first; empty when two people can be reached on tested channels */
export function gapsOf(row: CoverRow, fallback: Who[], reach: Reachability, now: Temporal.Instant): Gap[] {
  const own = [row.primary, row.backup, row.manager, ...row.secondTeam].filter((who) => who !== undefined);
  const people = unique(row.primary ? own : [...own, ...fallback]);
  const gaps: Gap[] = [];
  if (!row.primary)
    gaps.push({
      code: 'no_primary',
      serious: false,
      text: fallback.length
        ? 'It names no primary; the default cover is called.'
        : 'It names no primary, and there is no default cover.',
    });
  const reachable = people.filter((who) => !who.archived && !unreachableBecause(who.channels, reach));
  if (reachable.length === 0)
    gaps.push({ code: 'nobody_reachable', serious: true, text: 'It would reach nobody.' });
  for (const who of people) gaps.push(...personGaps(who, reach, now));
  if (reachable.length === 1)
    gaps.push({
      code: 'one_person',
      serious: false,
      text: `Only ${reachable[0]?.name} can be reached.`,
      personId: reachable[0]?.id,
    });
  return gaps.toSorted((one, other) => Number(other.serious) - Number(one.serious));
}

function personGaps(who: Who, reach: Reachability, now: Temporal.Instant): Gap[] {
  const gap = (code: GapCode, text: string): Gap => ({
    code,
    serious: false,
    text: `${who.name} ${text}.`,
    personId: who.id,
  });
  if (who.archived) return [gap('unreachable', 'is archived')];
  const why = unreachableBecause(who.channels, reach);
  if (why) return [gap('unreachable', why)];
  const usable = who.channels.filter((channel) => canRing(channel, reach));
  const gaps: Gap[] = [];
  if (usable.every((channel) => channel.kind === 'app'))
    gaps.push(gap('app_only', 'is reached in the open app only, which wakes nobody'));
  if (usable.every((channel) => !channel.testedAt))
    gaps.push(gap('untested', 'has no channel that was tested'));
  if (who.restUntil && Temporal.Instant.compare(who.restUntil, now) > 0)
    gaps.push(gap('rests', `rests until ${clock(who.restUntil, who.zone)}; pages go to the backup`));
  return gaps;
}

/** UTC as everywhere on the screen, and the person's own clock, which says whether it is morning there. */
function clock(at: Temporal.Instant, zone: string): string {
  const time = (where: string) =>
    at.toZonedDateTimeISO(where).toPlainTime().toString({ smallestUnit: 'minute' });
  return time(zone) === time('UTC') ? `${time('UTC')} UTC` : `${time('UTC')} UTC (${time(zone)} ${zone})`;
}

function unique(people: Who[]): Who[] {
  return [...new Map(people.map((who) => [who.id, who])).values()];
}

export type CoverBoard = { rows: CoverRow[]; fallback: Fallback | undefined; fallbackPeople: Who[] };

/** Every service in use with the people who cover it, in three queries. */
export async function coverBoard(db: Db): Promise<CoverBoard> {
  const services = await db
    .selectFrom('service')
    .select(['id', 'name', 'primary_id', 'backup_id', 'manager_id', 'second_team_id'])
    .where('archived_at', 'is', null)
    .orderBy('name')
    .execute();
  const members = await db.selectFrom('team_member').select(['team_id', 'person_id']).execute();
  const rows = await db
    .selectFrom('person')
    .select(['id', 'name', 'zone', 'channels', 'rest_until', 'archived_at'])
    .execute();
  const people = new Map(
    rows.map((row): [string, Who] => [
      row.id,
      {
        id: row.id,
        name: row.name,
        zone: row.zone,
        archived: row.archived_at !== null,
        channels: channelsOf(row.channels),
        restUntil: row.rest_until ?? undefined,
      },
    ]),
  );
  const who = (id: string | null | undefined) => (id ? people.get(id) : undefined);
  const teams = Map.groupBy(members, (row) => row.team_id);
  const team = (id: string | null) =>
    (id ? (teams.get(id) ?? []) : []).flatMap((row) => who(row.person_id) ?? []);
  const fallback = await fallbackCover(db);
  return {
    rows: services.map((row) => ({
      id: row.id,
      name: row.name,
      primary: who(row.primary_id),
      backup: who(row.backup_id),
      manager: who(row.manager_id),
      secondTeam: team(row.second_team_id),
    })),
    fallback,
    fallbackPeople: [who(fallback?.primaryId), who(fallback?.backupId), who(fallback?.managerId)].filter(
      (each) => each !== undefined,
    ),
  };
}
