/** The caret in a text that others change. Pure. */
import type { YTextEvent } from 'yjs';

/** Where a place in a text stands after somebody else's change. */
export function placeAfter(place: number, delta: YTextEvent['delta']): number {
  let at = 0;
  let moved = place;
  for (const { retain, insert, delete: removed } of delta) {
    if (at > moved) break;
    if (retain) at += retain;
    else if (typeof insert === 'string') {
      // Right at the caret their words go behind it: what is being typed stays together.
      if (at < moved) moved += insert.length;
      at += insert.length;
    } else if (removed) moved -= Math.min(removed, Math.max(0, moved - at));
  }
  return moved;
}
