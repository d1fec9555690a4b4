/** The text that several people write at once: one Yjs document for each postmortem, and its sections as everything else reads them. Pure. */
import * as Y from 'yjs';
import {
  emptySections,
  FACTOR_NAMES,
  type Factor,
  type FactorName,
  type OwnAnswer,
  type OwnQuestion,
  type Sections,
  type TimelineEntry,
} from './sections.ts';

export const TEXT_NAMES = [
  'summary',
  'impact',
  'trigger',
  'rootCause',
  'limitedHarm',
  'wentWell',
  'openQuestions',
  'noActionBecause',
] as const satisfies (keyof Sections)[];
/** Every text of its own: the sections, and what is said about each factor. */
export const ROOT_TEXTS = [...TEXT_NAMES, 'others', ...FACTOR_NAMES] as const;
export type RootText = (typeof ROOT_TEXTS)[number];
/** Answers to the factors, and the change that set it off. */
export const ANSWERS = 'answers';
/** The timeline by the id of the line; its order is that of time. */
export const LINES = 'lines';
export const LINE_TEXT = 'text';
/** What the organisation asks, by the id of the question: what it says and, beside it, the answer. */
export const OWN = 'own';
/** Lines of the same moment stand in the order in which they were added. */
export const LINE_ORDER = 'order';
/**
 * Set when somebody takes a line out: its wording at that moment.
 * Whoever writes on in it, perhaps without having heard of that, has it shown again, so that no word is lost.
 */
export const TAKEN_OUT = 'takenOut';

/** Everything that the sections say, as the first edit of the document is made of it. */
const SEED_CLIENT = 1;

/**
 * A document that says what these sections say. The same sections always make the same bytes: a browser may hold what was made of
 * them before anything was stored, so this order must never change.
 */
export function seedOf(sections: Sections): Uint8Array {
  const doc = new Y.Doc();
  doc.clientID = SEED_CLIENT;
  const { contributingFactors: factors } = sections;
  doc.transact(() => {
    for (const name of ROOT_TEXTS) {
      const text = textIn(sections, name);
      if (text) doc.getText(name).insert(0, text);
    }
    const answers = doc.getMap(ANSWERS);
    for (const name of FACTOR_NAMES)
      if (factors[name].answer !== 'unanswered') answers.set(name, factors[name].answer);
    if (sections.triggerChangeId) answers.set('triggerChangeId', sections.triggerChangeId);
    sections.timeline.forEach((line, order) => {
      addLine(doc, line, order);
    });
    sections.own?.forEach((question, order) => {
      addOwn(doc, question, order);
    });
  });
  return Y.encodeStateAsUpdate(doc);
}

/** @returns the document that these edits make, in whatever order they are given */
export function documentOf(edits: Uint8Array[]): Y.Doc {
  const doc = new Y.Doc();
  for (const edit of edits) Y.applyUpdate(doc, edit);
  return doc;
}

export function rootText(doc: Y.Doc, name: RootText): Y.Text {
  return doc.getText(name);
}

export function linesOf(doc: Y.Doc): Y.Map<Y.Map<unknown>> {
  return doc.getMap<Y.Map<unknown>>(LINES);
}

export function lineText(line: Y.Map<unknown>): Y.Text | undefined {
  const text = line.get(LINE_TEXT);
  return text instanceof Y.Text ? text : undefined;
}

export function addLine(doc: Y.Doc, line: TimelineEntry, order: number): void {
  const { id, text, ...fields } = line;
  const made = new Y.Map<unknown>();
  const written = new Y.Text();
  if (text) written.insert(0, text);
  for (const key of Object.keys(fields).toSorted()) made.set(key, fields[key as keyof typeof fields]);
  made.set(LINE_TEXT, written);
  made.set(LINE_ORDER, order);
  linesOf(doc).set(id, made);
}

export function ownOf(doc: Y.Doc): Y.Map<Y.Map<unknown>> {
  return doc.getMap<Y.Map<unknown>>(OWN);
}

export function addOwn(doc: Y.Doc, { text, ...question }: OwnAnswer, order: number): void {
  const made = new Y.Map<unknown>();
  const written = new Y.Text();
  if (text) written.insert(0, text);
  for (const [key, value] of saidBy(question)) made.set(key, value);
  made.set(LINE_TEXT, written);
  made.set(LINE_ORDER, order);
  ownOf(doc).set(question.id, made);
}

