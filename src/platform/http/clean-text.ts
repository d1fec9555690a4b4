/** Texts as every database and every page can keep them: without NUL, without halves of characters. Pure. */
import { Refused } from '#platform/errors.ts';

const DEPTH_MAX = 60;

/**
 * @returns the same value with U+FFFD in place of what cannot be kept, in texts and in the names of fields
 * @throws Refused when it is nested more deeply than anything of ours
 */
export function cleaned(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return cleanedText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEPTH_MAX)
    throw new Refused('invalid', `The body is nested more than ${DEPTH_MAX} levels deep.`, {
      mend: 'Send what this address describes in the API documentation.',
    });
  if (Array.isArray(value)) return value.map((each) => cleaned(each, depth + 1));
  if (Object.getPrototypeOf(value) !== Object.prototype && Object.getPrototypeOf(value) !== null)
    return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [cleanedText(name), cleaned(each, depth + 1)]),
  );
}

function cleanedText(text: string): string {
  return text.isWellFormed() && !text.includes('\0') ? text : text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** Whether all texts of a flat object, such as the parts of an address, are keepable as they are. */
export function keepable(given: unknown): boolean {
  return Object.values((given ?? {}) as Record<string, unknown>)
    .flat()
    .every((each) => typeof each !== 'string' || (each.isWellFormed() && !each.includes('\0')));
}
