/** A postmortem as a document to be read on paper: what it was, why, the timeline with both of its times, what will be different. */
import {
  AMBER,
  BOLD,
  bottom,
  type Doc,
  feet,
  GREEN,
  INK,
  MARGIN,
  openPdf,
  plain,
  QUIET,
  RED,
  REGULAR,
  rule,
  say,
  width,
} from '#platform/pdf.ts';
import type { ActionItem } from '../action-items.ts';
import type { TimelineEntry } from '../sections.ts';
import type { Copy } from './copy.ts';
import {
  agreedWords,
  byDay,
  clockAndDay,
  clockBeside,
  lasted,
  NOT_WRITTEN,
  type Part,
  paragraphs,
  partsOf,
  standing,
  standingWords,
} from './words.ts';

// A longer timeline stands at the end, so that what was learned is not on page forty.
const LINES_WITHIN_MAX = 60;
// Other requests wait while letters are set: after so many lines they get their turn.
const LINES_AT_ONCE = 40;
const BODY = 10;
const GAP = 3;
const CELL = 9;
const RECORDED_X = MARGIN + 46;
const WHAT_X = MARGIN + 116;

/** @returns the finished document, A4, with text that can be selected and bookmarks */
export async function pdfOf(copy: Copy): Promise<Buffer> {
  const { incident, sections } = copy;
  const reference = `Postmortem of INC-${incident.number}`;
  const { doc, finish } = await openPdf({
    title: `${reference}: ${copy.title}`,
    author: copy.organisation,
    madeAt: copy.exportedAt,
  });
  const { before, cause, factors, after, end } = partsOf(sections);
  const within = sections.timeline.length <= LINES_WITHIN_MAX;
  head(doc, copy);
  for (const part of before) section(doc, part);
  if (within) await timeline(doc, sections.timeline);
  else pointer(doc, sections.timeline.length);
  heading(doc, 'Root cause');
  for (const part of cause) named(doc, part.title === 'Root cause' ? { ...part, title: 'Conditions' } : part);
  heading(doc, 'Contributing factors');
  for (const part of factors) named(doc, part);
  for (const part of after) section(doc, part);
  heading(doc, 'Action items');
  agreed(doc, standing(copy.actionItems), sections.noActionBecause);
  for (const part of end) section(doc, part);
  if (!within) {
    doc.addPage();
    await timeline(doc, sections.timeline);
  }
  const draft = copy.state === 'draft';
  feet(doc, `${draft ? 'Draft, not published · ' : ''}${reference}: ${copy.title}`, draft ? AMBER : QUIET);
  return finish();
}

function head(doc: Doc, copy: Copy): void {
  const { incident } = copy;
  say(doc, copy.organisation ?? '', MARGIN, MARGIN, { color: QUIET });
  say(doc, 'All times in UTC', MARGIN, MARGIN, { color: QUIET, width: width(doc), align: 'right' });
  say(doc, `Postmortem of INC-${incident.number}`, MARGIN, MARGIN + 28, { size: 11, color: QUIET });
  doc.y = MARGIN + 46;
  flow(doc, copy.title, { size: 22, bold: true, gap: 2 });
  doc.y += 6;
  flow(doc, standingWords(copy), {
    color: copy.state === 'draft' ? AMBER : GREEN,
    bold: copy.state === 'draft',
  });
  doc.y += 12;
  facts(doc, copy);
  if (incident.services.length) flow(doc, `Services: ${incident.services.join(', ')}`, { color: QUIET });
}

function facts(doc: Doc, copy: Copy): void {
  const { severity, detectedAt, restoredAt } = copy.incident;
  const y = doc.y;
  const step = width(doc) / 4;
  const all = [
    ['Severity', severity, severity === 'P1' ? RED : severity === 'P2' ? AMBER : INK],
    ['Lasted', lasted(copy) ?? '–', INK],
    ['Detected', clockAndDay(detectedAt), INK],
    ['Worked again', restoredAt ? clockAndDay(restoredAt) : 'not yet', INK],
  ] as const;
  for (const [index, [name, value, color]] of all.entries()) {
    say(doc, name, MARGIN + index * step, y, { size: 8.5, color: QUIET });
    say(doc, value, MARGIN + index * step, y + 13, { size: 13, bold: true, color });
  }
  doc.y = y + 40;
}

type Flowing = { size?: number; bold?: boolean; color?: string; gap?: number; x?: number };

/** Text that takes as many lines and pages as it needs. */
function flow(
  doc: Doc,
  text: string,
  { size = BODY, bold = false, color = INK, gap = GAP, x = MARGIN }: Flowing = {},
): void {
  doc
    .font(bold ? BOLD : REGULAR)
    .fontSize(size)
    .fillColor(color)
    .text(plain(text), x, doc.y, { width: doc.page.width - MARGIN - x, lineGap: gap });
}

/** A heading never stands alone at the end of a page. */
function heading(doc: Doc, title: string): void {
  if (doc.y + 84 > bottom(doc)) doc.addPage();
  else doc.y += 16;
  rule(doc, doc.y);
  doc.outline.addItem(plain(title));
  doc.y += 12;
  flow(doc, title, { size: 13, bold: true, gap: 2 });
  doc.y += 4;
}

