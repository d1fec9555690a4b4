/** How a third party is, from what was last kept of it. Pure: the same row says another thing when it has grown old. */
import type { Feed, Probe } from '#directory/feeds.ts';
import type { Component } from './reading.ts';
import { isTrouble, type ProviderState, worst } from './state.ts';

/** Asked once a minute: after this, something is wrong with the feed, or with us. */
export const STALE_AFTER_MINUTES = 5;
// Trouble that was seen is believed a while after the feed has fallen silent; then it is no knowledge any more.
const TROUBLE_BELIEVED_MINUTES = 60;

/** What is asked of whom, as the directory has it. */
export type Target = {
  id: string;
  name: string;
  statusUrl: string | null;
  feed: Feed | null;
  probe: Probe | null;
};

/** What was last kept. */
export type Kept = {
  asked: string;
  attemptedAt: Temporal.Instant;
  failures: number;
  answeredAt: Temporal.Instant | null;
  unchangedSince: Temporal.Instant | null;
  error: string | null;
  feedState: ProviderState | null;
  feedNote: string | null;
  components: Component[];
  probeState: ProviderState | null;
  probeAt: Temporal.Instant | null;
  probeNote: string | null;
};

export type ProviderStatus = {
  state: ProviderState;
  asOf: Temporal.Instant | null;
  stale: boolean;
  /** What it was when it was last known. */
  last: ProviderState | null;
  /** Why it is not known, or what is wrong, as sentences. */
  note: string | null;
  unchangedSince: Temporal.Instant | null;
};

/** Answers belong to what was asked: when the directory says something else, they say nothing. */
export function askedOf({ feed, probe }: Pick<Target, 'feed' | 'probe'>): string {
  return JSON.stringify([feed && [feed.kind, feed.url, feed.components], probe && [probe.url, probe.text]]);
}

/** How it is at `now`. A failure never reads as green, and neither does silence. */
export function statusOf(target: Target, kept: Kept | undefined, now: Temporal.Instant): ProviderStatus {
  const nothing = { state: 'unknown', asOf: null, stale: false, last: null, unchangedSince: null } as const;
  const { name } = target;
  if (!target.feed && !target.probe)
    return { ...nothing, note: `Nobody asks how ${name} is: it has no feed and no check of our own.` };
  if (!kept || kept.asked !== askedOf(target)) return { ...nothing, note: `${name} has not been asked yet.` };
  const feed = target.feed ? feedPart(kept, now) : undefined;
  const probe = target.probe ? probePart(kept, now) : undefined;
  const parts = [feed, probe].filter((part) => part !== undefined);
  const main = feed ?? probe;
  return {
    state: worst(parts.map((part) => part.state)),
    asOf: main?.at ?? null,
    stale: main?.stale ?? true,
    last: main?.last ?? null,
    note: parts.flatMap((part) => part.note ?? []).join(' ') || null,
    unchangedSince: feed ? kept.unchangedSince : null,
  };
}

type Part = {
  state: ProviderState;
  at: Temporal.Instant | null;
  stale: boolean;
  last: ProviderState | null;
  note: string | null;
};

function feedPart(kept: Kept, now: Temporal.Instant): Part {
  const { answeredAt: at, feedState, error, feedNote } = kept;
  if (at === null || feedState === null)
    return {
      state: 'unknown',
      at: null,
      stale: true,
      last: null,
      note: error ?? 'Its feed has never been read.',
    };
  const minutes = now.since(at).total('minutes');
  const stale = kept.failures > 0 || minutes > STALE_AFTER_MINUTES;
  const believed = !stale || (isTrouble(feedState) && minutes <= TROUBLE_BELIEVED_MINUTES);
  return {
    state: believed ? feedState : 'unknown',
    at,
    stale,
    last: feedState,
    note: stale ? (error ?? 'It has not been asked since.') : feedNote,
  };
}

function probePart({ probeState, probeAt: at, probeNote }: Kept, now: Temporal.Instant): Part {
  if (at === null || probeState === null)
    return {
      state: 'unknown',
      at: null,
      stale: true,
      last: null,
      note: 'Our own check has not been made yet.',
    };
  const stale = now.since(at).total('minutes') > STALE_AFTER_MINUTES;
  return {
    state: stale ? 'unknown' : probeState,
    at,
    stale,
    last: probeState,
    note: stale ? 'Our own check has not been made since.' : probeState === 'operational' ? null : probeNote,
  };
}
