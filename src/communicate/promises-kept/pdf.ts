/** The page of kept promises as a document for the service review: the figures first, then each incident with its line of beats, then the evidence. */
import {
  AMBER,
  bottom,
  type Doc,
  feet,
  GREEN,
  INK,
  LINE,
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
import { clockTime, counted, listed, longDate, shortDate, zoneName } from '../words.ts';
import type { PromisesKept } from './read.ts';

type Reviewed = PromisesKept['incidents'][number];

const BEATS_HEIGHT = 30;
const EVIDENCE_LINES_MAX = 400;

/** @returns the finished document, A4, with text that can be selected and bookmarks */
export async function promisesKeptPdf(page: PromisesKept): Promise<Buffer> {
  const title = `Promises kept: ${page.client.name}, ${page.period.name}`;
  const { doc, finish } = await openPdf({ title, author: page.organisation, madeAt: page.asOf });
  head(doc, page);
  figures(doc, page);
  if (page.incidents.length) legend(doc);
  for (const incident of page.incidents) incidentBlock(doc, incident, page.period.zone);
  if (!page.incidents.length) nothing(doc, page);
  evidence(doc, page);
  feet(doc, footWords(page));
  return finish();
}

function head(doc: Doc, page: PromisesKept): void {
  say(doc, page.organisation ?? '', MARGIN, MARGIN, { size: 9.5, color: QUIET });
  say(doc, `All times in ${page.period.zone}`, MARGIN, MARGIN, {
    size: 9.5,
    color: QUIET,
    width: width(doc),
    align: 'right',
  });
  say(doc, 'Promises kept', MARGIN, MARGIN + 26, { size: 24, bold: true });
  say(doc, `${page.client.name} · ${page.period.name}`, MARGIN, MARGIN + 56, {
    size: 13,
    color: QUIET,
    width: width(doc),
    ellipsis: true,
    height: 16,
  });
  rule(doc, MARGIN + 86);
  doc.y = MARGIN + 104;
}

function figures(doc: Doc, { totals }: PromisesKept): void {
  const y = doc.y;
  const step = width(doc) / 4;
  const all = [
    [`${totals.incidents}`, totals.incidents === 1 ? 'incident' : 'incidents', INK],
    [
      `${totals.kept} of ${totals.promised}`,
      totals.promised === 1 ? 'promise kept in time' : 'promises kept in time',
      totals.kept === totals.promised ? GREEN : RED,
    ],
    [minutesText(totals.longestSilenceMinutes), 'longest silence', INK],
    [`${totals.messagesWithEvidence} of ${totals.messages}`, 'messages with evidence', INK],
  ] as const;
  for (const [index, [figure, words, color]] of all.entries()) {
    const x = MARGIN + index * step;
    say(doc, figure, x, y, { size: 20, bold: true, color });
    say(doc, words, x, y + 26, { size: 9.5, color: QUIET });
  }
  const more = [
    totals.late ? `${counted(totals.late, 'promise was', 'promises were')} kept late.` : '',
    totals.broken ? `${counted(totals.broken, 'promise was', 'promises were')} not kept.` : '',
    totals.calls ? `${counted(totals.calls, 'call', 'calls')} reached you besides.` : '',
    totals.longestSilenceIn && totals.longestSilenceMinutes
      ? `The longest silence was in ${totals.longestSilenceIn}; it is counted between messages of a person that reached you.`
      : '',
  ].filter(Boolean);
  doc.y = y + 50;
  if (more.length) {
    doc
      .font(REGULAR)
      .fontSize(9.5)
      .fillColor(INK)
      .text(plain(more.join(' ')), MARGIN, doc.y, { width: width(doc), lineGap: 2 });
    doc.y += 8;
  }
}

function nothing(doc: Doc, page: PromisesKept): void {
  const y = doc.y + 10;
  rule(doc, y);
  say(doc, `No incident affected ${page.client.name} in this period.`, MARGIN, y + 18, { size: 11 });
  doc.y = y + 40;
}

const ROW = 15;

function incidentBlock(doc: Doc, incident: Reviewed, zone: string): void {
  const rows = Math.max(1, incident.promises.length);
  const tall = 58 + BEATS_HEIGHT + Math.min(rows, 4) * ROW;
  if (doc.y + tall > bottom(doc)) doc.addPage();
  const y = doc.y + 10;
  rule(doc, y);
  doc.outline.addItem(plain(incident.reference));
  const services = incident.services.length ? capital(listed(incident.services)) : 'One of our services';
  say(doc, services, MARGIN, y + 12, {
    size: 12,
    bold: true,
    width: width(doc) - 150,
    ellipsis: true,
    height: 14,
  });
  say(doc, `${incident.reference} · ${incident.severity}`, MARGIN, y + 13, {
    color: QUIET,
    width: width(doc),
    align: 'right',
  });
  say(doc, whenText(incident, zone), MARGIN, y + 30, { color: QUIET });
  beats(doc, incident, y + 56, zone);
  doc.y = y + 58 + BEATS_HEIGHT;
  if (!incident.promises.length) {
    say(doc, 'No promise was due yet.', MARGIN, doc.y, { color: QUIET });
    doc.y += ROW;
  }
  for (const promise of incident.promises) promiseRow(doc, promise, incident, zone);
}

function promiseRow(doc: Doc, promise: Reviewed['promises'][number], incident: Reviewed, zone: string): void {
  if (doc.y + ROW > bottom(doc)) doc.addPage();
  const y = doc.y;
  say(doc, promise.name, MARGIN, y);
  say(doc, `by ${timeText(promise.dueAt, incident.detectedAt, zone)}`, MARGIN + 210, y, {
    size: 9,
  });
  const [words, color] =
    promise.outcome === 'kept'
      ? [`kept ${timeText(promise.keptAt ?? '', incident.detectedAt, zone)}`, GREEN]
      : promise.outcome === 'late'
        ? [`late, ${timeText(promise.keptAt ?? '', incident.detectedAt, zone)}`, AMBER]
        : ['not kept', RED];
  say(doc, words, MARGIN, y, { size: 9, color, width: width(doc), align: 'right' });
  doc.y = y + ROW;
}

/** The line of beats: a triangle where it was detected, a dot for each message that reached them, a broken ring where one was missed. */
function beats(doc: Doc, incident: Reviewed, y: number, zone: string): void {
  const marks = incident.heard.filter((each) => each.evidence.length || !each.automatic);
  const missed = incident.promises.filter((each) => each.outcome !== 'kept');
  const ends = [
    incident.endedAt,
    incident.restoredAt,
    ...marks.map((each) => each.at),
    ...missed.map((each) => each.dueAt),
  ];
  const from = Date.parse(incident.detectedAt);
  const until = Math.max(from + 15 * 60_000, ...ends.flatMap((each) => (each ? [Date.parse(each)] : [])));
  const left = MARGIN + 6;
  const x = (at: string) => left + ((Date.parse(at) - from) / (until - from)) * (width(doc) - 12);
  doc
    .lineWidth(0.8)
    .strokeColor(LINE)
    .moveTo(left, y)
    .lineTo(left + width(doc) - 12, y)
    .stroke();
  doc
    .fillColor(INK)
    .polygon([left - 4, y + 4], [left + 4, y + 4], [left, y - 4])
    .fill();
  for (const { at, evidence, automatic } of marks) {
    doc.circle(x(at), y, 3.6).lineWidth(1);
    if (evidence.length && !automatic) doc.fillColor(INK).fill();
    else doc.fillAndStroke('#ffffff', automatic ? QUIET : RED);
  }
  for (const { dueAt } of missed) missedMark(doc, x(dueAt), y);
  if (incident.restoredAt) {
    const at = x(incident.restoredAt);
    doc
      .polygon([at, y - 4], [at + 4, y], [at, y + 4], [at - 4, y])
      .fillColor(GREEN)
      .fill();
  }
  labels(doc, incident, x, y, zone);
}

/** What the marks say, once, above the first line. */
function legend(doc: Doc): void {
  const y = doc.y + 8;
  let x = MARGIN + 4;
  const word = (text: string) => {
    say(doc, text, x + 8, y - 3.5, { size: 8, color: QUIET });
    x += doc.widthOfString(text) + 20;
  };
  doc
    .fillColor(INK)
    .polygon([x - 4, y + 4], [x + 4, y + 4], [x, y - 4])
    .fill();
  word('detected');
  doc.fillColor(INK).circle(x, y, 3.6).fill();
  word('a message that reached you');
  doc.circle(x, y, 3.6).lineWidth(1).fillAndStroke('#ffffff', RED);
  word('a message without evidence');
  missedMark(doc, x, y);
  word('promised, and late or missed');
  doc
    .fillColor(GREEN)
    .polygon([x, y - 4], [x + 4, y], [x, y + 4], [x - 4, y])
    .fill();
  word('works again');
  doc.y = y + 10;
}

function missedMark(doc: Doc, x: number, y: number): void {
  doc.circle(x, y, 4.4).lineWidth(1.1).dash(2.6, { space: 1.8 }).strokeColor(RED).stroke().undash();
}

function labels(doc: Doc, incident: Reviewed, x: (at: string) => number, y: number, zone: string): void {
  const detected = `${clockTime(incident.detectedAt, zone)} detected`;
  doc.font(REGULAR).fontSize(8);
  say(doc, detected, MARGIN, y + 10, { size: 8, color: QUIET });
  if (!incident.restoredAt) return;
  const words = `${timeText(incident.restoredAt, incident.detectedAt, zone)} works again`;
  const wide = doc.widthOfString(words);
  const at = Math.min(x(incident.restoredAt) - wide / 2, doc.page.width - MARGIN - wide);
  if (at > MARGIN + doc.widthOfString(detected) + 12) say(doc, words, at, y + 10, { size: 8, color: QUIET });
}

function whenText({ detectedAt, restoredAt, longestSilenceMinutes }: Reviewed, zone: string): string {
  const began = `${longDate(detectedAt, zone)}, ${clockTime(detectedAt, zone)} ${zoneName(detectedAt, zone)}`;
  const lasted = restoredAt
    ? `worked again after ${minutesText(Math.round((Date.parse(restoredAt) - Date.parse(detectedAt)) / 60_000))}`
    : 'not yet restored';
  return `${began} · ${lasted} · longest silence ${minutesText(longestSilenceMinutes)}`;
}

/** Who was told, by what, when, with the other server's answer. */
function evidence(doc: Doc, page: PromisesKept): void {
  const lines = page.incidents.flatMap((incident) =>
    incident.heard.flatMap((each) => each.evidence.map((one) => ({ incident, each, one }))),
  );
  if (!lines.length) return;
  if (doc.y + 90 > bottom(doc)) doc.addPage();
  else doc.y += 10;
  rule(doc, doc.y, INK);
  say(doc, 'Evidence', MARGIN, doc.y + 12, { size: 12, bold: true });
  doc.outline.addItem('Evidence');
  doc.y += 36;
  for (const { incident, each, one } of lines.slice(0, EVIDENCE_LINES_MAX)) {
    if (doc.y + ROW > bottom(doc)) doc.addPage();
    const y = doc.y;
    const when = `${shortDate(one.at, page.period.zone)} ${clockTime(one.at, page.period.zone)}`;
    say(doc, when, MARGIN, y, { size: 8 });
    say(doc, incident.reference, MARGIN + 66, y, { size: 8, color: QUIET });
    say(doc, each.what, MARGIN + 128, y, { size: 8.5 });
    say(doc, `${one.who}, ${one.channel}`, MARGIN + 216, y, {
      size: 8.5,
      width: 130,
      ellipsis: true,
      height: 10,
    });
    say(doc, one.answer ?? '', MARGIN + 352, y, {
      size: 7,
      color: QUIET,
      width: width(doc) - 352,
      ellipsis: true,
      height: 9,
    });
    doc.y = y + 13;
  }
  if (lines.length > EVIDENCE_LINES_MAX)
    say(doc, `${lines.length - EVIDENCE_LINES_MAX} more lines are in the table (CSV).`, MARGIN, doc.y + 4, {
      color: QUIET,
    });
}

function footWords({ asOf, period: { zone } }: PromisesKept): string {
  const at = `${longDate(asOf, zone)}, ${clockTime(asOf, zone)} ${zoneName(asOf, zone)}`;
  return `As of ${at}. Counted from what was promised and what was delivered.`;
}

function timeText(at: string, beside: string, zone: string): string {
  const day = shortDate(at, zone);
  return day === shortDate(beside, zone) ? clockTime(at, zone) : `${day} ${clockTime(at, zone)}`;
}

function minutesText(minutes: number | null): string {
  if (minutes === null) return '–';
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return hours ? `${hours} h${rest ? ` ${rest} min` : ''}` : `${minutes} min`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
