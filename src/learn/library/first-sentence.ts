/** The first sentence of a text, for where there is room for one. Pure. */

const CHARACTERS_MAX = 240;
// "e.g. the pool" and "v4.12. released" are no ends: a sentence ends before a space and a letter that is not small.
const END = /[.!?…]["”’)]?(?=\s+["“‘(]?[^\p{Ll}\s])|\n/u;

/** @returns null for a text without a letter or a digit in it */
export function firstSentence(text: string): string | null {
  const whole = text.trim();
  if (!/[\p{L}\p{N}]/u.test(whole)) return null;
  const end = END.exec(whole);
  const first = (end ? whole.slice(0, end.index + end[0].length) : whole).trim();
  if (first.length <= CHARACTERS_MAX) return first;
  const cut = first.slice(0, CHARACTERS_MAX);
  return `${cut.slice(0, cut.lastIndexOf(' ') > 0 ? cut.lastIndexOf(' ') : CHARACTERS_MAX).toWellFormed()}…`;
}
