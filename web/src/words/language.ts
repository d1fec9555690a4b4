/** Languages by their English names. */

const NAMES = new Intl.DisplayNames('en', { type: 'language', fallback: 'code' });

/** @returns "German" for "de"; what is no code of a language, as it is */
export function languageName(code: string): string {
  try {
    return NAMES.of(code) ?? code;
  } catch {
    return code;
  }
}
