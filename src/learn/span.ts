/** Edits of a text as spans: what was removed and written at which place. Found between two texts, and carried over to a third. Pure. */

/** `at` and `removed` count UTF-16 units of the text before. */
export type Span = { at: number; removed: number; inserted: string };

/** A comparison of more words than this replaces the whole middle instead. */
const CELLS_MAX = 4_000_000;

/**
 * The one span by which a person changes a text: a key, a paste, a cut.
 * @param caret where the caret stands afterwards; it tells which of several equal letters was typed
 */
export function spanBetween(before: string, after: string, caret = 0): Span | undefined {
  if (before === after) return undefined;
  let end = 0;
  const endMax = Math.min(before.length, after.length - Math.min(caret, after.length));
  while (end < endMax && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  let start = 0;
  const startMax = Math.min(before.length, after.length) - end;
  while (start < startMax && before[start] === after[start]) start += 1;
  // A character of two units is never cut in half.
  if (start > 0 && isHigh(before, start - 1)) start -= 1;
  if (end > 0 && isLow(before, before.length - end)) end -= 1;
  return {
    at: start,
    removed: before.length - end - start,
    inserted: after.slice(start, after.length - end),
  };
}

/** The words by which two texts differ, first place first: where a program sends a whole text, only what it changed counts. */
export function wordSpans(before: string, after: string): Span[] {
  const [old, fresh] = [words(before), words(after)];
  let start = 0;
  while (start < Math.min(old.length, fresh.length) && old[start] === fresh[start]) start += 1;
  let end = 0;
  const endMax = Math.min(old.length, fresh.length) - start;
  while (end < endMax && old.at(-1 - end) === fresh.at(-1 - end)) end += 1;
  const middle = old.slice(start, old.length - end);
  const written = fresh.slice(start, fresh.length - end);
  const at = old.slice(0, start).join('').length;
  return compared(middle, written).map((span) => ({ ...span, at: span.at + at }));
}

export type Rebased = {
  /** In places of the current text, first place first. */
  spans: Span[];
  /** Whether somebody else changed the same place. */
  touched: boolean;
};

/**
 * Carries spans of `base` over to `current`, in which others have written meanwhile.
 * What others removed already is not removed twice; what they wrote at the same place stands first.
 */
export function rebased(base: string, current: string, spans: Span[]): Rebased {
  if (base === current) return { spans, touched: false };
  const theirs = wordSpans(base, current);
  const touched = spans.some((mine) => theirs.some((other) => meet(mine, other)));
  return { spans: spans.flatMap((span) => carried(span, theirs)), touched };
}

/** @returns the text after these spans */
export function spanned(text: string, spans: Span[]): string {
  return spans
    .toReversed()
    .reduce((now, { at, removed, inserted }) => now.slice(0, at) + inserted + now.slice(at + removed), text);
}

function meet(one: Span, other: Span): boolean {
  return one.at <= other.at + other.removed && other.at <= one.at + one.removed;
}

function carried(mine: Span, theirs: Span[]): Span[] {
  const pieces: Span[] = [];
  let from = mine.at;
  const end = mine.at + mine.removed;
  for (const other of [...theirs, { at: Number.POSITIVE_INFINITY, removed: 0, inserted: '' }]) {
    const until = Math.min(end, other.at);
    if (until > from) pieces.push({ at: moved(from, theirs), removed: until - from, inserted: '' });
    from = Math.max(from, Math.min(end, other.at + other.removed));
  }
  const at = moved(mine.at, theirs);
  const [first, ...rest] = pieces;
  if (first && first.at === at) return [{ ...first, inserted: mine.inserted }, ...rest];
  return mine.inserted ? [{ at, removed: 0, inserted: mine.inserted }, ...pieces] : pieces;
}

/** Where a place of the base stands in the current text: behind what others wrote there. */
function moved(place: number, theirs: Span[]): number {
  let shift = 0;
  for (const { at, removed, inserted } of theirs) {
    if (at > place) break;
    shift += inserted.length - Math.min(removed, place - at);
  }
  return place + shift;
}

function words(text: string): string[] {
  return text.match(/\s+|\S+/g) ?? [];
}

/** The longest common sequence of words stays; what lies between is replaced. */
function compared(old: string[], fresh: string[]): Span[] {
  if (old.length === 0 && fresh.length === 0) return [];
  if (old.length * fresh.length > CELLS_MAX || old.length === 0 || fresh.length === 0)
    return [{ at: 0, removed: old.join('').length, inserted: fresh.join('') }];
  const common = commonLengths(old, fresh);
  const width = fresh.length + 1;
  const spans: Span[] = [];
  let open: Span | undefined;
  let place = 0;
  let [row, column] = [0, 0];
  while (row < old.length || column < fresh.length) {
    const [was, now] = [old[row], fresh[column]];
    if (was !== undefined && was === now) {
      open = undefined;
      place += was.length;
      row += 1;
      column += 1;
      continue;
    }
    if (!open) {
      open = { at: place, removed: 0, inserted: '' };
      spans.push(open);
    }
    const skipped = common[(row + 1) * width + column] ?? 0;
    const taken = common[row * width + column + 1] ?? 0;
    if (was !== undefined && (now === undefined || skipped >= taken)) {
      open.removed += was.length;
      place += was.length;
      row += 1;
    } else {
      open.inserted += now ?? '';
      column += 1;
    }
  }
  return spans;
}

function commonLengths(old: string[], fresh: string[]): Uint32Array {
  const width = fresh.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  for (let row = old.length - 1; row >= 0; row -= 1)
    for (let column = fresh.length - 1; column >= 0; column -= 1)
      lengths[row * width + column] =
        old[row] === fresh[column]
          ? (lengths[(row + 1) * width + column + 1] ?? 0) + 1
          : Math.max(lengths[(row + 1) * width + column] ?? 0, lengths[row * width + column + 1] ?? 0);
  return lengths;
}

function isHigh(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLow(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff;
}
