/** A change as the server keeps it, in words. */
import type { z } from 'zod';
import type { change } from '#src/triage/shapes.ts';

export type Change = z.output<typeof change>;

export const ROLLBACK_WORDS: Record<Change['rollback'], string> = {
  safe: 'rollback safe',
  unsafe: 'rollback not safe',
  unknown: 'rollback not known',
};
