/** The lane in its order: what a person marked, then the score, then what was ruled out. Pure. */
import type { Candidate, Scored, Symptom, Weights } from './score.ts';
import { DEFAULT_WEIGHTS, liveAt, score } from './score.ts';
import { heldIn, rarityOf } from './tokens.ts';

export type Ranked = Scored & { change: Candidate; held: readonly string[] };

/** What is told of a symptom before the candidates are known. */
export type Told = Omit<Symptom, 'rarity'> & { words: ReadonlySet<string> };

/**
 * @param marks what people said of changes, by their ids
 * @returns every candidate, the first one worth checking first; equal scores by nearness in time
 */
export function rank(
  candidates: readonly Candidate[],
  told: Told,
  marks: Readonly<Record<string, { state: 'suspect' | 'ruled_out' }>> = {},
  weights: Weights = DEFAULT_WEIGHTS,
): { ranked: Ranked[]; symptom: Symptom } {
  const words = [...told.words];
  const held = candidates.map((change) => heldIn(change.summary, words));
  const symptom: Symptom = { ...told, rarity: rarityOf(held) };
  const until = told.onset + told.uncertainty;
  const ranked = candidates.map((change, index) => ({
    ...score(change, symptom, held[index] ?? [], weights),
    change,
    held: held[index] ?? [],
    place: placeOf(marks[change.id]?.state),
    near: Math.abs(told.onset - liveAt(change, until)),
  }));
  ranked.sort((one, other) => one.place - other.place || other.total - one.total || one.near - other.near);
  return { ranked, symptom };
}

function placeOf(state: 'suspect' | 'ruled_out' | undefined): number {
  return state === 'suspect' ? 0 : state === 'ruled_out' ? 2 : 1;
}
