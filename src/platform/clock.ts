/** The only place that asks what time it is; everything else is told. Instants carry whole milliseconds. */

export type Clock = { now(): Temporal.Instant };

/** A clock that can be moved, for tests and simulations. */
export type MovableClock = Clock & {
  set(to: Temporal.Instant): void;
  advance(by: Temporal.Duration | Temporal.DurationLike): void;
};

/** The machine's clock plus a correction in milliseconds that keeps it in step with the database's. */
export function systemClock(): Clock & { correct(offsetMilliseconds: number): void } {
  let offset = 0;
  // Many ask within one millisecond, and get one and the same answer.
  let last = Temporal.Instant.fromEpochMilliseconds(0);
  let lastMilliseconds = 0;
  return {
    now() {
      const milliseconds = Date.now() + offset;
      if (milliseconds !== lastMilliseconds) {
        lastMilliseconds = milliseconds;
        last = Temporal.Instant.fromEpochMilliseconds(milliseconds);
      }
      return last;
    },
    correct(offsetMilliseconds) {
      offset = Math.round(offsetMilliseconds);
    },
  };
}

/** @param start the instant at which the clock stands until it is moved */
export function movableClock(start: Temporal.Instant | string): MovableClock {
  let at = toMilliseconds(typeof start === 'string' ? Temporal.Instant.from(start) : start);
  return {
    now: () => at,
    set(to) {
      at = toMilliseconds(to);
    },
    advance(by) {
      at = toMilliseconds(at.add(by));
    },
  };
}

/** Cuts an instant to whole milliseconds, as the database and JSON carry it. */
export function toMilliseconds(at: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.fromEpochMilliseconds(at.epochMilliseconds);
}

/** A clock that moves by itself for measuring how long something took; milliseconds, never a time of day. */
export function stopwatch(): () => number {
  const start = performance.now();
  return () => performance.now() - start;
}

/** Milliseconds since 1970 for the libraries that insist on asking for themselves. */
export function epochMilliseconds(clock: Clock): number {
  return clock.now().epochMilliseconds;
}
