/** Who owns a postmortem when nobody could be asked by itself: somebody is asked for by name. */
import type { Happening } from '#incident/room.ts';
import type { Incident } from '#incident/types.ts';
import type { Db, Tx } from '#platform/db/database.ts';
import { learningRecipients, queueMails } from './mails.ts';
import { ownerCandidates } from './people.ts';

/** Nobody is able to own it: whoever manages the service, else who led, is asked by mail to name somebody. */
export async function askForOwner(tx: Tx, { incident, now }: Happening): Promise<void> {
  const asked = await learningRecipients(tx, incident, 'manager', undefined);
  const step = {
    subjectKind: 'incident',
    subjectId: incident.id,
    promise: 'owner_wanted',
    cycle: incident.restoredSeq ?? incident.seq,
    step: 0,
  } as const;
  await queueMails(tx, step, asked, now);
}

export type Candidate = { id: string; name: string; restsUntil: string | null };

/** @returns who would come into question, in order, and until when each of them rests */
export async function candidatesWithRest(
  db: Db,
  incident: Incident,
  now: Temporal.Instant,
): Promise<Candidate[]> {
  const candidates = await ownerCandidates(db, incident);
  return candidates.map(({ id, name, rest_until: restUntil }) => ({
    id,
    name,
    restsUntil: restUntil && Temporal.Instant.compare(restUntil, now) > 0 ? restUntil.toString() : null,
  }));
}
