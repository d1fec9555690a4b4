/** A call that somebody made, kept as evidence in a row of its own, from the fact that records it. */
import type { FactOf } from '#incident/facts.ts';
import type { Happening } from '#incident/room.ts';

export async function keepCall(
  fact: FactOf<'client_called'>,
  { incident, now, tx }: Happening,
): Promise<void> {
  await tx
    .insertInto('client_call')
    .values({
      id: fact.callId,
      incident_id: incident.id,
      seq: fact.seq,
      client_id: fact.clientId,
      contact_id: fact.contactId ?? null,
      contact_name: fact.contactName,
      phone: fact.phone ?? null,
      reached: fact.reached,
      said: fact.said,
      called_by: fact.actor.name,
      called_at: fact.happenedAt,
      recorded_at: now,
    })
    .execute();
}
