/** Two texts of one postmortem, brought together so that no sentence of either is lost. Pure. */
import type { FactorName, Sections, TimelineEntry } from '#src/learn/sections.ts';

const TEXTS = [
  'summary',
  'impact',
  'trigger',
  'rootCause',
  'limitedHarm',
  'wentWell',
  'openQuestions',
  'noActionBecause',
] as const;
export type TextName = (typeof TEXTS)[number];
const FACTORS = [
  'slowDetection',
  'missingDocumentation',
  'missingMonitoring',
] as const satisfies FactorName[];

const WORDS: Record<string, string> = {
  summary: 'Summary',
  impact: 'Impact',
  trigger: 'Trigger',
  rootCause: 'Root cause',
  limitedHarm: 'What limited the harm',
  wentWell: 'What went well',
  openQuestions: 'Open questions',
  noActionBecause: 'No action, because…',
  slowDetection: 'Slow detection',
  missingDocumentation: 'Missing documentation',
  missingMonitoring: 'Missing monitoring',
  others: 'Other factors',
  timeline: 'Timeline',
};

export type Difference = { name: string; label: string; mine: string; theirs: string };
export type Choice = 'mine' | 'theirs' | 'both';

export function differences(mine: Sections, theirs: Sections): Difference[] {
  const pairs: [string, string, string][] = [
    ...TEXTS.map((name): [string, string, string] => [name, mine[name], theirs[name]]),
    ...FACTORS.map((name): [string, string, string] => [
      name,
      factorText(mine, name),
      factorText(theirs, name),
    ]),
    ['others', mine.contributingFactors.others, theirs.contributingFactors.others],
    ['timeline', linesText(mine.timeline), linesText(theirs.timeline)],
  ];
  return pairs
    .filter(([, one, other]) => one.trim() !== other.trim())
    .map(([name, one, other]) => ({ name, label: WORDS[name] ?? name, mine: one, theirs: other }));
}

/** @param choices by the name of the difference; what is not chosen keeps both */
export function together(mine: Sections, theirs: Sections, choices: Record<string, Choice>): Sections {
  const choice = (name: string) => choices[name] ?? 'both';
  const texts = Object.fromEntries(
    TEXTS.map((name) => [name, joined(mine[name], theirs[name], choice(name))]),
  );
  const factors = Object.fromEntries(
    FACTORS.map((name) => [name, joinedFactor(mine, theirs, name, choice(name))]),
  );
  const others = joined(mine.contributingFactors.others, theirs.contributingFactors.others, choice('others'));
  return {
    ...theirs,
    ...texts,
    contributingFactors: { ...theirs.contributingFactors, ...factors, others },
    timeline: joinedLines(mine.timeline, theirs.timeline, choice('timeline')),
  };
}

/** The record writes along: its new lines take their place in time, and everything that stood there stays as it is. */
export function withRecordLines(mine: Sections, saved: Sections): Sections {
  const known = new Set(mine.timeline.map((line) => line.id));
  const added = saved.timeline.filter((line) => line.from === 'record' && !known.has(line.id));
  return added.length ? { ...mine, timeline: inOrder([...mine.timeline, ...added]) } : mine;
}

export function inOrder(lines: TimelineEntry[]): TimelineEntry[] {
  return lines.toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

function joined(mine: string, theirs: string, choice: Choice): string {
  if (choice === 'mine') return mine;
  if (choice === 'theirs' || theirs.includes(mine.trim())) return theirs;
  return mine.includes(theirs.trim()) ? mine : `${theirs.trimEnd()}\n\n${mine}`;
}

function joinedFactor(mine: Sections, theirs: Sections, name: FactorName, choice: Choice) {
  const [own, other] = [mine.contributingFactors[name], theirs.contributingFactors[name]];
  if (choice === 'mine') return own;
  if (choice === 'theirs') return other;
  return {
    answer: other.answer === 'unanswered' ? own.answer : other.answer,
    text: joined(own.text, other.text, 'both'),
  };
}

/** A line that both have and only one has changed is kept in both wordings. */
function joinedLines(mine: TimelineEntry[], theirs: TimelineEntry[], choice: Choice): TimelineEntry[] {
  if (choice === 'mine') return mine;
  if (choice === 'theirs') return theirs;
  const said = new Set(theirs.map((line) => `${line.at} ${line.text.trim()}`));
  const known = new Set(theirs.map((line) => line.id));
  const own = mine
    .filter((line) => !said.has(`${line.at} ${line.text.trim()}`))
    .map((line) => (known.has(line.id) ? { ...line, id: `new-${line.id}`, from: 'person' as const } : line));
  return inOrder([...theirs, ...own]);
}

function factorText(sections: Sections, name: FactorName): string {
  const { answer, text } = sections.contributingFactors[name];
  return answer === 'unanswered' && !text ? '' : `${answer}: ${text}`;
}

function linesText(lines: TimelineEntry[]): string {
  return lines.map((line) => `${line.at.slice(11, 16)} ${line.text.trim()}`).join('\n');
}
