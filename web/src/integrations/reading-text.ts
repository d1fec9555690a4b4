/** What an integration knows of its sender, as lines of text, and back. Pure. */
import type { FlagMapping, Reading } from './kinds.ts';

export const FLAG_PICKS = ['flag', 'environment', 'before', 'after', 'at', 'id', 'service', 'link'] as const;
export type FlagPick = (typeof FLAG_PICKS)[number];

/** `services` has one line each: "acme/checkout = checkout", or "acme/shop @ staging = shop-staging". */
export type ReadingText = {
  services: string;
  pipelines: string;
  topicArn: string;
  automatic: boolean;
  flagItems: string;
  flags: Record<FlagPick, string>;
};

/** @param nameOf the name of a service by its id */
export function textOfReading(reading: Reading | undefined, nameOf: (id: string) => string): ReadingText {
  const flags = Object.fromEntries(
    FLAG_PICKS.map((name) => {
      const pick = reading?.flags?.[name];
      return [name, pick ? (pick.value === undefined ? (pick.path ?? '') : `=${pick.value}`) : ''];
    }),
  ) as Record<FlagPick, string>;
  return {
    services: (reading?.services ?? [])
      .map(
        ({ name, environment, service }) =>
          `${name}${environment ? ` @ ${environment}` : ''} = ${nameOf(service)}`,
      )
      .join('\n'),
    pipelines: (reading?.pipelines ?? []).join('\n'),
    topicArn: reading?.topicArn ?? '',
    automatic: reading?.confirmTopic === 'automatic',
    flagItems: reading?.flags?.items ?? '',
    flags,
  };
}

export function readingOf(text: ReadingText, before: Reading | undefined): Reading {
  return {
    services: lines(text.services).flatMap((line) => {
      const [, name, environment, service] = /^(.+?)(?:\s+@\s+([^=]+?))?\s*=\s*(.+)$/.exec(line) ?? [];
      return name && service ? [{ name, environment: environment ?? null, service }] : [];
    }),
    pipelines: lines(text.pipelines),
    topicArn: text.topicArn.trim() || null,
    confirmTopic: text.automatic ? 'automatic' : 'administrator',
    flags: flagsOf(text, before?.flags ?? null),
  };
}

/** A path that was not touched keeps its table of words, which this form does not show. */
function flagsOf({ flags, flagItems }: ReadingText, before: FlagMapping | null): FlagMapping | null {
  if (FLAG_PICKS.every((name) => !flags[name].trim()) && !flagItems.trim()) return null;
  const picks = FLAG_PICKS.flatMap((name) => {
    const text = flags[name].trim();
    if (!text) return [];
    const known = before?.[name];
    if (known && known.path === text) return [[name, known] as const];
    return [[name, text.startsWith('=') ? { value: text.slice(1).trim() } : { path: text }] as const];
  });
  return {
    ...(flagItems.trim() ? { items: flagItems.trim() } : {}),
    flag: { path: 'flag' },
    ...Object.fromEntries(picks),
  };
}

/** @returns the lines that cannot be read, to be said beside the field */
export function unreadLines(services: string): string[] {
  return lines(services).filter((line) => !/^[^=]+=\s*\S/.test(line));
}

function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
}
