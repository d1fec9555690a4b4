/** What was marked as the trigger in "What changed" stands in the draft as well, where nobody has written another. */
import type { Happening } from '#incident/room.ts';
import type { Live } from '#platform/http/live.ts';
import { findPostmortem, publishHint, saveSections } from './postmortems.ts';
import { filledTrigger } from './trigger.ts';

/** Saved under the name of Humdrum, like the lines that the record adds. */
export async function fillTrigger(
  { incident, now, tx }: Happening,
  { live, by }: { live: Live; by: string },
): Promise<void> {
  const known = await findPostmortem(tx, { incidentId: incident.id }, 'lock');
  const named = known?.state === 'draft' ? filledTrigger(known.sections, incident.trigger) : undefined;
  if (!known || !named) return;
  const saved = await saveSections(tx, known, { sections: { ...known.sections, ...named }, by }, now);
  await publishHint(live, tx, saved, incident, now);
}
