/** Says what a playbook is missing, with the line: a step without an owner, a time box that cannot be read, a variable that means nothing. Pure. */
import type { Oddity } from './blocks.ts';
import type { Step } from './parse.ts';
import { gapsIn, KNOWN_VARIABLES, VARIABLES_MAX, type Variable } from './variables.ts';

export type FindingLevel = 'error' | 'warning' | 'hint';
export type Finding = {
  /** Counted from 1. */
  line: number;
  level: FindingLevel;
  code: string;
  /** One sentence; the step is named by its number. */
  message: string;
  step: number | undefined;
};

/** More than these, and nobody carries them out; each lies in the incident's own document. */
export const STEPS_MAX = 100;
const MINUTES_MAX = 24 * 60;
const FINDINGS_MAX = 200;
const RANK: Record<FindingLevel, number> = { error: 0, warning: 1, hint: 2 };
const UNREAD_BOX = /\(\s*\d+\s*(?:m|s|sec|secs|seconds?|d|days?)\.?\s*\)/i;
const OTHER_OWNER = /(?:^|\s)@([\p{L}][\p{L}\p{N}._-]*)/u;
const ASKS_A_PERSON = /\b(?:ask|ping|call|wake)\s+(\p{Lu}\p{Ll}{2,})\b/iu;
const NAMED = /^\p{Lu}\p{Ll}/u;

type Looked = { text: string; steps: Step[]; oddities: Oddity[]; variables: Variable[] };

/** @returns findings in the order of their lines, the first few hundred */
export function findingsOf(looked: Looked): Finding[] {
  const found = [
    ...aboutAll(looked),
    ...looked.steps.slice(0, STEPS_MAX).flatMap(aboutStep),
    ...looked.oddities.map(aboutOddity),
    ...aboutVariables(looked),
  ];
  // An error is never cut off behind a crowd of warnings: it is what stops a playbook from being saved.
  const kept = found
    .toSorted((one, other) => RANK[one.level] - RANK[other.level] || one.line - other.line)
    .slice(0, FINDINGS_MAX);
  return kept.toSorted((one, other) => one.line - other.line);
}

/** Whether it can be stored and started; everything else is said and allowed. */
export function blocking(findings: readonly Finding[]): Finding[] {
  return findings.filter((each) => each.level === 'error');
}

function aboutAll({ steps, variables }: Looked): Finding[] {
  const found: Finding[] = [];
  if (steps.length === 0)
    found.push({
      line: 1,
      level: 'warning',
      code: 'no_steps',
      message: 'There is no step yet. A step is a line such as “- [ ] Stop the rollout @hands (5 min)”.',
      step: undefined,
    });
  const over = steps[STEPS_MAX];
  if (over)
    found.push({
      line: over.line,
      level: 'error',
      code: 'too_many_steps',
      message: `There are ${steps.length} steps; at most ${STEPS_MAX} can be executed. Split it into several playbooks.`,
      step: undefined,
    });
  if (variables.length > VARIABLES_MAX)
    found.push({
      line: 1,
      level: 'error',
      code: 'too_many_variables',
      message: `It asks for ${variables.length} variables; nobody can answer more than ${VARIABLES_MAX} at night.`,
      step: undefined,
    });
  return found;
}

function aboutStep(step: Step): Finding[] {
  const { line, number, minutes, owner, written, what } = step;
  const found: Finding[] = [];
  const say = (level: FindingLevel, code: string, message: string): void => {
    found.push({ line, level, code, message, step: number });
  };
  if (!what) say('error', 'step_empty', `Step ${number} says nothing.`);
  if (minutes !== undefined && (minutes < 1 || minutes > MINUTES_MAX))
    say(
      'error',
      'time_box_odd',
      `Step ${number} has a time box of ${minutes} minutes; write 1 minute to 24 hours.`,
    );
  const other = OTHER_OWNER.exec(what)?.[1];
  if (!owner && other)
    say(
      'warning',
      'unknown_owner',
      `Step ${number} names “@${other}”, which is no role: write @lead, @comms or @hands. People change, roles stay.`,
    );
  else if (!owner) say('warning', 'no_owner', `Step ${number} has no owner: write @lead, @comms or @hands.`);
  if (minutes === undefined)
    say(
      'warning',
      UNREAD_BOX.test(written) ? 'time_box_unread' : 'no_time_box',
      UNREAD_BOX.test(written)
        ? `The time box of step ${number} cannot be read: write it as “(5 min)” or “(1 h)”.`
        : `Step ${number} has no time box: write “(5 min)”.`,
    );
  if (step.ticked)
    say('warning', 'ticked', `Step ${number} is written as done; it is started open all the same.`);
  const asked = ASKS_A_PERSON.exec(what)?.[1];
  if (asked && NAMED.test(asked))
    say(
      'hint',
      'asks_a_person',
      `Step ${number} needs “${asked}”. Write down what they know, so that the next person can do it.`,
    );
  return found;
}

function aboutOddity({ line, what, text }: Oddity): Finding {
  const cut = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  switch (what) {
    case 'link':
      return {
        line,
        level: 'error',
        code: 'link_refused',
        message: `“${cut}” cannot be a link: write an address that begins with https://, mailto: or tel:.`,
        step: undefined,
      };
    case 'image':
      return {
        line,
        level: 'hint',
        code: 'image_as_link',
        message: 'An image is shown as a link, so that reading needs no other server.',
        step: undefined,
      };
    case 'html':
      return {
        line,
        level: 'warning',
        code: 'html_as_text',
        message: 'HTML is shown as the text it is, never carried out. Write Markdown.',
        step: undefined,
      };
    case 'deep':
      return {
        line,
        level: 'error',
        code: 'too_deep',
        message: 'This is nested too deeply to be read.',
        step: undefined,
      };
  }
}

function aboutVariables({ text, variables }: Looked): Finding[] {
  if (!text.includes('{{')) return [];
  const declared = new Map(variables.map((each) => [each.name, each]));
  return text.split('\n').flatMap((row, index) =>
    gapsIn(row).flatMap((gap): Finding[] => {
      const about = { line: index + 1, step: undefined };
      if (gap.problem === 'unknown')
        return [
          {
            ...about,
            level: 'error',
            code: 'unknown_variable',
            message: `{{${gap.name}}} means nothing. Known are ${Object.keys(KNOWN_VARIABLES)
              .map((name) => `{{${name}}}`)
              .join(', ')}; your own have no dot.`,
          },
        ];
      if (gap.problem === 'one_option')
        return [
          {
            ...about,
            level: 'error',
            code: 'variable_type',
            message: `“${gap.options[0]}” is no type: {{${gap.name}}} can be text, number, link, or a choice such as “one, two”.`,
          },
        ];
      if (gap.problem === 'many_options')
        return [
          {
            ...about,
            level: 'error',
            code: 'variable_type',
            message: `{{${gap.name}}} has too many choices.`,
          },
        ];
      const first = declared.get(gap.name);
      const differs =
        gap.type !== 'text' &&
        first &&
        (first.type !== gap.type || String(first.options) !== String(gap.options));
      return differs
        ? [
            {
              ...about,
              level: 'error',
              code: 'variable_twice',
              message: `{{${gap.name}}} was given another type before; say it once.`,
            },
          ]
        : [];
    }),
  );
}
