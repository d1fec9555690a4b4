/** Saving whole sections: lines that people write are theirs, the record's lines stay the record's. */
import { Refused } from '#platform/errors.ts';
import { newId } from '#platform/ids.ts';
import type { Sections, TimelineEntry } from './sections.ts';
import { type Arrangement, arranged, keptRecord, rewrittenLine } from './timeline.ts';

/** A line as the writer sends it: a known id, or none for a new line. */
export type SentLine = Arrangement & {
  id?: string | undefined;
  at: string;
  text: string;
  source?: string | undefined;
};
export type SentSections = Omit<Sections, 'timeline' | 'own'> & {
  timeline: SentLine[];
  own?: { id: string; text: string }[] | undefined;
};

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

/** @throws Refused for an answer to a question that nobody asks here */
export function settleOwn(sent: SentSections['own'], before: Sections['own']): Sections['own'] {
  if (!sent) return before;
  const answers = new Map(sent.map(({ id, text }) => [id, text]));
  const stranger = sent.find(({ id }) => !before?.some((each) => each.id === id));
  if (stranger)
    throw new Refused('invalid', `This postmortem does not ask "${stranger.id}"; nothing was saved.`, {
      mend: 'Read the postmortem again: `sections.own` has the ids of its own questions.',
      fields: [{ path: 'sections.own', message: 'answers a question that is not asked here' }],
    });
  return before?.map((each) => ({ ...each, text: answers.get(each.id) ?? each.text }));
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
