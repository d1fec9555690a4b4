/** When a promise becomes urgent, and from when it is shown as soon due. Pure. */

const URGENT_MILLISECONDS = 5 * 60_000;

/**
 * A promise is urgent in its last five minutes; one of less than ten minutes in its second half, so that with a
 * short cadence something else gets its turn.
 * @returns the first moment, in milliseconds like both arguments
 */
export function urgentFrom(openedAt: number, dueAt: number): number {
  return dueAt - Math.min(URGENT_MILLISECONDS, Math.max(0, dueAt - openedAt) / 2);
}

/**
 * The ladder says when a promise is pressing: its first step, usually a reminder. One that speaks only once it is late
 * is pressing from when it is urgent.
 * @param firstStepAt when the first step of its ladder fires, in milliseconds like the others; undefined without a ladder
 * @returns from when it is marked as soon due; at its time it is late
 */
export function soonFrom(openedAt: number, dueAt: number, firstStepAt: number | undefined): number {
  if (firstStepAt === undefined || firstStepAt >= dueAt) return urgentFrom(openedAt, dueAt);
  return Math.max(openedAt, firstStepAt);
}
