/** Saving what people write: their lines become theirs, the record's lines stay the record's, and no text is lost to a collision. */
import type { Db, Tx } from '#platform/db/database.ts';
import { newId } from '#platform/ids.ts';
import { withLines } from './draft.ts';
import { HUMDRUM } from './open.ts';
import type { Postmortem } from './postmortems.ts';
import type { Sections, TimelineEntry } from './sections.ts';
import { keptTrigger } from './trigger.ts';

/** A line as the writer sends it: a known id, or none for a new line. */
export type SentLine = { id?: string | undefined; at: string; text: string; source?: string | undefined };
export type SentSections = Omit<Sections, 'timeline'> & { timeline: SentLine[] };

const WRITTEN = 'written afterwards';

/** Keeps when and where a line was recorded; a line that somebody changed is that somebody's from then on. */
export function settleTimeline(
  sent: SentLine[],
  before: TimelineEntry[],
  now: Temporal.Instant,
): TimelineEntry[] {
  const known = new Map(before.map((entry) => [entry.id, entry]));
  const seen = new Set<string>();
  return sent.map(({ id, at, text, source }) => {
    const old = id === undefined || seen.has(id) ? undefined : known.get(id);
    if (!old)
      return {
        id: newId('lin'),
        at,
        recordedAt: now.toString(),
        text,
        source: source || WRITTEN,
        from: 'person',
      };
    seen.add(old.id);
    const same = old.text === text && Temporal.Instant.from(old.at).equals(Temporal.Instant.from(at));
    return same ? old : { ...old, at, text, from: 'person' };
  });
}

/**
 * Somebody saves on top of `version`. When only the record has added lines since, both are kept.
 * @returns undefined when another person has saved meanwhile
 */
export async function merged(
  db: Db | Tx,
  current: Postmortem,
  version: number,
  sent: SentSections,
  now: Temporal.Instant,
): Promise<Sections | undefined> {
  if (version === current.version)
    return { ...sent, timeline: settleTimeline(sent.timeline, current.sections.timeline, now) };
  const versions = await db
    .selectFrom('postmortem_version')
    .select(['version', 'sections', 'saved_by'])
    .where('postmortem_id', '=', current.id)
    .where('version', '>=', version)
    .orderBy('version')
    .execute();
  const base = versions[0];
  if (!base || base.version !== version || versions.slice(1).some((each) => each.saved_by !== HUMDRUM))
    return undefined;
  const read = base.sections as Sections;
  const before = read.timeline;
  const had = new Set(before.map((entry) => entry.id));
  const added = current.sections.timeline.filter((entry) => !had.has(entry.id));
  return {
    ...sent,
    ...keptTrigger(sent, read, current.sections),
    timeline: withLines(settleTimeline(sent.timeline, before, now), added),
  };
}
