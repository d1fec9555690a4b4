/** What is wrong with a document that is no YAML, as one sentence. Pure. */

/** @param message as the parser has it: a line that ends in a colon, then an excerpt */
export function brokenWords(message: string): string {
  return `${(message.split('\n')[0] ?? '').trim().replace(/[:.]+$/, '')}.`;
}
