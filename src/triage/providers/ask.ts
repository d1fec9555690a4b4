/** Asks a provider how it is: its feed, and our own check. Nothing is written here, and nothing thrown: a failure is an answer. */
import { createHash } from 'node:crypto';
import type { Feed, Probe } from '#directory/feeds.ts';
import { type Clock, stopwatch } from '#platform/clock.ts';
import { Failed } from '#platform/errors.ts';
import type { Answered, Ask, Outbound } from '#platform/http/outbound.ts';
import { KINDS } from './kinds.ts';
import { type Probed, read as readProbe } from './probe/read.ts';
import { bounded, type Page, type Reading } from './reading.ts';

const ANSWER_MILLISECONDS_MAX = 10_000;
// Google's history is the longest, at a few hundred KB.
const FEED_BYTES_MAX = 4 * 1024 * 1024;
const PROBE_BYTES_MAX = 1024 * 1024;
const RETRY_AFTER_SECONDS_MAX = 900;
const VALIDATOR_CHARACTERS_MAX = 300;

export type Asking = { outbound: Outbound; clock: Clock; withinMilliseconds?: number | undefined };

/** What the last answer brought for the next question; without them the whole content is asked for. */
export type Validators = { etag: string | null; lastModified: string | null };

export type FeedAnswer =
  | { came: 'content'; reading: Reading; digest: string; validators: Validators }
  | { came: 'unchanged' }
  | { came: 'nothing'; error: string; retryAfterSeconds: number | undefined };

/** @returns what the feed says, that it says what it said before, or why it cannot be read */
export async function askFeed(asking: Asking, feed: Feed, validators: Validators): Promise<FeedAnswer> {
  const kind = KINDS[feed.kind];
  try {
    const url = kind.address(feed.url);
    // With a second address, the first may be unchanged while the second is not.
    const alsoAt = feed.components.length ? kind.alsoAt?.(feed.url) : undefined;
    const conditions = alsoAt ? {} : conditionsOf(validators);
    const answer = await get(asking, { url, accept: kind.accept, conditions });
    if (answer.status === 304) {
      if (Object.keys(conditions).length > 0) return { came: 'unchanged' };
      throw new Failed('It answered 304 although it was asked for the whole content.');
    }
    if (answer.status !== 200) return nothing(`It answered ${answer.status}.`, answer, asking.clock.now());
    const also = alsoAt ? await get(asking, { url: alsoAt, accept: kind.accept, conditions: {} }) : undefined;
    const now = asking.clock.now();
    const reading = kind.read(answer, now, also?.status === 200 ? also : undefined);
    return {
      came: 'content',
      reading: bounded(reading, now),
      digest: createHash('sha256').update(answer.bytes).digest('base64url'),
      validators: { etag: header(answer, 'etag'), lastModified: header(answer, 'last-modified') },
    };
  } catch (error) {
    return nothing(error instanceof Failed ? error.message : 'It answered what cannot be read.');
  }
}

/** @returns how our own check went */
export async function askProbe(asking: Asking, probe: Probe): Promise<Probed> {
  const elapsed = stopwatch();
  try {
    const answer = await asking.outbound.request({
      ...limits(asking, PROBE_BYTES_MAX),
      url: probe.url,
      headers: { accept: '*/*' },
    });
    return readProbe(
      { status: answer.status, ...pageOf(answer) },
      { milliseconds: elapsed(), text: probe.text },
    );
  } catch (error) {
    const why = error instanceof Failed ? error.message : 'It broke off.';
    return { state: 'major', note: `Our own check failed: ${why}` };
  }
}

async function get(
  asking: Asking,
  { url, accept, conditions }: { url: string; accept: string; conditions: Record<string, string> },
): Promise<Answered> {
  return asking.outbound.request({
    ...limits(asking, FEED_BYTES_MAX),
    url,
    headers: { accept, ...conditions },
  });
}

function limits(asking: Asking, answerBytesMax: number): Omit<Ask, 'url'> {
  return {
    method: 'GET',
    packed: true,
    answerBytesMax,
    withinMilliseconds: asking.withinMilliseconds ?? ANSWER_MILLISECONDS_MAX,
  };
}

function conditionsOf({ etag, lastModified }: Validators): Record<string, string> {
  return {
    ...(etag ? { 'if-none-match': etag } : {}),
    ...(lastModified ? { 'if-modified-since': lastModified } : {}),
  };
}

function pageOf({ bytes, headers }: Answered): Page {
  return { bytes, headers };
}

/** Only what can be sent back as it came. */
function header({ headers }: Answered, name: string): string | null {
  const value = headers[name];
  return typeof value === 'string' && value.length <= VALIDATOR_CHARACTERS_MAX && /^[\x20-\x7e]+$/.test(value)
    ? value
    : null;
}

function nothing(error: string, answer?: Answered, now?: Temporal.Instant): FeedAnswer {
  return { came: 'nothing', error, retryAfterSeconds: answer && now ? retryAfter(answer, now) : undefined };
}

/** How long the other side asks us to wait: seconds or a date, RFC 9110 §10.2.3. */
function retryAfter({ headers }: Answered, now: Temporal.Instant): number | undefined {
  const value = String(headers['retry-after'] ?? '');
  const seconds = /^\d{1,9}$/.test(value)
    ? Number(value)
    : Math.ceil((Date.parse(value) - now.epochMilliseconds) / 1000);
  return seconds > 0 ? Math.min(seconds, RETRY_AFTER_SECONDS_MAX) : undefined;
}
