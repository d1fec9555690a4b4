/** Freezes a message when it is sent: its row, and one delivery per recipient, in the transaction that made it. */
import { sql } from 'kysely';
import type { FactOf } from '#incident/facts.ts';
import type { Happening } from '#incident/room.ts';
import type { Incident, UpdateSent } from '#incident/types.ts';
import { json, type Tx } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import type { Job } from '#platform/jobs/jobs.ts';
import { audienceOf, publicNamesOf, recipients, servicesOf } from './audience.ts';
import { textsOf } from './text.ts';

/** How the incident was called when the message went out. */
export type About = {
  reference: string;
  number: number;
  title: string;
  severity: string;
  drill: boolean;
  restricted: boolean;
  publicNames: string[];
};

// A message that could not be handed over for this long is no longer news.
const TRY_FOR_HOURS = 12;

/**
 * @returns the jobs that hand the deliveries over; urgent ones have a queue of their own
 * @throws Refused when this very message was sent before, so that nothing is sent twice
 */
export async function freeze(fact: FactOf<'update_sent'>, { incident, now, tx }: Happening): Promise<Job[]> {
  const { update } = fact;
  const services = await servicesOf(tx, incident);
  await insertUpdate(tx, fact, incident, publicNamesOf(services), now);
  await insertTexts(tx, update, incident);
  const urgent = update.kind === 'first' || (update.kind === 'late' && incident.severity === 'P1');
  await insertDeliveries(tx, incident, update, urgent, now);
  await withdrawOlder(tx, incident.id, update, now);
  if (!update.internal && !update.clientIds.length) return [];
  return [
    {
      queue: urgent ? 'communicate.deliver_urgent' : 'communicate.deliver',
      data: { updateId: update.updateId },
      urgent,
    },
  ];
}

async function insertUpdate(
  tx: Tx,
  fact: FactOf<'update_sent'>,
  incident: Incident,
  publicNames: string[],
  now: Temporal.Instant,
): Promise<void> {
  const { update } = fact;
  const { clientIds, publicPage } = reaching(update, incident);
  const about: About = {
    reference: incident.reference,
    number: incident.number,
    title: incident.title,
    severity: incident.severity,
    drill: incident.drill,
    restricted: incident.restricted,
    publicNames,
  };
  const row = await tx
    .insertInto('incident_update')
    .values({
      id: update.updateId,
      incident_id: incident.id,
      seq: fact.seq,
      kind: update.kind,
      status: update.status,
      impact: update.impact,
      action: update.action,
      next_at: update.nextAt ?? null,
      nothing_new: update.nothingNew,
      automatic: update.automatic,
      client_ids: clientIds,
      internal: update.internal,
      public_page: publicPage,
      about: json(about),
      sent_by: fact.actor.name,
      created_at: now,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!row) throw new Refused('conflict', 'This message has been sent already.');
}

async function insertTexts(tx: Tx, update: UpdateSent, incident: Incident): Promise<void> {
  const texts = textsOf(reaching(update, incident));
  if (!texts.length) return;
  await tx
    .insertInto('update_text')
    .values(texts.map((text) => ({ update_id: update.updateId, ...text })))
    .execute();
}

/** A drill reaches nobody outside, and what is restricted is on no page, whoever asked for it. */
function reaching(update: UpdateSent, incident: Incident): UpdateSent {
  return {
    ...update,
    clientIds: incident.drill ? [] : update.clientIds,
    publicPage: update.publicPage && !incident.restricted && !incident.drill,
  };
}

async function insertDeliveries(
  tx: Tx,
  incident: Incident,
  update: UpdateSent,
  urgent: boolean,
  now: Temporal.Instant,
): Promise<void> {
  const audience = audienceOf(reaching(update, incident));
  const until = now.add({ hours: TRY_FOR_HOURS });
  await sql`
    insert into delivery (id, update_id, incident_id, audience, client_id, client_ids, contact_id, person_id, recipient_name, zone, channel,
                          address, text_audience, about, idempotency_key, state, next_attempt_at, urgent, valid_until, created_at)
    select 'dlv_' || substr(md5(${update.updateId}::text || ':' || r.address || ':' || r.text_audience), 1, 20), ${update.updateId}, ${incident.id}, r.audience,
           r.client_ids[1], r.client_ids, r.contact_id, r.person_id, r.recipient_name, r.zone, 'email', r.address, r.text_audience,
           coalesce((select array_agg(distinct s.public_name order by s.public_name) from service s
                      where s.id = any(${incident.serviceIds}::text[]) and s.public_name is not null
                        and (r.audience = 'internal' or exists (
                              select 1 from client_service cs where cs.service_id = s.id and cs.client_id = any(r.client_ids)))), '{}'),
           ${update.updateId}::text || ':email:' || r.address || ':' || r.text_audience, 'queued', ${now}::timestamptz, ${urgent}, ${until}::timestamptz, ${now}::timestamptz
    from (${recipients(incident, audience)}) as r
    on conflict (idempotency_key) do nothing`.execute(tx);
}

/** What waits for the same reader has become old news; the new message carries all four fields. */
async function withdrawOlder(
  tx: Tx,
  incidentId: string,
  update: UpdateSent,
  now: Temporal.Instant,
): Promise<void> {
  await sql`
    update delivery old set state = 'withdrawn', next_attempt_at = null, last_error = 'A newer message replaced it.'
    where old.incident_id = ${incidentId} and old.update_id <> ${update.updateId} and old.state in ('queued', 'not_configured')
      and old.created_at <= ${now}::timestamptz
      and exists (select 1 from delivery fresh where fresh.update_id = ${update.updateId} and fresh.address = old.address
                  and fresh.audience = old.audience and old.client_ids <@ fresh.client_ids)`.execute(tx);
}
