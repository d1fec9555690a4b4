/** Text that is only text, in HTML and in XML, also inside an attribute. Pure. */

// XML knows no other control characters than tab and the ends of lines, not even escaped.
const FORBIDDEN = /[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu;

export function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(FORBIDDEN, '')
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
