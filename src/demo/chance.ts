/** Chance that can be repeated: the same seed gives the same month. */

export type Chance = { whole(low: number, high: number): number; one<Item>(items: readonly Item[]): Item };

/** Mulberry32: small, and good enough to vary what was released on an ordinary day. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    whole: (low, high) => low + Math.floor(next() * (high - low + 1)),
    one: (items) => items[Math.floor(next() * items.length)] as (typeof items)[number],
  };
}
