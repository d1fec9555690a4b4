/** What a page says, the same on every channel: what is wrong, why you, what to answer. Pure. */
import { type Answer, live, type Page, type Reason } from './page.ts';

export type Words = { title: string; lines: string[] };

export const ANSWERS: { answer: Answer; label: string; explanation: string }[] = [
  { answer: 'have_it', label: 'I have it', explanation: 'You can work on it now. The calling stops here.' },
  {
    answer: 'have_it_no_computer',
    label: 'I have it, no computer',
    explanation: 'You can decide and talk. The backup is called as well.',
  },
  { answer: 'cant', label: 'I can’t', explanation: 'The next person is called at once. That is all right.' },
];

const TITLE_CHARACTERS_MAX = 120;

export function wordsOf(page: Page): Words {
  if (page.kind === 'test')
    return {
      title: 'Test page: nothing is wrong',
      lines: [
        `This is a test for ${page.person.name}. Answer it, so that we know that this channel reaches you.`,
      ],
    };
  const reasons = live(page);
  const shown = reasons.length ? reasons : page.reasons;
  const incidents = [...Map.groupBy(shown, (reason) => reason.incidentId).values()];
  const [first] = shown;
  const more = incidents.length - 1;
  const title = first ? `${headline(first)}${more > 0 ? ` and ${more} more` : ''}` : 'Page';
  return { title: clip(title), lines: incidents.flatMap(linesOf) };
}

function linesOf(reasons: Reason[]): string[] {
  const [first] = reasons;
  return first ? [headline(first), ...new Set(reasons.map((reason) => `  ${reason.text}`))] : [];
}

function headline(reason: Reason): string {
  return `${reason.severity} INC-${reason.number}: ${reason.title}`;
}

function clip(text: string): string {
  return text.length > TITLE_CHARACTERS_MAX ? `${text.slice(0, TITLE_CHARACTERS_MAX - 1)}…` : text;
}

/** Until when an answer is expected, in the person's own zone and in UTC. */
export function answerTime(page: Page): string | undefined {
  if (!page.dueAt) return undefined;
  const clock = (zone: string) =>
    page.dueAt?.toZonedDateTimeISO(zone).toPlainTime().toString({ smallestUnit: 'minute' });
  const { zone } = page.person;
  return zone === 'UTC' ? `${clock('UTC')} UTC` : `${clock(zone)} ${zone} (${clock('UTC')} UTC)`;
}
