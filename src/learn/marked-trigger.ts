/** What was marked as the trigger in "What changed" stands in the draft as well, where nobody has written another. */
import type { Happening } from '#incident/room.ts';
import type { Live } from '#platform/http/live.ts';
import { addOfRecord } from './of-record.ts';
import { findPostmortem } from './postmortems.ts';
import { filledTrigger } from './trigger.ts';

export async function fillTrigger(happening: Happening, live: Live): Promise<void> {
  const { incident, tx } = happening;
  const known = await findPostmortem(tx, { incidentId: incident.id }, 'lock');
  const named = known?.state === 'draft' ? filledTrigger(known.sections, incident.trigger) : undefined;
  if (known && named) await addOfRecord(happening, known, { ...known.sections, ...named }, live);
}
