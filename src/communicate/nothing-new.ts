/** "Nothing new", sent by whoever owes the update, from wherever they are: a link in a mail, an SMS, a button in Slack. */
import type { House } from '#incident/room.ts';
import { seenBy } from '#incident/seen-by.ts';
import type { Incident } from '#incident/types.ts';
import { Refused } from '#platform/errors.ts';
import { compose, refuseUnsendable } from './compose.ts';
import { type NudgeLink, stillOwed } from './nudge-link.ts';
import { prepare } from './prepare.ts';
import { timeForReader } from './words.ts';

export type Owed = { incident: Incident; link: NudgeLink; person: { name: string; zone: string } };

/** @returns undefined when the person has left, or may not see the incident any more */
export async function readOwed(house: House, link: NudgeLink): Promise<Owed | undefined> {
  const incident = await house.incidents.load(link.incidentId);
  if (!incident || !seenBy(incident, link.personId)) return undefined;
  const person = await house.platform.db
    .selectFrom('person')
    .select(['name', 'zone'])
    .where('id', '=', link.personId)
    .where('archived_at', 'is', null)
    .executeTakeFirst();
  return person && { incident, link, person };
}

export type Ended = { sent: boolean; words: string };

/**
 * Sends it to everyone who is told, and says what became of it in words for whoever pressed or wrote.
 * @param source how it came, for the timeline
 */
export async function sendNothingNew(house: House, owed: Owed, source: string): Promise<Ended> {
  const { incident, link, person } = owed;
  if (!stillOwed(incident, link.cycle))
    return {
      sent: false,
      words: 'No longer needed: an update has been sent since, or it is over. You need do nothing.',
    };
  try {
    const nextAt = await send(house, owed, source);
    await noteAnswered(house, link);
    const due = nextAt
      ? ` The next update is due at ${timeForReader(nextAt.epochMilliseconds, person.zone)}.`
      : '';
    return { sent: true, words: `“Nothing new” is on its way.${due}` };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    const why = [error.message, error.mend].filter(Boolean).join(' ');
    return { sent: false, words: `Not sent: ${why} Open Humdrum and send it there.` };
  }
}

/** Under an id of its own per promise, so that two taps send one message. */
async function send(
  house: House,
  { incident, link, person }: Owed,
  source: string,
): Promise<Temporal.Instant | undefined> {
  const now = house.platform.clock.now();
  const draft = await prepare(house, incident, { kind: 'next', nothingNew: true }, now);
  const asked = {
    ...draft,
    nextAt: undefined,
    audience: { clientIds: 'affected' as const, internal: true },
  };
  const updateId = `upd_nudge_${link.incidentId}_${link.cycle}`;
  const composed = await compose(house, incident, asked, updateId, now);
  refuseUnsendable(composed.findings, composed.update, ['client_name', 'secret']);
  await house.incidents.execute(
    incident.id,
    { type: 'send_update', update: composed.update },
    { actor: { kind: 'person', personId: link.personId, name: person.name }, source },
  );
  return composed.update.nextAt;
}

/** However it was answered, it is answered on every channel. */
async function noteAnswered({ platform: { db } }: House, link: NudgeLink): Promise<void> {
  await db
    .updateTable('nudge')
    .set({ state: 'answered', next_attempt_at: null })
    .where('incident_id', '=', link.incidentId)
    .where('cycle', '=', link.cycle)
    .where('person_id', '=', link.personId)
    .where('state', 'in', ['queued', 'sent', 'failed'])
    .execute();
}
