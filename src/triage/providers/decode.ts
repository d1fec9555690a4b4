/** From the bytes of an answer to its text and its JSON, whatever the sender says or forgets about them. Pure. */
import { z } from 'zod';
import { Failed } from '#platform/errors.ts';
import type { Page } from './reading.ts';

const SNIFFED_BYTES = 512;

/** @returns the text: a byte order mark decides, then the header, then the XML declaration, then what the bytes look like */
export function textOf({ bytes, headers }: Page): string {
  const label = byMark(bytes) ?? byLook(bytes) ?? declared(bytes, headers) ?? 'utf-8';
  return decoderOf(label).decode(bytes);
}

function byMark(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return undefined;
}

/** JSON and XML begin with an ASCII character: a zero beside it is UTF-16 without its mark, whatever the header says. */
function byLook(bytes: Uint8Array): string | undefined {
  if (bytes.length < 2) return undefined;
  if (bytes[0] === 0 && bytes[1] !== 0) return 'utf-16be';
  if (bytes[0] !== 0 && bytes[1] === 0) return 'utf-16le';
  return undefined;
}

function declared(bytes: Uint8Array, headers: Page['headers']): string | undefined {
  const type = String(headers['content-type'] ?? '');
  const header = /charset\s*=\s*["']?([\w-]{2,20})/i.exec(type)?.[1];
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, SNIFFED_BYTES));
  const xml = /^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w-]{2,20})["']/i.exec(start)?.[1];
  // The bytes have shown that it is not UTF-16, so a header that says so is wrong.
  return [header, xml].find((label) => label !== undefined && !/^utf-?16/i.test(label));
}

function decoderOf(label: string): TextDecoder {
  try {
    return new TextDecoder(label);
  } catch {
    return new TextDecoder('utf-8');
  }
}

/**
 * @returns the JSON of the answer in the expected shape
 * @throws Failed when it is something else, saying what
 */
export function jsonOf<Shape extends z.ZodType>(page: Page, shape: Shape): z.output<Shape> {
  const text = textOf(page);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Failed(`It answered ${lookOf(text)} where JSON was expected.`);
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue?.path.length ? ` (at ${issue.path.join('.').slice(0, 80)})` : '';
  throw new Failed(`It answered JSON that is not of the expected shape${place}.`);
}

/** What somebody sees who opens it, for the message. */
export function lookOf(text: string): string {
  const start = text.trimStart().slice(0, 200).toLowerCase();
  if (start === '') return 'nothing';
  if (start.startsWith('<!doctype html') || start.startsWith('<html')) return 'a web page (HTML)';
  if (start.startsWith('<')) return 'XML';
  if (start.startsWith('{') || start.startsWith('[')) return 'broken JSON';
  return 'text';
}

/** A moment as feeds write it. @returns undefined for what is none */
export function momentOf(value: unknown): Temporal.Instant | undefined {
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const milliseconds = Date.parse(value);
  return Number.isFinite(milliseconds) ? Temporal.Instant.fromEpochMilliseconds(milliseconds) : undefined;
}

/** Seconds since 1970, as a number or as text. */
export function epochOf(value: unknown): Temporal.Instant | undefined {
  const seconds = Number(value);
  // Until the year 2200.
  if (value === null || value === '' || !(seconds > 0 && seconds < 7_258_118_400)) return undefined;
  return Temporal.Instant.fromEpochMilliseconds(Math.round(seconds * 1000));
}

/** HTML as one would read it aloud: without tags, and with the signs that were written out. */
export function plain(html: string): string {
  return html
    .slice(0, 100_000)
    .replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, ' ')
    .replace(/<(br|\/p|\/li|\/div|\/h\d)\b[^>]{0,200}>/gi, '\n')
    .replace(/<[^>]{0,2000}>/g, '')
    .replace(/&(amp|lt|gt|quot|apos|nbsp|#39|#x27);/gi, (_, name: string) => SIGNS[name.toLowerCase()] ?? '')
    .replace(/[ \t\r]+/g, ' ')
    .replace(/ *\n\s*/g, '\n')
    .trim();
}
const SIGNS: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  '#39': "'",
  '#x27': "'",
};

/** Lists that senders leave out, or send as null. */
export function listOf<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .nullish()
    .transform((list) => list ?? []);
}

/** Texts and numbers that senders mix up. */
export const word = z.union([z.string(), z.number()]).transform(String);
export const maybe = z.string().nullish();
