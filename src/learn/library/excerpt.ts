/** A piece of text around the hits, as parts that are only text: whoever shows it marks the hits himself. Pure. */
import { HIT_BEGINS, HIT_ENDS } from './searchable.ts';

export type Part = { text: string; hit: boolean };

/** @param marked text in which every hit stands between two marks */
export function partsOf(marked: string): Part[] {
  return marked.split(HIT_BEGINS).flatMap((piece, index) => {
    if (index === 0) return plain(piece);
    const [hit = '', ...rest] = piece.split(HIT_ENDS);
    return [...(hit ? [{ text: hit, hit: true }] : []), ...plain(rest.join(''))];
  });
}

function plain(text: string): Part[] {
  return text ? [{ text: text.replace(/\s*\n\s*/g, ' · '), hit: false }] : [];
}

export function hasHit(marked: string): boolean {
  return marked.includes(HIT_BEGINS);
}
