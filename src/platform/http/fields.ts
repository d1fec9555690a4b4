/** Fields that many routes share: texts that the database can keep, times, pages of a list. */
import { z } from 'zod';
import { Refused } from '#platform/errors.ts';

export const PAGE_MAX = 200;
const PAGE_DEFAULT = 50;
const CURSOR_CHARACTERS_MAX = 300;

/** A text of at most `charactersMax` characters, trimmed; NUL and half characters, which no database keeps, are replaced. */
export function text(charactersMax: number) {
  return z
    .string()
    .max(charactersMax, `must have at most ${charactersMax} characters`)
    .overwrite((value) => value.toWellFormed().replaceAll('\0', '\uFFFD').trim());
}

/** A text in which at least one character remains. */
export function filled(charactersMax: number) {
  return text(charactersMax).min(1, 'must not be empty');
}

/** A moment with its offset, such as 2026-11-25T02:08:00Z. */
export function instant() {
  return z.iso
    .datetime({ offset: true, error: 'must be a time with its offset, such as 2026-11-25T02:08:00Z' })
    .transform((value) =>
      Temporal.Instant.fromEpochMilliseconds(Temporal.Instant.from(value).epochMilliseconds),
    );
}

/** A day of the calendar, such as 2026-12-04. */
export function day() {
  return z.iso.date({ error: 'must be a date such as 2026-12-04' });
}

export const pageQuery = {
  cursor: z.string().max(CURSOR_CHARACTERS_MAX).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE_DEFAULT),
};

/** @returns an opaque position in a list: the values by which it is sorted */
export function cursorOf(...parts: string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** @throws Refused when the text is not a cursor that `cursorOf` made of two parts */
export function readCursor(cursor: string): [string, string] {
  const parts = parsed(cursor);
  if (Array.isArray(parts) && parts.length === 2 && parts.every(keepable)) return parts as [string, string];
  throw notACursor();
}

/** The same for lists that are sorted by time. */
export function readTimeCursor(cursor: string): { at: Temporal.Instant; id: string } {
  const [at, id] = readCursor(cursor);
  try {
    return { at: Temporal.Instant.from(at), id };
  } catch {
    throw notACursor();
  }
}

function parsed(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

function keepable(part: unknown): boolean {
  return typeof part === 'string' && !part.includes('\0') && part.isWellFormed();
}

function notACursor(): Refused {
  return new Refused('invalid', 'The cursor is not one that this list gave out.', {
    mend: 'Leave it out to begin at the start.',
  });
}
