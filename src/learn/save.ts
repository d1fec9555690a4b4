/** Saving whole sections: lines that somebody changed become theirs, the record's lines stay the record's. */
import { newId } from '#platform/ids.ts';
import type { Sections, TimelineEntry } from './sections.ts';

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
