/** Chance that can be repeated: the same seed gives the same days. */

export type Chance = {
  /** From 0 to 1, without 1. */
  next(): number;
  between(low: number, high: number): number;
  whole(low: number, high: number): number;
  is(probability: number): boolean;
  one<Item>(items: readonly Item[]): Item;
};

/** Mulberry32: small, fast, good enough to vary responders. */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    between: (low, high) => low + next() * (high - low),
    whole: (low, high) => low + Math.floor(next() * (high - low + 1)),
    is: (probability) => next() < probability,
    one: (items) => items[Math.floor(next() * items.length)] as (typeof items)[number],
  };
}
