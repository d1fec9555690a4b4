/** Drafts a timeline from the record: facts only, told forward, each with its time and its source. Pure. */
import type { Fact, FactKind } from '#incident/facts.ts';
import { sentence } from '#incident/sentences.ts';
import type { Incident } from '#incident/types.ts';
import type { TimelineEntry } from './sections.ts';

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
const LINES_MAX = 500;
/** A longer note is told by its beginning; the record has all of it. */
const LINE_CHARACTERS_MAX = 1000;

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
 * @param facts those that are not on the timeline yet
 * @param changes changes that became suspect by one of these facts
 */
export function draftLines(facts: Fact[], changes: ToldChange[]): TimelineEntry[] {
  const told = facts.filter((fact) => !LEFT_OUT.has(fact.kind)).slice(0, LINES_MAX);
  return inOrder([...changes.map(changeLine), ...told.flatMap(linesOf)]);
}

/** New lines take their place in time; everything that stood there stays as it is. */
export function withLines(timeline: TimelineEntry[], lines: TimelineEntry[]): TimelineEntry[] {
  const known = new Set(timeline.map((entry) => entry.id));
  return inOrder([...timeline, ...lines.filter((line) => !known.has(line.id))]);
}

function inOrder(lines: TimelineEntry[]): TimelineEntry[] {
  return lines.toSorted((one, other) =>
    Temporal.Instant.compare(Temporal.Instant.from(one.at), Temporal.Instant.from(other.at)),
  );
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
    at: timeOf(fact).toString(),
    recordedAt: fact.recordedAt.toString(),
    text: beginning(sentence(fact)),
    source: fact.source,
    from: 'record',
  } as const;
  if (fact.kind !== 'declared') return [line];
  const { by, how } = fact.noticed;
  const noticed = `Noticed by ${by === 'monitoring' ? 'monitoring' : 'a person'}${how ? `: ${how}` : ''}`;
  return [{ ...line, id: `fact-${fact.seq}-noticed`, at: fact.detectedAt.toString(), text: noticed }, line];
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
