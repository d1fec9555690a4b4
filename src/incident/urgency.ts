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
 * The ladder says when a promise is pressing: its first reminder after it was made. One that speaks only once it is late,
 * or spoke before there was time to do anything, is pressing from when it is urgent.
 * @param steps of its ladder: milliseconds from when it is due, negative before
 * @returns from when it is marked as soon due; at its time it is late
 */
export function soonFrom(openedAt: number, dueAt: number, steps: readonly { at: number }[]): number {
  const reminders = steps.map((step) => dueAt + step.at).filter((at) => at > openedAt && at < dueAt);
  return reminders.length ? Math.min(...reminders) : urgentFrom(openedAt, dueAt);
}
