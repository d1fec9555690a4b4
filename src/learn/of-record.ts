/** What the record or a template adds to a postmortem, however long that is; under the name of Humdrum unless somebody asked for it. */
import type { Happening } from '#incident/room.ts';
import type { Live } from '#platform/http/live.ts';
import { saveOnto } from './documents.ts';
import { type Postmortem, publishHint, publishTextHint } from './postmortems.ts';
import type { Sections } from './sections.ts';

export const HUMDRUM = 'Humdrum';

/** @param known as read under the lock */
export async function addOfRecord(
  { incident, now, tx }: Pick<Happening, 'incident' | 'now' | 'tx'>,
  known: Postmortem,
  next: Sections,
  live: Live,
  by = HUMDRUM,
): Promise<void> {
  const saved = await saveOnto(
    tx,
    known,
    { base: known.sections, next, by, whenTouched: 'merge', ofRecord: true },
    now,
  );
  const told = 'postmortem' in saved ? saved.postmortem : known;
  await publishHint(live, tx, told, incident, now);
  await publishTextHint(live, tx, told, incident, now);
}
