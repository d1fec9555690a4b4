/** When a promise becomes urgent: the server changes the next step at that moment, and the web asks again for it. Pure. */

const URGENT_MILLISECONDS = 5 * 60_000;

/**
 * A promise is urgent in its last five minutes; one of less than ten minutes in its second half, so that with a
 * short cadence something else gets its turn.
 * @returns the first moment, in milliseconds like both arguments
 */
export function urgentFrom(openedAt: number, dueAt: number): number {
  return dueAt - Math.min(URGENT_MILLISECONDS, Math.max(0, dueAt - openedAt) / 2);
}
