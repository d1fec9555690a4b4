/** Words of people inside Markdown: every mark that would change how they look, link or call somebody stays what was typed. Pure. */

/** @param text one field of a message */
export function asMarkdownText(text: string): string {
  return text
    .replace(/[\\`*_[\]~|<>]/g, '\\$&')
    .replace(/^(\s*)([#+-])/gm, '$1\\$2')
    .replace(/^(\s*\d+)\./gm, '$1\\.')
    .replace(/@/g, '@\u200b')
    .replace(/:\/\//g, ':\u200b//');
}
