/** Cuts words to a length, by rules that keep what the reader needs most. Pure. */

/** @returns the text, or its beginning with "…" where it was cut; never half a character */
export function cut(text: string, charactersMax: number): string {
  if (text.length <= charactersMax) return text;
  const room = Math.max(0, charactersMax - 1);
  const start = text.slice(0, room).replace(/[\uD800-\uDBFF]$/, '');
  const word = start.replace(/\s+\S*$/, '');
  return `${(word.length > room / 2 ? word : start).trimEnd()}…`;
}

/**
 * Joins what fits: everything that is needed first, then the rest in the order given as long as there is room.
 * @param parts in the order of the text; `needed` ones stay, and of those the cuttable is cut when even they do not fit
 */
export function fitted(
  parts: readonly { words: string; needed?: boolean; cuttable?: boolean }[],
  fits: (text: string) => boolean,
): string {
  const join = (list: readonly { words: string }[]) =>
    list
      .map(({ words }) => words)
      .filter(Boolean)
      .join(' ');
  const kept = parts.map((part) => part.needed === true);
  const text = () => join(parts.filter((_, index) => kept[index]));
  for (const [index, part] of parts.entries()) {
    if (kept[index] || !part.words) continue;
    kept[index] = true;
    if (!fits(text())) kept[index] = false;
  }
  if (fits(text())) return text();
  const chosen = parts.filter((_, index) => kept[index]);
  const shortened = (length: number) =>
    join(chosen.map((part) => (part.cuttable ? { words: cut(part.words, length) } : part)));
  let [short, long] = [0, Math.max(0, ...chosen.map((part) => (part.cuttable ? part.words.length : 0)))];
  while (long - short > 1) {
    const middle = (short + long) >> 1;
    if (fits(shortened(middle))) short = middle;
    else long = middle;
  }
  return short > 0 ? shortened(short) : join(chosen.filter((part) => !part.cuttable));
}
