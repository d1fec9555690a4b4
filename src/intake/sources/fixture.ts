/** Reads an example of a vendor's payload, for tests. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param path relative to src/intake/sources */
// biome-ignore lint/suspicious/noExplicitAny: a test looks into payloads of every shape
export function fixture(path: string): any {
  return JSON.parse(readFileSync(join(import.meta.dirname, path), 'utf8'));
}
