/** What may be done with lines of the record: hidden, joined with the line above, annotated; never rewritten. Pure. */
import type { TimelineEntry } from './sections.ts';

export const NOTE_CHARACTERS_MAX = 1000;
/** Recorded later than this after it happened, a line shows both times. */
const RECORDED_LATER_MINUTES = 1;

/** How a line is told; the line itself stays as it is. */
export type Arrangement = Pick<TimelineEntry, 'hidden' | 'joinedTo' | 'note'>;

/** @returns the line told in this way; what is usual is not written down */
export function arranged(line: TimelineEntry, { hidden, joinedTo, note }: Arrangement): TimelineEntry {
  const { hidden: _hidden, joinedTo: _joinedTo, note: _note, ...plain } = line;
  return {
    ...plain,
    ...(hidden ? { hidden: true } : {}),
    ...(joinedTo ? { joinedTo } : {}),
    ...(note?.trim() ? { note: note.trim() } : {}),
  };
}

type Sent = { id?: string | undefined; at: string; text: string };

/** @returns the first line of the record that was sent with another text or another time; it must be refused */
export function rewrittenLine(
  sent: readonly Sent[],
  before: readonly TimelineEntry[],
): TimelineEntry | undefined {
  const byId = new Map(sent.flatMap((line) => (line.id === undefined ? [] : [[line.id, line] as const])));
  return before.find((line) => {
    const now = line.from === 'record' ? byId.get(line.id) : undefined;
    return now && (now.text.trim() !== line.text.trim() || Date.parse(now.at) !== Date.parse(line.at));
  });
}

/** A line of the record that was left out is hidden: what the record says can be brought back. */
export function keptRecord(lines: TimelineEntry[], before: readonly TimelineEntry[]): TimelineEntry[] {
  const there = new Set(lines.map((line) => line.id));
  const gone = before.filter((line) => line.from === 'record' && !there.has(line.id));
  if (!gone.length) return lines;
  const hidden = gone.map((line) => arranged(line, { note: line.note, hidden: true }));
  return [...lines, ...hidden].toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

/** @returns id of each line that is told together with another → id of the shown line that leads */
export function leadersOf(lines: readonly TimelineEntry[]): Map<string, string> {
  const leaders = new Map<string, string>();
  const shown = new Set<string>();
  for (const line of lines) {
    if (line.hidden) continue;
    const to = line.joinedTo;
    // Only a shown line above leads; joined with a joined line, both follow the same one.
    if (to && shown.has(to)) leaders.set(line.id, leaders.get(to) ?? to);
    shown.add(line.id);
  }
  return leaders;
}

/** @returns the shown line above, with which this one can be told together */
export function lineAbove(lines: readonly TimelineEntry[], id: string): TimelineEntry | undefined {
  const shown = lines.filter((line) => !line.hidden);
  const at = shown.findIndex((line) => line.id === id);
  return at > 0 ? shown[at - 1] : undefined;
}

/** The timeline as readers get it: hidden lines left out, joined ones told as one, notes after their line. */
export function toldTimeline(lines: readonly TimelineEntry[]): TimelineEntry[] {
  const leaders = leadersOf(lines);
  const groups = new Map<string, TimelineEntry[]>();
  for (const line of lines) {
    if (line.hidden) continue;
    const leader = leaders.get(line.id) ?? line.id;
    groups.set(leader, [...(groups.get(leader) ?? []), line]);
  }
  return [...groups.values()].map(asOne);
}

function asOne(group: TimelineEntry[]): TimelineEntry {
  const [leader, ...others] = group as [TimelineEntry, ...TimelineEntry[]];
  const plain = arranged(leader, {});
  const notes = group.flatMap((line) => (line.note ? [`Note: ${sentence(line.note)}`] : []));
  if (!others.length && !notes.length) return plain;
  const told = [...new Set(group.map((line) => line.text.trim()).filter(Boolean))];
  return {
    ...plain,
    text: [...(told.length > 1 ? told.map(sentence) : told), ...notes].join(' '),
    source: [...new Set(group.map((line) => line.source))].join(', '),
    from: group.every((line) => line.from === 'record') ? 'record' : 'person',
  };
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`;
}

/** @returns when it was recorded, where that is worth telling beside when it happened */
export function recordedLater({ at, recordedAt }: TimelineEntry): string | undefined {
  if (!recordedAt) return undefined;
  return Date.parse(recordedAt) - Date.parse(at) >= RECORDED_LATER_MINUTES * 60_000 ? recordedAt : undefined;
}
