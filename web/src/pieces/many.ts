/** What a screen does when there is much of something: it folds what is in order, and finds by words. Pure. */

/** So many rows are seen at once; more are folded, and searched. */
export const SEEN_AT_ONCE = 12;

/** Every word must occur in the name; capitals do not matter. */
export function fitsWords(name: string, words: string): boolean {
  const low = name.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => low.includes(word));
}
