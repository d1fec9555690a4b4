/** Texts of unknown origin made fit to be kept: whole characters, nothing that a database or a terminal chokes on. Pure. */

/** @returns the text without control characters except line ends and tabs, at most so many characters */
export function cleanWords(text: string, charactersMax: number): string {
  return (
    text
      .slice(0, charactersMax)
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '')
      .trim()
  );
}
