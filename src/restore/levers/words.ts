/** The sentence that names what a lever will do, with its inputs filled in. Pure; the web shows the same. */

import { shortVersion } from '#platform/versions.ts';

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

/** For people to confirm: commits are short, as everywhere that people read them. */
export function effectIn(template: string, values: Record<string, Value | undefined>): string {
  const short = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'string' ? shortVersion(value) : value,
  ]);
  return filledIn(template, Object.fromEntries(short));
}

const UNCHOSEN = {
  version_before: 'the version before',
  version_after: 'the version that runs now',
  environment: 'its environment',
} as const;

/** While no change is suspected: what an input that a change would fill stands for, so that the sentence can be read. */
export function unchosen(
  inputs: readonly { name: string; filledFrom: keyof typeof UNCHOSEN | null; value: Value | null }[],
): Record<string, string> {
  return Object.fromEntries(
    inputs.flatMap(({ name, filledFrom, value }) =>
      value === null && filledFrom ? [[name, UNCHOSEN[filledFrom]]] : [],
    ),
  );
}

export function said(value: Value): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}

/** For an address: every value is one piece of it and cannot lead elsewhere. */
export function filledInAddress(template: string, values: Record<string, Value | undefined>): string {
  return template.replaceAll(BRACED, (_, name: string) => encodeURIComponent(said(values[name] ?? '')));
}
