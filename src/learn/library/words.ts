/** The words that every export has in common: its sections in their order, times in UTC, how long it lasted. Pure. */
import type { ActionItem } from '../action-items.ts';
import { QUESTION_GROUPS } from '../questions.ts';
import { FACTOR_NAMES, ownIn, type SectionName, type Sections, type TimelineEntry } from '../sections.ts';
import type { Copy } from './copy.ts';

export const NOT_WRITTEN = 'Not written.';
export const DRAFT_WORDS = 'Draft, not published. This is what would be published.';

/** A paragraph begins where a line ends; nothing in a text is more than text. */
export function paragraphs(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}

export type Part = { title: string; text: string };

/** What stands before the timeline, between it and the action items, and at the end; what need not be written is left out when it is empty. */
export function partsOf(sections: Sections): {
  before: Part[];
  cause: Part[];
  factors: Part[];
  after: Part[];
  end: Part[];
} {
  const { contributingFactors: factors } = sections;
  const optional = (title: string, text: string) => (text.trim() ? [{ title, text }] : []);
  const own = (section: SectionName) =>
    ownIn(sections, section).flatMap(({ label, text }) => optional(label, text));
  return {
    before: [
      { title: 'Summary', text: sections.summary },
      { title: 'Impact', text: sections.impact },
      ...own('timeline'),
    ],
    cause: [
      { title: 'Trigger', text: sections.trigger },
      { title: 'Root cause', text: sections.rootCause },
      ...own('root_cause'),
    ],
    factors: [
      ...FACTOR_NAMES.map((name) => ({
        title: labelOf(`contributingFactors.${name}`),
        text: answerOf(factors[name]),
      })),
      ...optional('Others', factors.others),
    ],
    after: [
      ...optional('What limited the harm', sections.limitedHarm),
      ...optional('What went well', sections.wentWell),
      ...own('contributing_factors'),
    ],
    end: [...optional('Open questions', sections.openQuestions), ...own('action_items')],
  };
}

function labelOf(field: string): string {
  const questions = QUESTION_GROUPS.flatMap((group) => group.questions);
  return questions.find((each) => each.field === field)?.label ?? field;
}

function answerOf({ answer, text }: { answer: string; text: string }): string {
  if (answer === 'unanswered') return text.trim() ? text : 'Not answered.';
  return `${answer === 'yes' ? 'Yes.' : 'No, because:'} ${text}`.trim();
}

/** "2026-11-25 02:44" */
export function minuteOf(at: string): string {
  return at.slice(0, 16).replace('T', ' ');
}

/** "02:44", and its day where it is another one than that of `beside`. */
export function clockBeside(at: string, beside: string): string {
  return at.slice(0, 10) === beside.slice(0, 10)
    ? at.slice(11, 16)
    : `${dayOf(at, 'short')} ${at.slice(11, 16)}`;
}

/** "02:44 on 25 Nov" */
export function clockAndDay(at: string): string {
  return `${at.slice(11, 16)} on ${dayOf(at, 'short')}`;
}

const DAYS = {
  short: new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }),
  long: new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' }),
  full: new Intl.DateTimeFormat('en-GB', {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  }),
};

/** "25 Nov", "25 November 2026", or that with its weekday; in UTC. */
export function dayOf(at: string, as: keyof typeof DAYS): string {
  return DAYS[as].format(Date.parse(at));
}

export function lasted({
  incident: { impactStartedAt, detectedAt, restoredAt },
}: Pick<Copy, 'incident'>): string | null {
  if (!restoredAt) return null;
  const minutes = Math.round((Date.parse(restoredAt) - Date.parse(impactStartedAt ?? detectedAt)) / 60_000);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return hours ? `${hours} h${rest ? ` ${rest} min` : ''}` : `${rest} min`;
}

/** The lines of the timeline by the day on which they happened. */
export function byDay(timeline: TimelineEntry[]): { day: string; lines: TimelineEntry[] }[] {
  const days = Map.groupBy(timeline, (entry) => entry.at.slice(0, 10));
  return [...days].map(([day, lines]) => ({ day: dayOf(`${day}T00:00:00Z`, 'full'), lines }));
}

export function standing(items: ActionItem[]): ActionItem[] {
  return items.filter((item) => item.state !== 'dropped');
}

/** "Bo Falk, by 4 December 2026" or "Bo Falk, done 2 December 2026: …" */
export function agreedWords(item: ActionItem): string {
  if (item.state === 'done')
    return `${item.ownerName}, done${item.doneAt ? ` ${dayOf(item.doneAt, 'long')}` : ''}`;
  return `${item.ownerName}, by ${dayOf(`${item.dueOn}T00:00:00Z`, 'long')}`;
}

export function standingWords({ state, publishedAt }: Copy): string {
  if (state === 'draft' || !publishedAt) return DRAFT_WORDS;
  return `Published ${dayOf(publishedAt, 'long')}, ${publishedAt.slice(11, 16)} UTC.`;
}
