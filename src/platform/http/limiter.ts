/** Counts what one address may do in a while; in memory, bounded. For doors that anybody may knock at. */
import { Refused } from '#platform/errors.ts';

const ENTRIES_MAX = 20_000;

type Count = { count: number; until: Temporal.Instant };

export type Limiter = {
  /** @throws Refused too_many, saying when to try again */
  admit(who: string, now: Temporal.Instant): void;
};

/** @param limits how often within how many minutes: each one, and all of them together */
export function createLimiter(limits: {
  eachMax: number;
  allMax: number;
  minutes: number;
  what: string;
}): Limiter {
  const counts = new Map<string, Count>();
  const counted = (key: string, now: Temporal.Instant): Count => {
    const before = counts.get(key);
    if (before && Temporal.Instant.compare(before.until, now) > 0) return before;
    return { count: 0, until: now.add({ minutes: limits.minutes }) };
  };
  return {
    admit(who, now) {
      const each = counted(`each ${who}`, now);
      const all = counted('all', now);
      if (each.count >= limits.eachMax || all.count >= limits.allMax) {
        const until = each.count >= limits.eachMax ? each.until : all.until;
        const minutes = Math.max(1, Math.ceil(now.until(until).total('minutes')));
        throw new Refused(
          'too_many',
          `Too many ${limits.what} came in a short time; this one was not kept.`,
          {
            mend: `Try again in ${minutes} min, or call us.`,
          },
        );
      }
      for (const [key, count] of [
        [`each ${who}`, each],
        ['all', all],
      ] as const) {
        counts.delete(key);
        counts.set(key, { ...count, count: count.count + 1 });
      }
      // The oldest entries go first; a Map keeps the order of insertion.
      for (const key of counts.keys()) {
        if (counts.size <= ENTRIES_MAX) break;
        counts.delete(key);
      }
    },
  };
}