function section(doc: Doc, { title, text }: Part): void {
  heading(doc, title);
  prose(doc, text);
}

function named(doc: Doc, { title, text }: Part): void {
  if (doc.y + 44 > bottom(doc)) doc.addPage();
  flow(doc, title, { size: 9, color: QUIET, gap: 1 });
  prose(doc, text);
  doc.y += 4;
}

function prose(doc: Doc, text: string): void {
  const found = paragraphs(text);
  if (found.length === 0) flow(doc, NOT_WRITTEN, { color: QUIET });
  for (const line of found) {
    flow(doc, line);
    doc.y += 3;
  }
}

function pointer(doc: Doc, lines: number): void {
  heading(doc, 'Timeline');
  flow(doc, `Its ${lines.toLocaleString('en-GB')} lines stand at the end of this document.`, {
    color: QUIET,
  });
}

async function timeline(doc: Doc, lines: TimelineEntry[]): Promise<void> {
  heading(doc, 'Timeline');
  if (lines.length === 0) return flow(doc, NOT_WRITTEN, { color: QUIET });
  columns(doc);
  let set = 0;
  for (const { day, lines: those } of byDay(lines)) {
    if (doc.y + 50 > bottom(doc)) nextPage(doc, '');
    doc.y += 6;
    flow(doc, day, { size: CELL, bold: true, gap: 0 });
    doc.y += 4;
    for (const line of those) {
      row(doc, line, day);
      set += 1;
      if (set % LINES_AT_ONCE === 0) await new Promise(setImmediate);
    }
  }
}

function columns(doc: Doc, day = ''): void {
  const y = doc.y;
  say(doc, 'Happened', MARGIN, y, { size: 8, color: QUIET });
  say(doc, 'Recorded', RECORDED_X + 6, y, { size: 8, color: QUIET });
  say(doc, 'What, and where it is known from', WHAT_X, y, { size: 8, color: QUIET });
  say(doc, day, MARGIN, y, { size: 8, color: QUIET, width: width(doc), align: 'right' });
  doc.y = y + 16;
}

/** The columns are named again, and the day that goes on. */
function nextPage(doc: Doc, day: string): void {
  doc.addPage();
  columns(doc, day);
}

/** A line is never torn in two by the end of a page. */
function row(doc: Doc, { at, recordedAt, text, source }: TimelineEntry, day: string): void {
  const wide = doc.page.width - MARGIN - WHAT_X;
  const what = plain(text.replace(/\s+/g, ' '));
  const from = plain(source.replace(/\s+/g, ' '));
  doc.font(REGULAR).fontSize(CELL);
  const whole = `${what}  ${from}`;
  const tall =
    doc.widthOfString(whole) <= wide ? 0 : doc.heightOfString(whole, { width: wide, lineGap: 1.5 });
  if (doc.y + Math.max(tall, 12) + 6 > bottom(doc)) nextPage(doc, day);
  const y = doc.y;
  say(doc, at.slice(11, 16), MARGIN, y, { size: CELL, bold: true });
  const recorded = recordedAt ? clockBeside(recordedAt, at) : '–';
  say(doc, recorded, RECORDED_X + 6, y, { size: CELL, color: QUIET });
  doc
    .font(REGULAR)
    .fontSize(CELL)
    .fillColor(INK)
    .text(`${what}  `, WHAT_X, y, { width: wide, lineGap: 1.5, continued: true })
    .fillColor(QUIET)
    .text(from, { continued: false });
  doc.y = Math.max(doc.y, y + 12) + 3;
}

function agreed(doc: Doc, items: ActionItem[], because: string): void {
  if (items.length === 0) prose(doc, because.trim() ? `No action, because ${because}` : '');
  for (const item of items) {
    const done = item.state === 'done';
    if (doc.y + 56 > bottom(doc)) doc.addPage();
    doc.y += 3;
    box(doc, doc.y + 1, done);
    const x = MARGIN + 18;
    flow(doc, item.text, { bold: true, x });
    flow(doc, `${agreedWords(item)} · ${item.strength}`, { size: 9, color: QUIET, x });
    flow(doc, `Done when: ${item.doneCondition}`, { size: 9, x });
    if (item.evidence) flow(doc, `Evidence: ${item.evidence}`, { size: 9, x });
    doc.y += 6;
  }
}

/** A box to tick, ticked when it is done. */
function box(doc: Doc, y: number, done: boolean): void {
  doc
    .roundedRect(MARGIN, y, 9, 9, 1.5)
    .lineWidth(0.9)
    .strokeColor(done ? GREEN : QUIET)
    .stroke();
  if (!done) return;
  doc
    .moveTo(MARGIN + 2, y + 4.6)
    .lineTo(MARGIN + 4, y + 6.8)
    .lineTo(MARGIN + 7.2, y + 2.4)
    .lineWidth(1.2)
    .strokeColor(GREEN)
    .stroke();
}
