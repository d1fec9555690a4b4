/** What an organisation adds to a postmortem: its own questions, its own words beside ours, and what a draft begins with. Our four sections stay. Pure. */
import type { Category } from '#incident/types.ts';
import { QUESTION_GROUPS } from './questions.ts';
import type { OwnQuestion, Sections } from './sections.ts';

export const CATEGORIES = [
  'deployment_regression',
  'infrastructure',
  'third_party',
  'data',
  'security',
  'other',
] as const satisfies Category[];

/** Texts that may begin with something; "no action, because" is a decision, and begins empty. */
export const BEGINNINGS = [
  'summary',
  'impact',
  'trigger',
  'rootCause',
  'limitedHarm',
  'wentWell',
  'openQuestions',
] as const satisfies (keyof Sections)[];
export type Beginnings = { [Name in (typeof BEGINNINGS)[number]]?: string | undefined };

/** Fields whose help may be said in other words. */
export const GUIDED = QUESTION_GROUPS.flatMap(({ questions }) => questions.map(({ field }) => field));

export type PostmortemTemplate = {
  id: string;
  name: string;
  /** Kinds of failure; empty: any that no other template is for. */
  categories: Category[];
  questions: OwnQuestion[];
  guidance: Record<string, string>;
  beginnings: Beginnings;
  version: number;
};
/** As a postmortem took it over; its questions are in the text. */
export type TakenTemplate = Pick<PostmortemTemplate, 'id' | 'name' | 'version' | 'guidance' | 'beginnings'>;

/** @returns the sections with the questions of this template, and with its words where nothing is written; answers that it does not ask for stay */
export function withTemplate(sections: Sections, template: PostmortemTemplate | undefined): Sections {
  const asks = new Map(template?.questions.map((question) => [question.id, question]));
  const stay = (sections.own ?? []).map((answer) => ({
    ...answer,
    ...asks.get(answer.id),
    asked: asks.has(answer.id),
  }));
  const known = new Set(stay.map(({ id }) => id));
  const fresh = [...asks.values()].filter(({ id }) => !known.has(id));
  const own = [...stay, ...fresh.map((question) => ({ ...question, asked: true, text: '' }))];
  const next = { ...sections, ...(own.length ? { own } : {}) };
  for (const name of BEGINNINGS) if (!next[name].trim()) next[name] = template?.beginnings[name] ?? '';
  return next;
}

export function taken({ id, name, version, guidance, beginnings }: PostmortemTemplate): TakenTemplate {
  return { id, name, version, guidance, beginnings };
}
