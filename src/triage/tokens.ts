/** Words that a symptom and a change share, and how rare they are. Pure. */

const TOKEN = /[A-Za-z0-9_./:-]{3,60}/g;
const EDGES = /^[./:_-]+|[./:_-]+$/g;
const NUMBER = /^[\d.,:%-]+$/;
const TOKENS_MAX = 200;
/** Plain words match by chance far more often than the name of an endpoint, a key or a table. */
const PLAIN_WORD_SHARE = 0.5;
const DOCUMENTS_BEFORE = 20;

// Words of alerts and of deployments that say nothing about where.
const COMMON = new Set(
  `alert alerts and answers any are for from has have high low into its minute minutes more most not now off over
  percent than that the this too with was were error errors fail failed failing fails failure critical warning
  service services deploy deployed deployment release released rollout update updated upgrade version change
  changed config configuration flag production prod staging requests request rate second seconds new add adds
  added fix fixes fixed remove removed set use uses via one two all per out`.split(/\s+/),
);

/** @returns the words of a text that could tell where something is, in lower case, each once */
export function tokensOf(text: string): Set<string> {
  const found = new Set<string>();
  for (const [raw] of text.matchAll(TOKEN)) {
    const token = raw.replace(EDGES, '').toLowerCase();
    if (token.length < 3 || COMMON.has(token) || NUMBER.test(token)) continue;
    found.add(token);
    if (found.size >= TOKENS_MAX) break;
  }
  return found;
}

/** How many of `documents` hold each of `wanted`; one table for all candidates of a lane. */
export type Rarity = { documents: number; holding: Map<string, number> };

/** @param documents for each candidate, those of the wanted words that it holds */
export function rarityOf(documents: readonly (readonly string[])[]): Rarity {
  const holding = new Map<string, number>();
  for (const words of documents) for (const word of words) holding.set(word, (holding.get(word) ?? 0) + 1);
  return { documents: documents.length, holding };
}

const NOTHING: readonly string[] = [];

/** @returns the wanted words that a text holds whole; the text is not taken apart, for there are a thousand of them */
export function heldIn(text: string, wanted: readonly string[]): readonly string[] {
  if (wanted.length === 0) return NOTHING;
  const lower = text.toLowerCase();
  return wanted.filter((word) => holds(lower, word));
}

function holds(lower: string, word: string): boolean {
  for (let at = lower.indexOf(word); at >= 0; at = lower.indexOf(word, at + 1))
    if (ends(lower, at - 1, -1) && ends(lower, at + word.length, 1)) return true;
  return false;
}

/** Whether nothing but punctuation follows until the token is over; `orders` is no whole word of `orders_v2`. */
function ends(lower: string, from: number, step: 1 | -1): boolean {
  let at = from;
  while (EDGE.has(lower.charCodeAt(at))) at += step;
  return !isLetterOrDigit(lower.charCodeAt(at));
}

const EDGE = new Set([...'./:_-'].map((each) => each.charCodeAt(0)));

function isLetterOrDigit(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 48 && code <= 57);
}

/** The logarithm of how rare a word is among the candidates; a name with a digit, a slash or a dash counts in full. */
export function weightOf(word: string, { documents, holding }: Rarity): number {
  const rare = Math.log10((documents + DOCUMENTS_BEFORE) / ((holding.get(word) ?? 0) + 1));
  return Math.max(0, rare) * (/[\d_./:-]/.test(word) ? 1 : PLAIN_WORD_SHARE);
}
