/** Prepared words with gaps for what is known of an incident. Pure; a gap that nothing is known for takes its sentence along. */
import type { Category, Severity, UpdateKind } from '#incident/types.ts';
import { affected, type Situation } from './message.ts';
import { type At, timeWithZone } from './words.ts';

export type TemplateAudience = 'clients' | 'internal' | 'public';

export type Template = {
  id: string;
  name: string;
  kind: UpdateKind;
  /** Null: whatever it is. */
  severity: Severity | null;
  category: Category | null;
  audience: TemplateAudience;
  impact: string;
  action: string;
};

/** What may stand in a gap, and what it stands for. */
export const GAPS = {
  services: 'the affected services by their public names',
  since: 'when it began',
  restored: 'since when it works again',
  workaround: 'the way around it',
  reference: 'what a client quotes on the telephone',
  organisation: 'our name',
} as const;
export type Gap = keyof typeof GAPS;
export type Known = Partial<Record<Gap, string>>;

const GAP = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** @returns the names in gaps that mean nothing, each once */
export function unknownGaps(text: string): string[] {
  return [...new Set([...text.matchAll(GAP)].map(([, name]) => name ?? ''))].filter(
    (name) => !(name in GAPS),
  );
}

/** @returns the text with its gaps filled; sentences with a gap for which nothing is known are left out */
export function filledIn(text: string, known: Known): string {
  return sentencesOf(text)
    .filter((sentence) => [...sentence.matchAll(GAP)].every(([, name]) => known[name as Gap]))
    .map((sentence) => sentence.replace(GAP, (_, name: Gap) => known[name] ?? ''))
    .join(' ')
    .trim();
}

/**
 * @returns the one that fits best: for this kind and audience, of the severity and category rather than of any; among equals the
 * first by name
 */
export function fitting(
  templates: readonly Template[],
  wanted: {
    kind: UpdateKind;
    audience: TemplateAudience;
    severity: Severity;
    category: Category | undefined;
  },
): Template | undefined {
  return templates
    .filter(
      (each) =>
        each.kind === wanted.kind &&
        each.audience === wanted.audience &&
        (each.severity === null || each.severity === wanted.severity) &&
        (each.category === null || each.category === wanted.category),
    )
    .toSorted((one, other) => closeness(other) - closeness(one) || (one.name < other.name ? -1 : 1))[0];
}

function closeness({ severity, category }: Template): number {
  return (category ? 2 : 0) + (severity ? 1 : 0);
}

/** @param of.began when users began to suffer, else when it was detected */
export function knownOf(
  situation: Pick<Situation, 'publicNames' | 'zone' | 'now' | 'restoredAt' | 'workaround'>,
  of: { began: At; reference: string; organisation: string | null },
): Known {
  const time = (at: At) => timeWithZone(at, situation.zone, situation.now);
  return {
    services: affected(situation.publicNames),
    since: time(of.began),
    reference: of.reference,
    ...(situation.restoredAt === undefined ? {} : { restored: time(situation.restoredAt) }),
    ...(situation.workaround ? { workaround: situation.workaround } : {}),
    ...(of.organisation ? { organisation: of.organisation } : {}),
  };
}

function sentencesOf(text: string): string[] {
  return text.split(/(?<=[.!?])\s+/).filter(Boolean);
}
