/** What every document that we hand out as PDF has: the letters of the app, lines of text, rules, and feet with the page's number. */
import { fileURLToPath } from 'node:url';
import type PDFDocument from 'pdfkit';

export type Doc = InstanceType<typeof PDFDocument>;

// The letters of the app, for every name that is written in Latin, Greek or Cyrillic; only what is used gets into the document.
export const REGULAR = fontFile('400Regular/Inter_400Regular.ttf');
export const BOLD = fontFile('700Bold/Inter_700Bold.ttf');
export const INK = '#1d1f24';
export const QUIET = '#63656c';
export const LINE = '#dcd9d0';
export const RED = '#b3261e';
export const GREEN = '#2c6e49';
export const AMBER = '#9a5b00';
export const MARGIN = 48;
const FOOT = 40;

type About = { title: string; author: string | null; madeAt: string };

/** @returns an A4 document whose text can be selected, and a function that ends it and gives its bytes */
export async function openPdf({
  title,
  author,
  madeAt,
}: About): Promise<{ doc: Doc; finish(): Promise<Buffer> }> {
  // Read when the first document is asked for: its fonts' tables take 10 MB, and most processes make none.
  const { default: Pdf } = await import('pdfkit');
  const doc = new Pdf({
    size: 'A4',
    font: REGULAR,
    margins: { top: MARGIN, bottom: MARGIN + FOOT, left: MARGIN, right: MARGIN },
    bufferPages: true,
    lang: 'en',
    displayTitle: true,
    info: { Title: plain(title), Author: plain(author ?? ''), CreationDate: new Date(Date.parse(madeAt)) },
  });
  const done = collected(doc);
  return {
    doc,
    finish() {
      doc.end();
      return done;
    },
  };
}

function fontFile(path: string): string {
  return fileURLToPath(import.meta.resolve(`@expo-google-fonts/inter/${path}`));
}

function collected(doc: Doc): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return new Promise((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', () => resolve(Buffer.concat(chunks)));
    doc.on('error', reject);
  });
}

/** How wide the text may be, in points. */
export function width(doc: Doc): number {
  return doc.page.width - 2 * MARGIN;
}

/** Where the text of a page ends, above its foot. */
export function bottom(doc: Doc): number {
  return doc.page.height - MARGIN - FOOT;
}

export type Style = {
  size?: number;
  color?: string;
  bold?: boolean;
  width?: number;
  align?: 'left' | 'right';
  lineBreak?: boolean;
  lineGap?: number;
  ellipsis?: boolean;
  height?: number;
};

/** One line of text at its place, unless the style lets it break. */
export function say(
  doc: Doc,
  text: string,
  x: number,
  y: number,
  { size = 9.5, color = INK, bold = false, ...more }: Style = {},
): void {
  doc
    .font(bold ? BOLD : REGULAR)
    .fontSize(size)
    .fillColor(color)
    .text(plain(text), x, y, { lineBreak: false, ...more });
}

export function rule(doc: Doc, y: number, color = LINE): void {
  doc
    .moveTo(MARGIN, y)
    .lineTo(doc.page.width - MARGIN, y)
    .lineWidth(0.6)
    .strokeColor(color)
    .stroke();
}

/** At the foot of every page the same words, and which page of how many it is. Called last. */
export function feet(doc: Doc, words: string, color = QUIET): void {
  const { start, count } = doc.bufferedPageRange();
  for (let index = start; index < start + count; index += 1) {
    doc.switchToPage(index);
    // Below the margin a line of text would begin a page of its own.
    doc.page.margins.bottom = 0;
    const y = doc.page.height - MARGIN - 8;
    rule(doc, y - 10);
    say(doc, words, MARGIN, y, { size: 8, color, width: width(doc) - 60, height: 10, ellipsis: true });
    const page = `${index + 1} of ${count}`;
    say(doc, page, MARGIN, y, { size: 8, color: QUIET, width: width(doc), align: 'right' });
  }
}

// What the font can write; anything else becomes a question mark instead of an empty box.
const WRITABLE =
  /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\u0020-\u007e\u00a0-\u00ff\u2010-\u2027\u2030-\u2055\u2057\u20a0-\u20af\u20b1-\u20b5\u20b8-\u20ba\u20bd-\u20bf\u2116\u2122\u2190-\u2199\u2212\u221a\u221e\u2248\u2260\u2264\u2265]/u;

/** @returns the text in letters that the font has, accents joined to theirs; ends of lines stay */
export function plain(text: string): string {
  return [...text.normalize('NFC')]
    .filter((letter) => !/\p{M}/u.test(letter))
    .map((letter) => (letter === '\n' || WRITABLE.test(letter) ? letter : letter === '\t' ? ' ' : '?'))
    .join('');
}
