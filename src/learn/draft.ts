/** Drafts a timeline from the record: facts only, told forward, each with its time and its source. Pure. */
import type { Fact, FactKind } from '#incident/facts.ts';
import { sentence } from '#incident/sentences.ts';
import type { Incident } from '#incident/types.ts';
import { TIMELINE_LINES_MAX, type TimelineEntry } from './sections.ts';

/** Facts about the response's own clockwork and paperwork; they stay in the record and would only fill the page here. */
const LEFT_OUT: ReadonlySet<FactKind> = new Set<FactKind>([
  'reminded',
  'role_offered',
  'viewers_changed',
  'watch_approved',
  'client_impact_set',
  'looked_at',
  'decided',
  'postmortem_opened',
  'postmortem_owner_chosen',
  'postmortem_published',
  'postmortem_covered',
  'postmortem_uncovered',
  'postmortem_text_published',
  'postmortem_text_withdrawn',
]);
/** A longer note is told by its beginning; the record has all of it. */
const LINE_CHARACTERS_MAX = 1000;
const MORE_LINES = 'more-lines';

/** A change as far as the timeline tells it. */
export type ToldChange = {
  id: string;
  summary: string;
  serviceName: string | null;
  source: string;
  happenedAt: string;
  receivedAt: string;
};

/**
 * Not yet in the order of time: `withLines` puts them in their place.
 * @param facts those that are not on the timeline yet
 * @param changes changes that became suspect by one of these facts
 */
export function draftLines(facts: Fact[], changes: ToldChange[]): TimelineEntry[] {
  const told = facts.filter((fact) => !LEFT_OUT.has(fact.kind));
  return [...changes.map(changeLine), ...told.flatMap(linesOf)];
}

/**
 * New lines take their place in time; everything that stood there stays as it is.
 * Where more would come than a timeline holds, a line says so at the time of the first that is left out.
 */
export function withLines(timeline: TimelineEntry[], lines: TimelineEntry[]): TimelineEntry[] {
  const known = new Set(timeline.map((entry) => entry.id));
  const fresh = inOrder(lines.filter((line) => !known.has(line.id)));
  const room = Math.max(0, TIMELINE_LINES_MAX - timeline.length);
  const more = fresh[room];
  const told = more && !known.has(MORE_LINES) ? [moreLines(more)] : [];
  return inOrder([...timeline, ...fresh.slice(0, room), ...told]);
}

function moreLines({ at }: TimelineEntry): TimelineEntry {
  const text = `From here on, lines stand in the record of the incident alone; a timeline holds ${TIMELINE_LINES_MAX} of them.`;
  return { id: MORE_LINES, at, recordedAt: null, text, source: 'learn', from: 'record' };
}

/** Each time is read once: a comparison that reads both would cost more than everything else about a draft of thousands of lines. */
function inOrder(lines: TimelineEntry[]): TimelineEntry[] {
  const at = new Map(lines.map((line) => [line, Date.parse(line.at)]));
  return lines.toSorted((one, other) => (at.get(one) ?? 0) - (at.get(other) ?? 0));
}

function changeLine(change: ToldChange): TimelineEntry {
  return {
    id: `change-${change.id}`,
    at: change.happenedAt,
    recordedAt: change.receivedAt,
    text: `Change: ${change.summary}${change.serviceName ? ` (${change.serviceName})` : ''}`,
    source: change.source,
    from: 'record',
  };
}

function linesOf(fact: Fact): TimelineEntry[] {
  const line = {
    id: `fact-${fact.seq}`,
    at: textOf(timeOf(fact)),
    recordedAt: textOf(fact.recordedAt),
    text: beginning(sentence(fact)),
    source: fact.source,
    from: 'record',
  } as const;
  if (fact.kind !== 'declared') return [line];
  const { by, how } = fact.noticed;
  const noticed = `Noticed by ${by === 'monitoring' ? 'monitoring' : 'a person'}${how ? `: ${how}` : ''}`;
  return [{ ...line, id: `fact-${fact.seq}-noticed`, at: textOf(fact.detectedAt), text: noticed }, line];
}

/** As `toString` writes it, in a tenth of its time: a night of alerts has ten thousand of them. */
function textOf(at: Temporal.Instant): string {
  return new Date(at.epochMilliseconds).toISOString().replace('.000Z', 'Z');
}

function beginning(text: string): string {
  return text.length > LINE_CHARACTERS_MAX
    ? `${text.slice(0, LINE_CHARACTERS_MAX - 1).toWellFormed()}…`
    : text;
}

/** Two facts speak of another moment than their own. */
function timeOf(fact: Fact): Temporal.Instant {
  return fact.kind === 'impact_dated' ? fact.impactStartedAt : fact.happenedAt;
}

/** The impact in numbers, as far as the record knows it. */
export function draftImpact(incident: Incident): string {
  const from = incident.impactStartedAt ?? incident.detectedAt;
  const until = incident.restoredAt;
  const users = incident.usersAffected;
  const range =
    users && (users.low !== null || users.high !== null)
      ? `About ${[users.low, users.high].filter((count, index, all) => count !== null && all.indexOf(count) === index).join(' to ')} users (${users.source}).`
      : '';
  const minutes = until ? Math.round((until.epochMilliseconds - from.epochMilliseconds) / 60_000) : undefined;
  const span = until ? `From ${minute(from)} to ${minute(until)} UTC, ${minutes} min.` : '';
  return [span, range].filter(Boolean).join(' ');
}

function minute(at: Temporal.Instant): string {
  return at.toString({ smallestUnit: 'minute' }).replace('T', ' ').replace('Z', '');
}
