/** Slows down whoever asks us to write to others: so many times in a while per key. Kept in memory, bounded. */
import { Refused } from '#platform/errors.ts';

const KEYS_MAX = 20_000;

export type Limit = {
  /** Counts this one. @throws Refused too_many, saying when to try again */
  admit(key: string, now: Temporal.Instant): void;
};

export function createLimit({ most, minutes }: { most: number; minutes: number }): Limit {
  const counts = new Map<string, { count: number; until: Temporal.Instant }>();
  return {
    admit(key, now) {
      const known = counts.get(key);
      const current =
        known && Temporal.Instant.compare(known.until, now) > 0
          ? known
          : { count: 0, until: now.add({ minutes }) };
      counts.delete(key);
      counts.set(key, { ...current, count: current.count + 1 });
      // The oldest go first; a Map keeps the order of insertion.
      for (const oldest of counts.keys()) {
        if (counts.size <= KEYS_MAX) break;
        counts.delete(oldest);
      }
      if (current.count < most) return;
      const wait = Math.max(1, Math.ceil(now.until(current.until).total('minutes')));
      throw new Refused('too_many', 'This was asked too often.', { mend: `Try again in ${wait} min.` });
    },
  };
}
