/** What a postmortem consists of, and what it still lacks before it can be published. Pure. */

import { toldTimeline } from './timeline.ts';

/** One line of the timeline: when it happened, when it was recorded, where that is known from. */
export type TimelineEntry = {
  id: string;
  at: string;
  recordedAt: string | null;
  text: string;
  source: string;
  /** `record`: drafted from the facts and unchanged. `person`: written or changed by somebody. */
  from: 'record' | 'person';
  /** Left out of what is published; the record keeps it. */
  hidden?: boolean | undefined;
  /** The id of the line above that it is told together with. */
  joinedTo?: string | null | undefined;
  /** Somebody's remark on it, told after it. */
  note?: string | undefined;
};

/** `no` means "no, because …", with the reason in `text`. */
export type Factor = { answer: 'unanswered' | 'yes' | 'no'; text: string };
export type FactorName = 'slowDetection' | 'missingDocumentation' | 'missingMonitoring';
export const FACTOR_NAMES = [
  'slowDetection',
  'missingDocumentation',
  'missingMonitoring',
] as const satisfies FactorName[];

/** So many lines of the record; a night of alerts makes thousands, and more than this is no timeline that somebody reads. */
export const TIMELINE_LINES_MAX = 10_000;
/** And so many that people write beside them. */
export const OWN_LINES_MAX = 2000;

/** Of all templates that a postmortem has followed. */
export const OWN_QUESTIONS_MAX = 60;

/** The four sections (process.md). */
export type SectionName = 'timeline' | 'root_cause' | 'contributing_factors' | 'action_items';

/** A question that the organisation asks beside ours. */
export type OwnQuestion = {
  id: string;
  section: SectionName;
  label: string;
  question: string;
  help: string;
  /** Nothing is published before it is answered. */
  required: boolean;
};
/** `asked`: false once the postmortem follows another template; what was written stays. */
export type OwnAnswer = OwnQuestion & { asked: boolean; text: string };

export type Sections = {
  summary: string;
  impact: string;
  timeline: TimelineEntry[];
  /** What set it off, apart from the root cause. */
  trigger: string;
  triggerChangeId: string | null;
  rootCause: string;
  contributingFactors: Record<FactorName, Factor> & { others: string };
  limitedHarm: string;
  wentWell: string;
  openQuestions: string;
  /** Why nothing is to be done, where no action item is agreed. */
  noActionBecause: string;
  /** Absent where the organisation asks nothing of its own. */
  own?: OwnAnswer[] | undefined;
};

const UNANSWERED: Factor = { answer: 'unanswered', text: '' };

export function emptySections(): Sections {
  return {
    summary: '',
    impact: '',
    timeline: [],
    trigger: '',
    triggerChangeId: null,
    rootCause: '',
    contributingFactors: {
      slowDetection: UNANSWERED,
      missingDocumentation: UNANSWERED,
      missingMonitoring: UNANSWERED,
      others: '',
    },
    limitedHarm: '',
    wentWell: '',
    openQuestions: '',
    noActionBecause: '',
  };
}

export type Missing = { path: string; message: string };

const FACTOR_WORDS: Record<FactorName, string> = {
  slowDetection: 'whether detection was slow',
  missingDocumentation: 'whether documentation was missing',
  missingMonitoring: 'whether monitoring was missing',
};

/**
 * @param begun what the template of the organisation had written before anybody did
 * @returns exactly what stands between this text and publishing it; empty when nothing does
 */
export function whatIsMissing(
  sections: Sections,
  actionItems: number,
  begun: { rootCause?: string | undefined } = {},
): Missing[] {
  const missing: Missing[] = [];
  if (!toldTimeline(sections.timeline).some((entry) => entry.text.trim()))
    missing.push({ path: 'timeline', message: 'The timeline is empty. Write what happened, and when.' });
  if (sections.rootCause.trim() === (begun.rootCause ?? '').trim() || !sections.rootCause.trim())
    missing.push({
      path: 'rootCause',
      message: 'The root cause is not written. Say what in the system made this possible.',
    });
  for (const name of FACTOR_NAMES) {
    const factor = sections.contributingFactors[name];
    if (factor.answer === 'unanswered')
      missing.push({
        path: `contributingFactors.${name}`,
        message: `Nobody has answered ${FACTOR_WORDS[name]}. Answer it, or write "no, because…".`,
      });
    else if (!factor.text.trim())
      missing.push({
        path: `contributingFactors.${name}`,
        message: `It is answered ${FACTOR_WORDS[name]}, but not ${factor.answer === 'yes' ? 'how' : 'why not'}. Add one sentence.`,
      });
  }
  if (actionItems === 0 && !sections.noActionBecause.trim())
    missing.push({
      path: 'actionItems',
      message: 'No action item is agreed. Add one, or write "no action, because…".',
    });
  for (const { id, label, required, asked, text } of sections.own ?? [])
    if (required && asked && !text.trim())
      missing.push({
        path: `own.${id}`,
        message: `“${label}” is not answered. Answer it, or write why it does not apply.`,
      });
  return missing;
}

/** @returns the own questions of one section that are asked, or answered */
export function ownIn({ own }: Pick<Sections, 'own'>, section: SectionName): OwnAnswer[] {
  return (own ?? []).filter((each) => each.section === section && (each.asked || each.text.trim()));
}
