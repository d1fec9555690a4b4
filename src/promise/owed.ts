/** What a decider says is owed, and when its ladder must wake next. Pure. */
import type { LadderStep } from './policy.ts';

export type PromiseState = 'open' | 'kept' | 'waived' | 'void';

/** One promise as a decider sees it now. `cycle` is the seq of the fact that opened it; with `kind` it names the promise. */
export type Owed = {
  kind: string;
  cycle: number;
  ownerId: string | undefined;
  openedAt: Temporal.Instant;
  dueAt: Temporal.Instant;
  ladder: LadderStep[];
  /** Milliseconds after which the last step is repeated, again and again. */
  repeatLastAfter?: number | undefined;
  state: PromiseState;
  endedAt?: Temporal.Instant | undefined;
};

/** @returns the instant at which step `index` fires; undefined when the ladder has no such step */
export function stepAt(
  owed: Pick<Owed, 'dueAt' | 'ladder' | 'repeatLastAfter'>,
  index: number,
): Temporal.Instant | undefined {
  const step = owed.ladder[index];
  if (step) return owed.dueAt.add({ milliseconds: step.at });
  const last = owed.ladder.at(-1);
  if (!last || owed.repeatLastAfter === undefined) return undefined;
  const repeats = index - owed.ladder.length + 1;
  return owed.dueAt.add({ milliseconds: last.at + repeats * owed.repeatLastAfter });
}

/** @returns the step of a ladder, the last one repeated when `index` lies beyond it */
export function stepOf(ladder: LadderStep[], index: number): LadderStep | undefined {
  return ladder[index] ?? ladder.at(-1);
}

/**
 * @param fired how many steps have fired or were skipped
 * @param missed whether it has been recorded that the promise was missed
 * @returns when the promise must be looked at next; undefined when nothing is left to happen
 */
export function nextWake(owed: Owed, fired: number, missed: boolean): Temporal.Instant | undefined {
  if (owed.state !== 'open') return undefined;
  const step = stepAt(owed, fired);
  if (missed) return step;
  if (!step) return owed.dueAt;
  return Temporal.Instant.compare(step, owed.dueAt) < 0 ? step : owed.dueAt;
}

export type Awakened = { step: number | undefined; skipped: number[]; fired: number; missed: boolean };

/**
 * What an open promise does at `now`: fires the highest due step and skips the ones below it.
 * @returns undefined when nothing is due, so that a stale wake does nothing
 */
export function awaken(
  owed: Owed,
  row: { fired: number; missed: boolean },
  now: Temporal.Instant,
): Awakened | undefined {
  if (owed.state !== 'open') return undefined;
  let fired = row.fired;
  for (let at = stepAt(owed, fired); at && Temporal.Instant.compare(at, now) <= 0; at = stepAt(owed, fired))
    fired += 1;
  const missed = !row.missed && Temporal.Instant.compare(owed.dueAt, now) <= 0;
  if (fired === row.fired && !missed) return undefined;
  const step = fired === row.fired ? undefined : fired - 1;
  const skipped =
    step === undefined ? [] : Array.from({ length: step - row.fired }, (_, index) => row.fired + index);
  return { step, skipped, fired, missed };
}
