/** The fields of the questions, found in the sections. Pure. */
import type { FactorName, Sections } from '#src/learn/sections.ts';

const FACTOR = 'contributingFactors.';

export function factorOf(field: string): FactorName | undefined {
  const name = field.startsWith(FACTOR) ? field.slice(FACTOR.length) : '';
  return name && name !== 'others' ? (name as FactorName) : undefined;
}

/** The text of a field; a factor with its answer before it. */
export function valueAt(sections: Sections, field: string): string {
  const factor = factorOf(field);
  if (factor) {
    const { answer, text } = sections.contributingFactors[factor];
    return answer === 'unanswered' ? text : `${answer === 'yes' ? 'Yes.' : 'No, because:'} ${text}`;
  }
  if (field === `${FACTOR}others`) return sections.contributingFactors.others;
  const value = (sections as unknown as Record<string, unknown>)[field];
  return typeof value === 'string' ? value : '';
}
