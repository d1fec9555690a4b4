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
  // Where a line ends without a full stop, the next one still begins something new.
  const line = text.replace(/(?<=[.!?:;…])\s*\n\s*/g, ' ').replace(/\s*\n\s*/g, ' · ');
  return text ? [{ text: line, hit: false }] : [];
}

export function hasHit(marked: string): boolean {
  return marked.includes(HIT_BEGINS);
}
