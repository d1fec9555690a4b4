/** Holds the times that senders claim against our own clock: state never believes the future or the absurdly old. */

const AHEAD_MINUTES_MAX = 5;
const OLD_DAYS_MAX = 366;
const EXPIRES_DAYS_MAX = 30;
const ISO = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?( ?(Z|[+-]\d\d(:?\d\d)?))?$/i;

/** @returns undefined for what is not an ISO 8601 time; a time without a zone is read as UTC */
export function instantOf(text: unknown): Temporal.Instant | undefined {
  if (typeof text !== 'string' || text.length > 40 || !ISO.test(text)) return undefined;
  const zoned = /(Z|[+-]\d\d(:?\d\d)?)$/i.test(text.slice(11)) ? text : `${text}Z`;
  const milliseconds = Date.parse(
    zoned
      .replace(' ', 'T')
      .replace(/ (?=[+-Z])/i, '')
      .replace(/([+-]\d\d)$/, '$1:00'),
  );
  return Number.isNaN(milliseconds) ? undefined : Temporal.Instant.fromEpochMilliseconds(milliseconds);
}

/** When it began, for our state: `now` where the claim is missing, in the future, or older than a year. */
export function heldAgainst(now: Temporal.Instant, claimed: Temporal.Instant | undefined): Temporal.Instant {
  if (!claimed) return now;
  const age = now.epochMilliseconds - claimed.epochMilliseconds;
  return age < 0 || age > OLD_DAYS_MAX * 86_400_000 ? now : claimed;
}

/** True when a time lies further ahead than clocks usually differ. */
export function tooFarAhead(now: Temporal.Instant, claimed: Temporal.Instant): boolean {
  return claimed.epochMilliseconds - now.epochMilliseconds > AHEAD_MINUTES_MAX * 60_000;
}

/** The end of an alert that was announced for later, at most thirty days from now. */
export function expiryOf(now: Temporal.Instant, endsAt: Temporal.Instant): Temporal.Instant {
  const latest = now.epochMilliseconds + EXPIRES_DAYS_MAX * 86_400_000;
  return Temporal.Instant.fromEpochMilliseconds(Math.min(endsAt.epochMilliseconds, latest));
}
