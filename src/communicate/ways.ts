/** By which channels each reader of a message would be reached, and which clients by none: asked of the very query that freezes the recipients. */
import { sql } from 'kysely';
import { TOLD_BY, type ToldBy } from '#directory/told-by.ts';
import type { Incident, UpdateSent } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import { audienceOf, recipients } from './audience.ts';

const NAMED_MAX = 2;
const UNREACHED_MAX = 200;

/** `first`: by what they are told at once; `next`: what is tried for lack of evidence, or when the first one fails. */
export type Ways = { first: ToldBy[]; next: ToldBy[]; zone: string; language: string };

/** @returns the ways of our own people, and of each client that a message reaches at all */
export async function waysToReach(
  db: Db,
  incident: Incident,
  update: UpdateSent,
): Promise<{ inside: Ways | undefined; clients: Map<string, Ways> }> {
  const { rows } = await sql<{
    client_id: string | null;
    kind: ToldBy;
    turn: 'first' | 'next';
    zone: string;
    language: string;
  }>`
    with told as (${recipients(incident, audienceOf(update))}), reader as (
      select t.audience, c.client_id, t.channel, t.address, t.text_audience, t.contact_ids, t.person_id, t.zone, t.language
      from told t left join lateral unnest(t.client_ids) as c (client_id) on true
    ), left_to_try as (
      select r.client_id, r.text_audience, w.kind, w.address, r.zone, r.language from reader r
      join contact k on k.id = any(r.contact_ids) and k.client_id = r.client_id join reach w on w.contact_id = k.id
      union all
      select null, r.text_audience, w.kind, w.address, r.zone, r.language from reader r join reach w on w.person_id = r.person_id
    )
    select client_id, channel as kind, 'first' as turn, min(zone) as zone, mode() within group (order by language) as language from reader group by client_id, channel
    union all
    select l.client_id, l.kind, 'next', min(l.zone), mode() within group (order by l.language) from left_to_try l
    where not exists (select 1 from told t where t.channel = l.kind and t.address = l.address and t.text_audience = l.text_audience)
    group by l.client_id, l.kind`.execute(db);
  const ways = new Map(
    [...Map.groupBy(rows, (row) => row.client_id)].map(([client, each]) => {
      const turn = (wanted: 'first' | 'next') =>
        TOLD_BY.filter((kind) => each.some((row) => row.kind === kind && row.turn === wanted));
      const first = turn('first');
      const next = turn('next').filter((kind) => !first.includes(kind));
      const zone = each.map((row) => row.zone).toSorted()[0] ?? 'UTC';
      return [client, { first, next, zone, language: each[0]?.language ?? 'en' }];
    }),
  );
  const inside = ways.get(null);
  ways.delete(null);
  return { inside, clients: ways as Map<string, Ways> };
}

export type Unreached = { clientId: string; name: string; words: string; callable: boolean };

/** @returns the clients that the message is for and does not reach, with what happens to them instead */
export async function unreached(db: Db, incident: Incident, update: UpdateSent): Promise<Unreached[]> {
  if (!update.clientIds.length) return [];
  const { rows } = await sql<{ id: string; name: string; contacts: number; numbers: string[] }>`
    with told as (${recipients(incident, audienceOf(update))})
    select c.id, c.name, count(k.id)::int as contacts,
           coalesce(array_agg(k.name order by lower(k.name), k.id) filter (where k.phone <> ''), '{}') as numbers
    from client c left join contact k on k.client_id = c.id and k.archived_at is null
    where c.id = any(${update.clientIds}::text[]) and not exists (select 1 from told t where c.id = any(t.client_ids))
    group by c.id order by lower(c.name), c.id limit ${UNREACHED_MAX}`.execute(db);
  return rows.map(({ id, name, contacts, numbers }) => ({
    clientId: id,
    name,
    words: insteadOf(contacts, numbers),
    callable: numbers.length > 0,
  }));
}

function insteadOf(contacts: number, numbers: string[]): string {
  if (!contacts) return 'There is no contact at all. Nobody there is told: add a contact in the directory.';
  if (!numbers.length)
    return `No message reaches anybody there, and no contact has a telephone number. Give ${contacts === 1 ? 'its contact' : 'one of its contacts'} a channel in the directory.`;
  const named = numbers.slice(0, NAMED_MAX).join(', ');
  const more = numbers.length - NAMED_MAX;
  return `No message reaches anybody there. ${named}${more > 0 ? ` and ${more} more` : ''} will be called: see the call list.`;
}
