/** Which open incidents may be the same thing: shared words of the title, or the same service. Pure. */
import type { IncidentSummary } from '#incident/view.ts';

const WORD_LETTERS_MIN = 4;
const OFFERED_MAX = 3;

export function likely(open: IncidentSummary[], title: string, serviceIds: string[]): IncidentSummary[] {
  const words = wordsOf(title);
  return open
    .map((incident) => ({ incident, likeness: likeness(incident, words, serviceIds) }))
    .filter((each) => each.likeness > 0)
    .sort((one, other) => other.likeness - one.likeness)
    .slice(0, OFFERED_MAX)
    .map((each) => each.incident);
}

function likeness(incident: IncidentSummary, words: Set<string>, serviceIds: string[]): number {
  const sameService = incident.services.some((service) => serviceIds.includes(service.id)) ? 2 : 0;
  const named = [
    ...wordsOf(
      [incident.title, ...incident.services.flatMap((each) => [each.name, each.publicName ?? ''])].join(' '),
    ),
  ];
  return sameService + named.filter((word) => words.has(word)).length;
}

/** Endings differ: "fail" and "fails", "payment" and "payments" are the same word here. */
function wordsOf(text: string): Set<string> {
  const words = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  return new Set(
    words
      .filter((word) => word.length >= WORD_LETTERS_MIN)
      .map((word) => word.replace(/(?:es|s|ing|ed)$/, '')),
  );
}
