/** When a reason may ring at a person: at most one page per spacing across incidents, except while an incident looks for somebody to answer. Pure. */

/**
 * @param lastRungAt when this person was rung last, for any incident
 * @param spacing milliseconds
 * @param atOnce nobody has told this person of this incident yet, or it still looks for somebody to answer
 * @returns the instant until which the page is held, undefined to ring now
 */
export function holdUntil(given: {
  lastRungAt: Temporal.Instant | undefined;
  spacing: number;
  atOnce: boolean;
  now: Temporal.Instant;
}): Temporal.Instant | undefined {
  const { lastRungAt, spacing, atOnce, now } = given;
  if (!lastRungAt || atOnce) return undefined;
  const free = lastRungAt.add({ milliseconds: spacing });
  return Temporal.Instant.compare(free, now) > 0 ? free : undefined;
}
