/** What somebody types into the search field, taken apart: words, "phrases", and -words that must not be there. Pure. */

export type Term = { words: string; phrase: boolean; without: boolean };

const TERMS_MAX = 12;
const TERM_CHARACTERS_MAX = 100;
// Whatever has a meaning for the database's own queries becomes a space; what is left are words, numbers and names.
const NOT_OF_A_WORD = /[^\p{L}\p{M}\p{N}._/@:#+-]+/gu;
const PARTS = /(-?)"([^"]*)"?|(\S+)/g;

/** @returns the terms in their order; empty when there is no letter and no digit in it */
export function termsOf(q: string): Term[] {
  const terms: Term[] = [];
  for (const [, minus, quoted, word = ''] of q.toWellFormed().matchAll(PARTS)) {
    const phrase = quoted !== undefined;
    const without = phrase ? minus === '-' : word.length > 1 && word.startsWith('-');
    const words = (phrase ? quoted : word.replace(/^-+/, ''))
      .replace(NOT_OF_A_WORD, ' ')
      .trim()
      .slice(0, TERM_CHARACTERS_MAX);
    if (/[\p{L}\p{N}]/u.test(words)) terms.push({ words, phrase, without });
    if (terms.length === TERMS_MAX) break;
  }
  return terms;
}
