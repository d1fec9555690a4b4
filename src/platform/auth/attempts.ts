/** Slows down guessing of passwords: failures are counted per address and email, and per address. Kept in memory, bounded. */
import { Refused } from '#platform/errors.ts';

const FAILURES_MAX = 8;
const FAILURES_PER_ADDRESS_MAX = 60;
const WINDOW_MINUTES = 15;
const ENTRIES_MAX = 20_000;

type Count = { failures: number; until: Temporal.Instant };

export type Attempts = {
  /** @throws Refused too_many, saying when to try again */
  admit(who: { address: string; email: string }, now: Temporal.Instant): void;
  failed(who: { address: string; email: string }, now: Temporal.Instant): void;
  succeeded(who: { address: string; email: string }): void;
};

export function createAttempts(): Attempts {
  const counts = new Map<string, Count>();
  const current = (key: string, now: Temporal.Instant): Count | undefined => {
    const count = counts.get(key);
    return count && Temporal.Instant.compare(count.until, now) > 0 ? count : undefined;
  };
  return {
    admit({ address, email }, now) {
      const pair = current(pairKey(address, email), now);
      const all = current(address, now);
      const blocking =
        pair && pair.failures >= FAILURES_MAX
          ? pair
          : all && all.failures >= FAILURES_PER_ADDRESS_MAX
            ? all
            : undefined;
      if (!blocking) return;
      const minutes = Math.max(1, Math.ceil(now.until(blocking.until).total('minutes')));
      throw new Refused('too_many', 'Too many attempts to sign in failed.', {
        mend: `Try again in ${minutes} min.`,
      });
    },
    failed({ address, email }, now) {
      for (const key of [pairKey(address, email), address]) {
        const count = current(key, now) ?? { failures: 0, until: now.add({ minutes: WINDOW_MINUTES }) };
        counts.delete(key);
        counts.set(key, { ...count, failures: count.failures + 1 });
      }
      // The oldest entries go first; a Map keeps the order of insertion.
      for (const key of counts.keys()) {
        if (counts.size <= ENTRIES_MAX) break;
        counts.delete(key);
      }
    },
    succeeded({ address, email }) {
      counts.delete(pairKey(address, email));
    },
  };
}

function pairKey(address: string, email: string): string {
  return `${address} ${email.toLowerCase()}`;
}