/** What a question says, in the order in which it is stored. */
export function saidBy({
  section,
  label,
  question,
  help,
  required,
  asked,
}: OwnQuestion & { asked: boolean }): [string, unknown][] {
  return Object.entries({ asked, help, label, question, required, section });
}

/** The sections as everything else reads them: saved, searched, published, exported. */
export function sectionsIn(doc: Y.Doc): Sections {
  const answers = doc.getMap(ANSWERS);
  const said = (name: RootText) => kept(rootText(doc, name).toString());
  const factor = (name: FactorName): Factor => {
    const answer = answers.get(name);
    return { answer: answer === 'yes' || answer === 'no' ? answer : 'unanswered', text: said(name) };
  };
  const change = answers.get('triggerChangeId');
  const sections = emptySections();
  for (const name of TEXT_NAMES) sections[name] = said(name);
  const own = ownAnswersIn(doc);
  return {
    ...sections,
    ...(own.length ? { own } : {}),
    timeline: timelineIn(doc)
      .filter((line) => !line.out)
      .map(({ entry }) => entry),
    triggerChangeId: typeof change === 'string' ? kept(change) : null,
    contributingFactors: {
      slowDetection: factor('slowDetection'),
      missingDocumentation: factor('missingDocumentation'),
      missingMonitoring: factor('missingMonitoring'),
      others: said('others'),
    },
  };
}

function ownAnswersIn(doc: Y.Doc): OwnAnswer[] {
  const found: { answer: OwnAnswer; order: number }[] = [];
  ownOf(doc).forEach((each, id) => {
    const { [LINE_ORDER]: order, [LINE_TEXT]: _text, ...said } = Object.fromEntries(each.entries());
    const answer = {
      ...(said as Omit<OwnAnswer, 'id' | 'text'>),
      id,
      text: kept(lineText(each)?.toString() ?? ''),
    };
    found.push({ answer, order: Number(order) });
  });
  return found
    .toSorted((one, other) => one.order - other.order || (one.answer.id < other.answer.id ? -1 : 1))
    .map(({ answer }) => answer);
}

/** Lines that were taken out, so that they can be put back. */
export function takenOutIn(doc: Y.Doc): TimelineEntry[] {
  return timelineIn(doc)
    .filter((line) => line.out)
    .map(({ entry }) => entry);
}

function timelineIn(doc: Y.Doc): { entry: TimelineEntry; out: boolean }[] {
  const found: { entry: TimelineEntry; out: boolean; time: number; order: number }[] = [];
  linesOf(doc).forEach((line, id) => {
    const text = lineText(line)?.toString() ?? '';
    const fields: Record<string, unknown> = {};
    let order = 0;
    let out = false;
    line.forEach((value, key) => {
      if (key === LINE_ORDER) order = Number(value);
      else if (key === TAKEN_OUT) out = value === text;
      else if (key !== LINE_TEXT) fields[key] = keptDeep(value);
    });
    const entry = { ...fields, id, text: kept(text) } as TimelineEntry;
    found.push({ entry, out, order, time: Date.parse(entry.at) });
  });
  return found.toSorted(
    (one, other) =>
      one.time - other.time || one.order - other.order || (one.entry.id < other.entry.id ? -1 : 1),
  );
}

/** The text of a field, as the sections have it. */
export function textIn(sections: Sections, name: RootText): string {
  switch (name) {
    case 'others':
      return sections.contributingFactors.others;
    case 'slowDetection':
    case 'missingDocumentation':
    case 'missingMonitoring':
      return sections.contributingFactors[name].text;
    case 'summary':
    case 'impact':
    case 'trigger':
    case 'rootCause':
    case 'limitedHarm':
    case 'wentWell':
    case 'openQuestions':
    case 'noActionBecause':
      return sections[name];
  }
}

/** What a database keeps: whole characters, no NUL. The length stays the same. */
function kept(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

function keptDeep(value: unknown): unknown {
  if (typeof value === 'string') return kept(value);
  if (Array.isArray(value)) return value.map(keptDeep);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [kept(key), keptDeep(inner)]));
}
