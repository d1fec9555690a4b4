/** Freezes a message when it is sent: its row, and one delivery per recipient, in the transaction that made it. */
import { sql } from 'kysely';
import type { FactOf } from '#incident/facts.ts';
import type { Happening } from '#incident/room.ts';
import type { Incident, UpdateSent } from '#incident/types.ts';
import { json, type Tx } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import type { Job } from '#platform/jobs/jobs.ts';
import { audienceOf, publicNamesOf, recipients, servicesOf } from './audience.ts';
import { SILENCE_MINUTES_MAX, waitsForEvidence } from './next-channel.ts';
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

/** So many readers of one message are told in the lane of their own; the rest of a fan-out never stands before another P1. */
const URGENT_READERS_MAX = 200;
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
  const data = { updateId: update.updateId };
  const ordinary = { queue: 'communicate.deliver', data };
  return urgent ? [{ queue: 'communicate.deliver_urgent', data, urgent }, ordinary] : [ordinary];
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
      lateness: update.lateness ? json(update.lateness) : null,
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
    .values(
      texts.map(({ confirmed, ...text }) => ({
        update_id: update.updateId,
        ...text,
        confirmed: confirmed ? json(confirmed) : null,
      })),
    )
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
  const waitsUntil = waitsForEvidence(incident) ? now.add({ minutes: SILENCE_MINUTES_MAX }) : null;
  await sql`
    insert into delivery (id, update_id, incident_id, audience, client_id, client_ids, contact_id, contact_ids, person_id, recipient_name, zone, language, channel,
                          channel_id, address, text_audience, about, idempotency_key, state, next_attempt_at, fallback_at, urgent, valid_until, created_at, beside)
    select 'dlv_' || substr(md5(${update.updateId}::text || ':' || r.channel || ':' || r.address || ':' || r.text_audience), 1, 20), ${update.updateId}, ${incident.id}, r.audience,
           r.client_ids[1], r.client_ids, r.contact_ids[1], r.contact_ids, r.person_id, r.recipient_name, r.zone, r.language, r.channel, r.channel_id, r.address, r.text_audience,
           coalesce((select array_agg(distinct s.public_name order by s.public_name) from service s
                      where s.id = any(${incident.serviceIds}::text[]) and s.public_name is not null
                        and (r.audience = 'internal' or exists (
                              select 1 from client_service cs where cs.service_id = s.id and cs.client_id = any(r.client_ids)))), '{}'),
           ${update.updateId}::text || ':' || r.channel || ':' || r.address || ':' || r.text_audience, 'queued', ${now}::timestamptz, case when not r.beside then ${waitsUntil}::timestamptz end,
           ${urgent} and row_number() over (order by r.audience, r.address) <= ${URGENT_READERS_MAX}, ${until}::timestamptz, ${now}::timestamptz, r.beside
    from (${recipients(incident, audience)}) as r
    on conflict (idempotency_key) do nothing`.execute(tx);
}

/** What waits for the same reader has become old news, on whichever of their channels; the new message carries all four fields. */
async function withdrawOlder(
  tx: Tx,
  incidentId: string,
  update: UpdateSent,
  now: Temporal.Instant,
): Promise<void> {
  await sql`
    with older as (
      select * from delivery where incident_id = ${incidentId} and update_id <> ${update.updateId} and created_at <= ${now}::timestamptz
        and (state in ('queued', 'not_configured') or fallback_at is not null)
    ), fresh as (
      select * from delivery where update_id = ${update.updateId}
    ), same_reader as (
      select o.id, o.audience, o.client_ids, f.audience as fresh_audience, f.client_ids as fresh_clients from older o join fresh f on f.channel = o.channel and f.address = o.address
      union all select o.id, o.audience, o.client_ids, f.audience, f.client_ids from older o join fresh f on f.contact_id = o.contact_id
      union all select o.id, o.audience, o.client_ids, f.audience, f.client_ids from older o join fresh f on f.person_id = o.person_id
    ), replaced as (
      select distinct id from same_reader where audience = fresh_audience and client_ids <@ fresh_clients
    )
    update delivery old set fallback_at = null,
           state = case when old.state in ('queued', 'not_configured') then 'withdrawn' else old.state end,
           next_attempt_at = case when old.state = 'sending' then old.next_attempt_at end,
           unreachable = false,
           last_error = case when old.state in ('queued', 'not_configured') then 'A newer message replaced it.' else old.last_error end
    from replaced where old.id = replaced.id`.execute(tx);
}
