/** A mapping as a form: one line of text per field, and back. Pure. */
import type { Mapping, Pick } from '#src/intake/mapping.ts';

export const PICKS = [
  'title',
  'dedupKey',
  'action',
  'severity',
  'service',
  'source',
  'startedAt',
  'link',
] as const;
export type PickName = (typeof PICKS)[number];

/** `path` is a path, or a fixed value after "="; `words` is "down = trigger, up = resolve". */
export type PickText = { path: string; words: string; otherwise: string };
export type MappingText = { items: string; labels: string } & Record<PickName, PickText>;

const EMPTY: PickText = { path: '', words: '', otherwise: '' };

export function emptyMapping(): MappingText {
  const picks = Object.fromEntries(PICKS.map((name) => [name, EMPTY])) as Record<PickName, PickText>;
  return { items: '', labels: '', ...picks };
}

export function textOf(mapping: Mapping | null): MappingText {
  const text = emptyMapping();
  if (!mapping) return text;
  for (const name of PICKS) text[name] = pickText(mapping[name]);
  const labels = Object.entries(mapping.labels).map(([name, pick]) => `${name} = ${pickText(pick).path}`);
  return { ...text, items: mapping.items ?? '', labels: labels.join('\n') };
}

function pickText(pick: Pick | undefined): PickText {
  if (!pick) return EMPTY;
  const words = Object.entries(pick.words ?? {}).map(([from, to]) => `${from} = ${to}`);
  return {
    path: pick.value === undefined ? (pick.path ?? '') : `=${pick.value}`,
    words: words.join(', '),
    otherwise: pick.otherwise ?? '',
  };
}

/** @returns null when nothing is filled in: then the usual names of fields are read */
export function mappingOf(text: MappingText): Mapping | null {
  const picks = Object.fromEntries(
    PICKS.flatMap((name) => (isEmpty(text[name]) ? [] : [[name, pickOf(text[name])]])),
  );
  const labels = Object.fromEntries(
    pairs(text.labels, '\n').map(([name, path]) => [name, pickOf({ ...EMPTY, path })]),
  );
  if (Object.keys(picks).length === 0 && !text.items.trim() && Object.keys(labels).length === 0) return null;
  return {
    ...(text.items.trim() ? { items: text.items.trim() } : {}),
    title: { path: 'title' },
    ...picks,
    labels,
  };
}

function isEmpty({ path, words, otherwise }: PickText): boolean {
  return !path.trim() && !words.trim() && !otherwise.trim();
}

function pickOf({ path, words, otherwise }: PickText): Pick {
  const fixed = path.trim().startsWith('=');
  const table = Object.fromEntries(pairs(words, ','));
  return {
    ...(fixed ? { value: path.trim().slice(1).trim() } : { path: path.trim() }),
    ...(Object.keys(table).length ? { words: table } : {}),
    ...(otherwise.trim() ? { otherwise: otherwise.trim() } : {}),
  };
}

function pairs(text: string, separator: string): [string, string][] {
  return text.split(separator).flatMap((part): [string, string][] => {
    const at = part.indexOf('=');
    const [name, value] = [part.slice(0, at).trim(), part.slice(at + 1).trim()];
    return at > 0 && name && value ? [[name, value]] : [];
  });
}
