/** Saving what people write: their lines become theirs, the record's lines stay the record's, and no text is lost to a collision. */
import type { Db, Tx } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import { withLines } from './draft.ts';
import { HUMDRUM } from './open.ts';
import type { Postmortem } from './postmortems.ts';
import type { Sections, TimelineEntry } from './sections.ts';
import { type Arrangement, arranged, keptRecord, rewrittenLine } from './timeline.ts';

/** A line as the writer sends it: a known id, or none for a new line. */
export type SentLine = Arrangement & {
  id?: string | undefined;
  at: string;
  text: string;
  source?: string | undefined;
};
export type SentSections = Omit<Sections, 'timeline'> & { timeline: SentLine[] };

const WRITTEN = 'written afterwards';
const QUOTED_CHARACTERS_MAX = 80;

/**
 * Keeps when and where a line was recorded. A line of the record is never rewritten; one that is left out is hidden.
 * @throws Refused when a line of the record comes with another text or time
 */
export function settleTimeline(
  sent: SentLine[],
  before: TimelineEntry[],
  now: Temporal.Instant,
): TimelineEntry[] {
  const rewritten = rewrittenLine(sent, before);
  if (rewritten) throw theRecordStays(rewritten);
  const known = new Map(before.map((entry) => [entry.id, entry]));
  const ids = new Map<string, string>();
  const lines = sent.map(({ id, at, text, source, ...arrangement }) => {
    const old = id === undefined || ids.has(id) ? undefined : known.get(id);
    const settled: TimelineEntry = old ?? {
      id: newId('lin'),
      at,
      recordedAt: now.toString(),
      text,
      source: source || WRITTEN,
      from: 'person',
    };
    if (id !== undefined && !ids.has(id)) ids.set(id, settled.id);
    if (settled.from === 'record') return arranged(settled, arrangement);
    return arranged({ ...settled, at: sameTime(settled.at, at) ? settled.at : at, text }, arrangement);
  });
  // A new line gets its id here; what was joined with it follows.
  const joined = lines.map((line) =>
    line.joinedTo ? { ...line, joinedTo: ids.get(line.joinedTo) ?? line.joinedTo } : line,
  );
  return keptRecord(joined, before);
}

function sameTime(one: string, other: string): boolean {
  return Temporal.Instant.from(one).equals(Temporal.Instant.from(other));
}

function theRecordStays(line: TimelineEntry): Refused {
  return new Refused('invalid', 'A line of the record cannot be rewritten; nothing was saved.', {
    mend: `Hide "${line.text.slice(0, QUOTED_CHARACTERS_MAX)}", annotate it, or write a line of your own beside it.`,
    fields: [{ path: 'sections.timeline', message: `keeps the line of ${line.at} as the record has it` }],
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
  const before = (base.sections as Sections).timeline;
  const had = new Set(before.map((entry) => entry.id));
  const added = current.sections.timeline.filter((entry) => !had.has(entry.id));
  return { ...sent, timeline: withLines(settleTimeline(sent.timeline, before, now), added) };
}
