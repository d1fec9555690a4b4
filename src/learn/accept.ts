/** What a browser sends is tried on a copy of the document and taken whole, or refused whole with what to do. */
import { isDeepStrictEqual } from 'node:util';
import * as Y from 'yjs';
import { Refused } from '#platform/errors.ts';
import {
  ANSWERS,
  LINE_ORDER,
  LINE_TEXT,
  LINES,
  linesOf,
  lineText,
  OWN,
  ownOf,
  ROOT_TEXTS,
  rootText,
  TAKEN_OUT,
} from './document.ts';
import { FACTOR_NAMES, OWN_LINES_MAX } from './sections.ts';
import { NOTE_CHARACTERS_MAX } from './timeline.ts';

/** Two people who write at once may each stay below what a screen allows (20,000), and together be above it. */
export const TEXT_CHARACTERS_MAX = 40_000;
export const LINE_CHARACTERS_MAX = 4000;
/** What people wrote, with what tells who wrote after whom; the record's lines come on top, however many they are. */
export const DOCUMENT_BYTES_MAX = 2 * 1024 * 1024;
const RECORD_LINE_BYTES = 200;

const LINE_ID = /^[A-Za-z0-9-][A-Za-z0-9_-]{0,63}$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?Z$/;
const isString = (value: unknown): value is string => typeof value === 'string';
/** What a line is made of, and what it may carry beside. */
const FIELDS = new Map<string, (value: unknown) => boolean>([
  [LINE_TEXT, (value) => value instanceof Y.Text],
  [LINE_ORDER, Number.isSafeInteger],
  ['at', (value) => isString(value) && isMoment(value)],
  ['recordedAt', (value) => value === null || (isString(value) && isMoment(value))],
  ['source', isString],
  ['from', (value) => value === 'record' || value === 'person'],
  ['hidden', (value) => typeof value === 'boolean'],
  ['joinedTo', (value) => value === null || (isString(value) && LINE_ID.test(value))],
  ['note', isString],
  // What it said when it was taken out.
  [TAKEN_OUT, isString],
]);
const NEVER_MISSING = [LINE_ORDER, 'recordedAt', 'source', 'from'];
/** What our documents are made of. Everything else that Yjs knows (embedded documents, formats, bytes) has no place in them. */
const KNOWN: readonly unknown[] = [Y.ContentString, Y.ContentType, Y.ContentAny, Y.ContentDeleted];

/** It builds on words that this document does not have; `vector` says what it has. */
export class Gap extends Error {
  readonly vector: Uint8Array;
  constructor(vector: Uint8Array) {
    super('This edit builds on words that the server does not have.');
    this.name = 'Gap';
    this.vector = vector;
  }
}

/**
 * Applies a browser's edit. After a refusal the document is spoiled and must not be stored.
 * @returns what was new in it, as it is to be stored; undefined when the document had all of it already
 * @throws Refused when it is no edit, or makes a document that no postmortem may be
 * @throws Gap when an earlier edit is missing
 */
export function accepted(doc: Y.Doc, edit: Uint8Array): Uint8Array | undefined {
  const fresh: Uint8Array[] = [];
  const hear = (update: Uint8Array) => fresh.push(update);
  const vector = Y.encodeStateVector(doc);
  const before = linesBefore(doc);
  const asked = askedIn(doc);
  doc.on('update', hear);
  try {
    if (!ofKnownKinds(edit)) throw notAnEdit('It holds something that a postmortem does not consist of.');
    Y.applyUpdate(doc, edit);
  } catch (error) {
    if (error instanceof Refused) throw error;
    // Garbage makes the library throw errors of every kind; none of them says more than this.
    throw notAnEdit('It is not an edit.');
  } finally {
    doc.off('update', hear);
  }
  if (doc.store.pendingStructs || doc.store.pendingDs) throw new Gap(vector);
  if (fresh.length === 0) return undefined;
  checkWhole(doc);
  checkRecord(doc, before);
  if (!isDeepStrictEqual(askedIn(doc), asked)) throw notAnEdit('What is asked is said by templates alone.');
  return Y.mergeUpdates(fresh);
}

/** @throws Refused when the document is too large, or is no postmortem */
export function checkWhole(doc: Y.Doc): void {
  const known = new Set<string>([...ROOT_TEXTS, ANSWERS, LINES, OWN]);
  if ([...doc.share.keys()].some((name) => !known.has(name)))
    throw notAnEdit('It names a section that a postmortem does not have.');
  for (const name of ROOT_TEXTS) checkText(rootText(doc, name), name, TEXT_CHARACTERS_MAX);
  checkAnswers(doc.getMap(ANSWERS));
  checkLines(doc);
  checkOwn(doc);
  const bytes = Y.encodeStateAsUpdate(doc).length - bytesOfRecord(doc);
  if (bytes > DOCUMENT_BYTES_MAX)
    throw tooLarge(
      `The postmortem would be ${Math.ceil(bytes / 1024)} KiB; it may have ${DOCUMENT_BYTES_MAX / 1024}.`,
    );
}

/** About what the record's lines take of the document. */
function bytesOfRecord(doc: Y.Doc): number {
  return [...linesOf(doc).values()]
    .map((line) => recorded(line))
    .reduce((sum, said) => (said === undefined ? sum : sum + RECORD_LINE_BYTES + Buffer.byteLength(said)), 0);
}

/** What each line says that is from the record; undefined for a person's line. */
type LinesBefore = Map<string, string | undefined>;

