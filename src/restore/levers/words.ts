/** The sentence that names what a lever will do, with its inputs filled in. Pure; the web shows the same. */

/** Filled in by us, so that no input may have these names. */
export const KNOWN_NAMES = ['service', 'third_party', 'incident', 'run'];
const BRACED = /\{([a-z][a-z0-9_]*)\}/g;

export type Value = string | number | boolean;

/** @returns the names in braces, each once */
export function namesIn(template: string): string[] {
  return [...new Set([...template.matchAll(BRACED)].map(([, name = '']) => name))];
}

/** @param values what is known; what is not stays visible as "…" */
export function filledIn(template: string, values: Record<string, Value | undefined>): string {
  return template.replaceAll(BRACED, (_, name: string) => {
    const value = values[name];
    return value === undefined || value === '' ? '…' : said(value);
  });
}

export function said(value: Value): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}

/** For an address: every value is one piece of it and cannot lead elsewhere. */
export function filledInAddress(template: string, values: Record<string, Value | undefined>): string {
  return template.replaceAll(BRACED, (_, name: string) => encodeURIComponent(said(values[name] ?? '')));
}
