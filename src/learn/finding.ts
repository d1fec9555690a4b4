/** What a lint says: a hint for the writer alone, with a question and another way to say it. It never blocks anything. Pure. */

export type Level = 'must' | 'warn' | 'hint';

/** `start` and `end` are positions in the text that was given. */
export type Finding = {
  code: string;
  level: Level;
  start: number;
  end: number;
  question: string;
  rewrite: string;
};

/** @returns every place where the pattern holds, the pattern being global */
export function places(text: string, pattern: RegExp): { start: number; end: number; found: string }[] {
  return [...text.matchAll(pattern)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
    found: match[0],
  }));
}

/** The same text with what must not be judged blanked out, so that positions stay as they are. */
export function blanked(text: string, patterns: RegExp[]): string {
  return patterns.reduce((rest, pattern) => rest.replace(pattern, (found) => ' '.repeat(found.length)), text);
}

/**
 * The rewrite put where it belongs: in place of a text that is meant as a whole, else after the sentence that is meant, so that
 * the writer fills the frame and then takes the old words away.
 */
export function withRewrite(
  text: string,
  { start, end, rewrite }: Pick<Finding, 'start' | 'end' | 'rewrite'>,
): string {
  if (start === 0 && end >= text.trimEnd().length && end > 0) return rewrite;
  const rest = text.slice(end);
  const stop = rest.search(/[.!?](?=\s|$)|\n/);
  const at = stop === -1 ? text.length : end + stop + (rest[stop] === '\n' ? 0 : 1);
  const before = text.slice(0, at).trimEnd();
  return `${before}${before ? ' ' : ''}${rewrite}${text.slice(at)}`;
}
