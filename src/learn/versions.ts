/** Versions of a postmortem: which parts differ, and how an old one is brought back without losing the record. Pure. */
import { QUESTION_GROUPS } from './questions.ts';
import { FACTOR_NAMES, type FactorName, ownIn, type Sections } from './sections.ts';
import { toldTimeline } from './timeline.ts';

export type Part = { field: string; label: string; text: string };

/** @returns every part of the text in the order of the questions, as one would read it */
export function partsOf(sections: Sections): Part[] {
  return QUESTION_GROUPS.flatMap(({ section, questions }) => [
    ...questions
      .filter(({ field }) => field !== 'actionItems')
      .map(({ field, label }) => ({ field, label, text: textOf(sections, field) })),
    ...ownIn(sections, section).map(({ id, label, text }) => ({ field: `own.${id}`, label, text })),
  ]);
}

export type ChangedPart = { field: string; label: string; before: string; after: string };

/** @returns the parts that read differently, in order; a part that is only arranged anew counts when it reads differently */
export function changedParts(before: Sections, after: Sections): ChangedPart[] {
  const old = new Map(partsOf(before).map((part) => [part.field, part.text]));
  return partsOf(after).flatMap(({ field, label, text }) => {
    const was = old.get(field) ?? '';
    return was === text ? [] : [{ field, label, before: was, after: text }];
  });
}

/** The text of an old version; lines that the record has added since stay, as they stand now, and so does what is asked. */
export function restoredSections(old: Sections, current: Sections): Sections {
  const had = new Set(old.timeline.map((line) => line.id));
  const added = current.timeline.filter((line) => line.from === 'record' && !had.has(line.id));
  const timeline = [...old.timeline, ...added].toSorted(
    (one, other) => Date.parse(one.at) - Date.parse(other.at),
  );
  const answers = new Map(old.own?.map(({ id, text }) => [id, text]));
  const own = current.own?.map((each) => ({ ...each, text: answers.get(each.id) ?? '' }));
  return { ...old, timeline, own };
}

function textOf(sections: Sections, field: string): string {
  if (field === 'timeline')
    return toldTimeline(sections.timeline)
      .map((line) => `${minute(line.at)} ${line.text.trim()}`)
      .join('\n');
  const factor = FACTOR_NAMES.find((name) => field === `contributingFactors.${name}`);
  if (factor) return factorText(sections, factor);
  if (field === 'contributingFactors.others') return sections.contributingFactors.others;
  const value = (sections as unknown as Record<string, unknown>)[field];
  return typeof value === 'string' ? value : '';
}

function factorText(sections: Sections, name: FactorName): string {
  const { answer, text } = sections.contributingFactors[name];
  if (answer === 'unanswered') return text;
  return answer === 'yes' ? `Yes. ${text}` : `No, because: ${text}`;
}

function minute(at: string): string {
  return at.slice(0, 16).replace('T', ' ');
}
