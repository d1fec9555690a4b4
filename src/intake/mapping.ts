/** How JSON of any shape becomes signals: paths, fixed values and tables of words. Data only; nothing is executed. */
import { z } from 'zod';

const PATH_CHARACTERS_MAX = 300;
const LABELS_MAX = 50;
const WORDS_MAX = 100;

const path = z
  .string()
  .max(PATH_CHARACTERS_MAX)
  .describe('"alert.labels.0.name" or a JSON pointer such as "/alert/labels/0/name"; empty means the whole');
export const pickShape = z
  .object({
    path: path.optional(),
    value: z.string().max(1024).optional().describe('used as it is, whatever the body says'),
    words: z
      .record(z.string().max(200), z.string().max(200))
      .optional()
      .describe('replaces what was found; case does not matter'),
    otherwise: z
      .string()
      .max(1024)
      .optional()
      .describe('used where nothing was found, or the word is not in the table'),
  })
  .refine((pick) => (pick.path === undefined) !== (pick.value === undefined), 'give either a path or a value')
  .refine((pick) => Object.keys(pick.words ?? {}).length <= WORDS_MAX, `give at most ${WORDS_MAX} words`);
export type Pick = z.infer<typeof pickShape>;

export const mappingShape = z.object({
  items: path.optional().describe('where the list of events is; left out, the body is one event'),
  title: pickShape,
  dedupKey: pickShape.optional(),
  action: pickShape.optional().describe('must give trigger, acknowledge or resolve'),
  severity: pickShape.optional().describe('must give critical, error, warning or info'),
  source: pickShape.optional(),
  service: pickShape.optional(),
  startedAt: pickShape.optional(),
  link: pickShape.optional(),
  labels: z
    .record(z.string().min(1).max(200), pickShape)
    .refine((labels) => Object.keys(labels).length <= LABELS_MAX, `give at most ${LABELS_MAX} labels`)
    .default({}),
});
export type Mapping = z.infer<typeof mappingShape>;

/** Follows a path through own properties only; undefined where it leads nowhere. */
export function follow(value: unknown, path: string): unknown {
  if (path === '') return value;
  let here = value;
  for (const part of partsOf(path)) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, part)) return undefined;
    here = (here as Record<string, unknown>)[part];
  }
  return here;
}

function partsOf(path: string): string[] {
  if (path.startsWith('/'))
    return path
      .slice(1)
      .split('/')
      .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  return path
    .replaceAll(/\[(\d+)\]/g, '.$1')
    .replace(/^\$?\./, '')
    .split('.');
}

/** @returns the text that a pick finds, or undefined; numbers and booleans become text, objects become JSON */
export function pick(value: unknown, pick: Pick | undefined): string | undefined {
  if (!pick) return undefined;
  if (pick.value !== undefined) return pick.value;
  const found = textOf(follow(value, pick.path ?? ''));
  if (!pick.words) return found ?? pick.otherwise;
  const word = Object.entries(pick.words).find(
    ([each]) => each.toLowerCase() === found?.trim().toLowerCase(),
  );
  return word?.[1] ?? pick.otherwise ?? found;
}

function textOf(value: unknown): string | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  return typeof value === 'string'
    ? value
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
}
