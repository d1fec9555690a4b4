/** When a provider is asked next. Pure. */
import { createHash } from 'node:crypto';
import type { FeedAnswer } from './ask.ts';
import type { KeptRow } from './rows.ts';

const EVERY_SECONDS = 60;
const BACK_OFF_SECONDS_MAX = 300;
// One lost packet is no outage: the second check decides, and comes soon.
const PROBE_AGAIN_SECONDS = 20;
const JITTER = 0.1;

/** Once a minute, give or take, so that not all are asked at once; after failures ever later, up to five minutes. */
export function nextCheck(
  id: string,
  { kept, feed }: { kept: Pick<KeptRow, 'failures' | 'probeFailures'>; feed: FeedAnswer | undefined },
  now: Temporal.Instant,
): Temporal.Instant {
  const backOff = Math.min(EVERY_SECONDS * 2 ** Math.max(0, kept.failures - 1), BACK_OFF_SECONDS_MAX);
  const wanted = feed?.came === 'nothing' ? (feed.retryAfterSeconds ?? 0) : 0;
  const seconds = kept.probeFailures === 1 ? PROBE_AGAIN_SECONDS : Math.max(backOff, wanted);
  return now.add({ milliseconds: Math.round(seconds * 1000 * (1 + JITTER * (2 * spread(id, now) - 1))) });
}

/** A number from 0 to 1 that differs from provider to provider and from time to time, and is the same when tried again. */
function spread(id: string, now: Temporal.Instant): number {
  return createHash('sha256').update(`${id} ${now.epochMilliseconds}`).digest().readUInt32BE(0) / 2 ** 32;
}
