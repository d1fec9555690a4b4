/** What a provider was, day by day, from the spans that were kept. Pure. A time that no span covers is a time when nobody asked. */
import { type ProviderState, worst } from './state.ts';

export type Span = { state: ProviderState; startedAt: Temporal.Instant; endedAt: Temporal.Instant };
export type Day = {
  /** In UTC. */
  day: string;
  /** The worst of the day, or null when nobody asked. */
  state: ProviderState | null;
  minutes: Partial<Record<ProviderState, number>>;
};

const SECONDS_OF_A_DAY = 24 * 60 * 60;
// A blink is no trouble of the day.
const BLINK_SECONDS = 60;

/** @returns the last `days` days, the oldest first, the day of `now` included as far as it has gone */
export function daysOf(spans: readonly Span[], days: number, now: Temporal.Instant): Day[] {
  const today = now.toZonedDateTimeISO('UTC').startOfDay();
  return Array.from({ length: days }, (_, index) => {
    const from = today.subtract({ days: days - 1 - index });
    const to = from.add({ seconds: SECONDS_OF_A_DAY });
    const seconds = new Map<ProviderState, number>();
    for (const span of spans) {
      const overlap = secondsBetween(
        later(span.startedAt, from.toInstant()),
        sooner(span.endedAt, to.toInstant()),
      );
      if (overlap > 0) seconds.set(span.state, (seconds.get(span.state) ?? 0) + overlap);
    }
    return {
      day: from.toPlainDate().toString(),
      state: stateOf(seconds),
      minutes: Object.fromEntries([...seconds].map(([state, length]) => [state, Math.round(length / 60)])),
    };
  });
}

/** The worst that was felt; a day of which most was not known is not known. */
function stateOf(seconds: Map<ProviderState, number>): ProviderState | null {
  if (seconds.size === 0) return null;
  const felt = [...seconds].flatMap(([state, length]) =>
    state !== 'unknown' && state !== 'operational' && length >= BLINK_SECONDS ? [state] : [],
  );
  if (felt.length > 0) return worst(felt);
  const known = [...seconds].reduce((sum, [state, length]) => sum + (state === 'unknown' ? 0 : length), 0);
  return (seconds.get('unknown') ?? 0) > known ? 'unknown' : 'operational';
}

function secondsBetween(from: Temporal.Instant, to: Temporal.Instant): number {
  return (to.epochMilliseconds - from.epochMilliseconds) / 1000;
}

function later(one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(one, other) > 0 ? one : other;
}

function sooner(one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(one, other) < 0 ? one : other;
}
