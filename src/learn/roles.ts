/** Published copies name roles, not people; the owners of actions stand aside. Pure. */
import type { Sections } from './sections.ts';
import { toldTimeline } from './timeline.ts';

/** Who a name in the text stands for: `role` is what is written instead. */
export type NamedPerson = { name: string; email: string | null; role: string; tookPart: boolean };

/** Full names and addresses always; a first name alone only of somebody who took part, since names are words too. */
export function rolesNotPeople(text: string, people: NamedPerson[]): string {
  let result = text;
  for (const person of people.toSorted((one, other) => other.name.length - one.name.length)) {
    const { name, email, role, tookPart } = person;
    if (email) result = replaceWhole(result, email, role, 'giu');
    if (name.includes(' ') || tookPart) result = replaceWhole(result, name, role, 'gu');
  }
  for (const { name, role, tookPart } of people) {
    const first = name.split(' ')[0] ?? '';
    if (tookPart && first.length > 2 && first !== name) result = replaceWhole(result, first, role, 'gu');
  }
  return result;
}

function replaceWhole(text: string, found: string, role: string, flags: string): string {
  const whole = new RegExp(`(?<![\\p{L}\\p{N}_@])@?${RegExp.escape(found)}(?![\\p{L}\\p{N}_])`, flags);
  return text.replace(whole, (_found: string, at: number) =>
    at === 0 || /[.!?]\s$/.test(text.slice(0, at)) ? role.charAt(0).toUpperCase() + role.slice(1) : role,
  );
}

/** The same text in every section, without people; the timeline as it is told. */
export function sectionsWithRoles(sections: Sections, people: NamedPerson[]): Sections {
  const mend = (text: string) => rolesNotPeople(text, people);
  const { contributingFactors: factors } = sections;
  return {
    ...sections,
    summary: mend(sections.summary),
    impact: mend(sections.impact),
    timeline: toldTimeline(sections.timeline).map((entry) => ({
      ...entry,
      text: mend(entry.text),
      source: mend(entry.source),
    })),
    trigger: mend(sections.trigger),
    rootCause: mend(sections.rootCause),
    contributingFactors: {
      slowDetection: { ...factors.slowDetection, text: mend(factors.slowDetection.text) },
      missingDocumentation: {
        ...factors.missingDocumentation,
        text: mend(factors.missingDocumentation.text),
      },
      missingMonitoring: { ...factors.missingMonitoring, text: mend(factors.missingMonitoring.text) },
      others: mend(factors.others),
    },
    limitedHarm: mend(sections.limitedHarm),
    wentWell: mend(sections.wentWell),
    openQuestions: mend(sections.openQuestions),
    noActionBecause: mend(sections.noActionBecause),
    ...(sections.own ? { own: sections.own.map((each) => ({ ...each, text: mend(each.text) })) } : {}),
  };
}
