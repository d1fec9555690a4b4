/** Numbers with their nouns, lists as people say them. */

/** "1 person", "31 people". */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** "Northwind, Contoso and Fabrikam". */
export function list(words: string[], lastMax = 4): string {
  const shown =
    words.length > lastMax ? [...words.slice(0, lastMax - 1), `${words.length - lastMax + 1} more`] : words;
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

const SMALL = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];

/** "two", "thirteen" as 13: small numbers in prose are words. */
export function numberWord(n: number): string {
  return SMALL[n] ?? String(n);
}

/** With a capital, for the beginning of a sentence. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
