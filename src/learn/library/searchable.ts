/** What of a postmortem is searched, the weightiest first, and no more than the database can keep of one text. Pure. */
import { FACTOR_NAMES, type Sections } from '../sections.ts';
import { toldTimeline } from '../timeline.ts';

/** The title; what happened and why; the rest that people wrote; the timeline. */
export type Searchable = { title: string; cause: string; rest: string; timeline: string };

// PostgreSQL keeps at most 1 MB of words for one text: each different word with 4 bytes beside it, each place with 2. Every word stands there twice.
const WORDS_BYTES_MAX = 900_000;
const WORD_BYTES = 8;
const PLACE_BYTES = 4;
// PostgreSQL leaves out longer ones.
const WORD_BYTES_MAX = 2047;

/** Marks of a hit within an excerpt; they are taken out of every text, so that none can be forged. */
export const HIT_BEGINS = '\uE000';
export const HIT_ENDS = '\uE001';
const MARKS = new RegExp(`[${HIT_BEGINS}${HIT_ENDS}]`, 'g');

export function searchableOf(
  title: string,
  sections: Sections,
  items: readonly { text: string; doneCondition: string }[],
): Searchable {
  const { contributingFactors: factors } = sections;
  const room = roomFor(WORDS_BYTES_MAX);
  const together = (texts: string[]) => room(texts.filter((text) => text.trim()).join('\n'));
  return {
    title: together([title]),
    cause: together([sections.summary, sections.rootCause, sections.trigger]),
    rest: together([
      sections.impact,
      ...FACTOR_NAMES.map((name) => factors[name].text),
      factors.others,
      ...items.flatMap((item) => [item.text, item.doneCondition]),
      sections.noActionBecause,
      sections.limitedHarm,
      sections.wentWell,
      sections.openQuestions,
      ...(sections.own ?? []).map(({ text }) => text),
    ]),
    timeline: together(toldTimeline(sections.timeline).map((line) => line.text)),
  };
}

/** @returns a function that gives texts back as long as their words fit, and cuts the one that does not */
function roomFor(bytesMax: number): (text: string) => string {
  let left = bytesMax;
  const known = new Set<string>();
  return (text) => {
    const clean = text.replace(MARKS, '');
    const words = clean.split(/\s+/);
    let place = 0;
    for (const word of words) {
      left -= PLACE_BYTES;
      const before = known.size;
      known.add(word);
      // A word with signs in it is kept whole and in its parts, each as it stands and as its stem.
      if (known.size > before)
        left -= 2 * (2 * Math.min(WORD_BYTES_MAX, Buffer.byteLength(word)) + WORD_BYTES);
      if (left < 0) return words.slice(0, place).join(' ');
      place += 1;
    }
    return clean;
  };
}