function linesBefore(doc: Y.Doc): LinesBefore {
  const lines: LinesBefore = new Map();
  linesOf(doc).forEach((line, id) => {
    lines.set(id, recorded(line));
  });
  return lines;
}

function recorded(line: Y.Map<unknown>): string | undefined {
  if (line.get('from') !== 'record') return undefined;
  const { at, recordedAt, source } = Object.fromEntries(line.entries()) as Record<string, unknown>;
  return JSON.stringify([at, recordedAt, source, lineText(line)?.toString()]);
}

/** What the record says is never rewritten, and nobody else writes in its name. */
function checkRecord(doc: Y.Doc, before: LinesBefore): void {
  const lines = linesOf(doc);
  for (const id of before.keys())
    if (!lines.has(id)) throw notAnEdit('A line of the timeline is taken out, never deleted.');
  lines.forEach((line, id) => {
    const says = recorded(line);
    if (says !== undefined && says !== before.get(id))
      throw notAnEdit('A line that is from the record says what the record says. Add a line of your own.');
  });
}

/** What the own questions say, without their answers. */
function askedIn(doc: Y.Doc): Map<string, unknown> {
  return new Map(
    [...ownOf(doc)].map(([id, each]) => {
      const { [LINE_TEXT]: _text, ...said } = Object.fromEntries(each.entries());
      return [id, said];
    }),
  );
}

function ofKnownKinds(edit: Uint8Array): boolean {
  return Y.decodeUpdate(edit).structs.every(
    (struct) =>
      struct instanceof Y.GC ||
      (struct instanceof Y.Item &&
        KNOWN.some((kind) => struct.content instanceof (kind as typeof Y.ContentAny))),
  );
}

function checkText(text: Y.Text, where: string, charactersMax: number): void {
  if (text.length > charactersMax)
    throw tooLarge(`${where}: ${text.length} characters; it may have ${charactersMax}.`);
  // Formats, embedded objects and attributes would be written words that nobody sees.
  if (text.toString().length !== text.length || Object.keys(text.getAttributes()).length)
    throw notAnEdit(`${where} holds something that is not text.`);
}

function checkAnswers(answers: Y.Map<unknown>): void {
  if (answers._start) throw notAnEdit('Answers are not a list.');
  answers.forEach((value, key) => {
    const fine = (FACTOR_NAMES as readonly string[]).includes(key)
      ? value === 'yes' || value === 'no' || value === 'unanswered'
      : key === 'triggerChangeId' && (value === null || (typeof value === 'string' && value.length <= 64));
    if (!fine) throw notAnEdit('It holds an answer to a question that nobody asks.');
  });
}

function checkLines(doc: Y.Doc): void {
  const lines = linesOf(doc) as Y.Map<unknown>;
  if (lines._start) throw notAnEdit('The timeline is not a list.');
  const own = [...lines.values()].filter(
    (line) => line instanceof Y.Map && line.get('from') !== 'record',
  ).length;
  if (own > OWN_LINES_MAX)
    throw tooLarge(`The timeline would have ${own} lines beside the record's; it may have ${OWN_LINES_MAX}.`);
  lines.forEach((line, id) => {
    if (!(line instanceof Y.Map) || line._start || !LINE_ID.test(id))
      throw notAnEdit('A line of the timeline is not a line.');
    checkLine(line);
  });
}

function checkOwn(doc: Y.Doc): void {
  const own = ownOf(doc) as Y.Map<unknown>;
  if (own._start) throw notAnEdit('Questions are not a list.');
  own.forEach((each) => {
    const text = each instanceof Y.Map && !each._start ? lineText(each) : undefined;
    if (!text) throw notAnEdit('A question has no place for an answer.');
    checkText(text, String((each as Y.Map<unknown>).get('label')), TEXT_CHARACTERS_MAX);
  });
}

function checkLine(line: Y.Map<unknown>): void {
  const text = lineText(line);
  const at = line.get('at');
  if (!text || typeof at !== 'string' || !isMoment(at)) throw notAnEdit('A line has no text, or no time.');
  checkText(text, 'A line of the timeline', LINE_CHARACTERS_MAX);
  line.forEach((value, key) => {
    const fits = FIELDS.get(key);
    if (!fits) throw notAnEdit('A line carries something that a timeline does not have.');
    if (!fits(value))
      throw notAnEdit(`A line of the timeline says something of "${key}" that it cannot say.`);
  });
  for (const key of NEVER_MISSING)
    if (!line.has(key)) throw notAnEdit('A line does not say where it is known from.');
  const note = line.get('note');
  if (typeof note === 'string' && note.length > NOTE_CHARACTERS_MAX)
    throw tooLarge(`A note on a line of the timeline may have ${NOTE_CHARACTERS_MAX} characters.`);
}

function isMoment(at: string): boolean {
  const time = Date.parse(at);
  // A day that the calendar does not have is moved to the next month by some readers.
  return MOMENT.test(at) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(at.slice(0, 10));
}

function notAnEdit(why: string): Refused {
  return new Refused('invalid', `This edit was not taken. ${why}`, {
    mend: 'Reload the page. What you wrote is kept in this browser.',
  });
}

function tooLarge(what: string): Refused {
  return new Refused('too_large', `The text is too long, so nothing of this edit was saved. ${what}`, {
    mend: 'Shorten it; what you wrote stays on your screen. Long logs and listings belong into a file that the text names.',
  });
}
