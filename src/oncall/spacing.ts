/** When a reason may ring at a person: at most one page per spacing across incidents, except the first page of a new incident. Pure. */

/**
 * @param lastRungAt when this person was rung last, for any incident
 * @param spacing milliseconds
 * @param firstOfIncident nobody has told this person of this incident yet
 * @returns the instant until which the page is held, undefined to ring now
 */
export function holdUntil(given: {
  lastRungAt: Temporal.Instant | undefined;
  spacing: number;
  firstOfIncident: boolean;
  now: Temporal.Instant;
}): Temporal.Instant | undefined {
  const { lastRungAt, spacing, firstOfIncident, now } = given;
  if (!lastRungAt || firstOfIncident) return undefined;
  const free = lastRungAt.add({ milliseconds: spacing });
  return Temporal.Instant.compare(free, now) > 0 ? free : undefined;
}
