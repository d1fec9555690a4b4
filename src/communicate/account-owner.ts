/** The account owner of a client hears first: with the first message, in our own words, before the client's people. */
import { type RawBuilder, sql } from 'kysely';
import type { FactOf } from '#incident/facts.ts';
import type { Happening } from '#incident/room.ts';
import type { Incident } from '#incident/types.ts';
import type { Audience } from './audience.ts';

/** One row per account owner of the clients that this first message goes to; nobody who must not see the incident. */
export function accountOwners(incident: Incident, audience: Audience): RawBuilder<unknown> {
  const owns = sql`p.id in (select c.account_owner_id from client c where c.id = any(${[...audience.clientIds]}::text[]))`;
  const mayKnow = incident.restricted ? sql`p.id = any(${incident.viewers}::text[])` : sql`true`;
  return sql`
    select r.kind, r.channel_id, r.address, p.name, p.zone, p.id
    from person p
    join (select distinct on (person_id) * from reach where person_id is not null order by person_id, position) as r on r.person_id = p.id
    where ${audience.kind === 'first'} and p.archived_at is null and ${mayKnow} and ${owns}`;
}

/** Their deliveries are due a moment before all others of the same message, so that the queue takes them first. */
export async function letAccountOwnersHearFirst(
  { update }: FactOf<'update_sent'>,
  { now, tx }: Happening,
): Promise<void> {
  if (update.kind !== 'first' || !update.clientIds.length) return;
  await sql`
    update delivery set next_attempt_at = ${now.subtract({ milliseconds: 1 })}::timestamptz
    where update_id = ${update.updateId} and state = 'queued'
      and person_id in (select account_owner_id from client where id = any(${update.clientIds}::text[]))`.execute(
    tx,
  );
}
