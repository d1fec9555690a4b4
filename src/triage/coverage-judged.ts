/** What is known of a service's changes, kind by kind, and whether "nothing changed" may be said. Pure; the web uses its words. */
import type { ChangeKind } from '#incident/change.ts';
import { CHANGE_KIND_WORDS } from './relation.ts';

/** The kinds that somebody would have to tell us of. */
export const COVERED_KINDS = [
  'deploy',
  'config',
  'flag',
  'infra',
  'migration',
  'secret',
  'job',
  'third_party',
] as const satisfies ChangeKind[];
export type CoveredKind = (typeof COVERED_KINDS)[number];

/** `silent` and `not_connected` are both unknown; only of `connected` is absence evidence. `absent`: the service has none of it. */
export const COVERAGE_STATES = ['connected', 'silent', 'not_connected', 'absent'] as const;
export type CoverageState = (typeof COVERAGE_STATES)[number];

const DAY_SECONDS = 86_400;
/** No feed is called silent before this, however talkative it was. */
const SILENT_DAYS_MIN = 7;
/** Twice its longest silence so far, and it is worth a look. */
const SILENT_TIMES = 2;
/** With fewer changes than this a feed has no habit yet: a month is allowed. */
const HABIT_CHANGES_MIN = 3;
const WITHOUT_HABIT_DAYS = 30;
/** For one service and kind of a sender that still speaks of others: rare changes are no silence. */
const OWN_CHANGES_MIN = 5;
const OWN_DAYS_MIN = 14;
const OWN_TIMES = 3;
/** After a quarter without a word there is no feed any more. */
const FORGOTTEN_DAYS = 90;

export type Habit = { lastHeardAt: Temporal.Instant; changes: number; longestSilenceSeconds: number };

/** @returns after how many seconds of saying nothing at all a sender counts as silent */
export function silentAfterSeconds({ changes, longestSilenceSeconds }: Omit<Habit, 'lastHeardAt'>): number {
  const usual =
    changes < HABIT_CHANGES_MIN ? WITHOUT_HABIT_DAYS * DAY_SECONDS : SILENT_TIMES * longestSilenceSeconds;
  return Math.min(Math.max(SILENT_DAYS_MIN * DAY_SECONDS, usual), FORGOTTEN_DAYS * DAY_SECONDS);
}

export type Feed = Habit & {
  sender: string;
  name: string;
  lastChangeAt: Temporal.Instant;
  /** The sender as a whole, on any service. */
  whole: Habit;
};

export type JudgedFeed = {
  sender: string;
  name: string;
  lastHeardAt: string;
  lastChangeAt: string;
  spokeAt: string;
  changes: number;
  silent: boolean;
  note: string;
};

/**
 * A feed is silent when its sender has said nothing of anything for longer than its habit allows, or, while the sender still speaks,
 * when this service and kind of it have been quiet for three times their longest silence and two weeks.
 * @returns undefined for a feed of which nothing was heard for a quarter
 */
export function judgeFeed(feed: Feed, now: Temporal.Instant): JudgedFeed | undefined {
  const own = secondsSince(feed.lastHeardAt, now);
  const whole = secondsSince(feed.whole.lastHeardAt, now);
  if (own > FORGOTTEN_DAYS * DAY_SECONDS) return undefined;
  const mute = whole > silentAfterSeconds(feed.whole);
  const quiet =
    feed.changes >= OWN_CHANGES_MIN &&
    own > Math.max(OWN_DAYS_MIN * DAY_SECONDS, OWN_TIMES * feed.longestSilenceSeconds);
  const note = mute
    ? `${feed.name} has said nothing of any service for ${daysWords(whole)}; before that never for longer than ${daysWords(feed.whole.longestSilenceSeconds)}.`
    : quiet
      ? `${feed.name} speaks, but not of this for ${daysWords(own)}; before that never for longer than ${daysWords(feed.longestSilenceSeconds)}.`
      : `${feed.name} last spoke ${agoWords(whole)} ago.`;
  return {
    sender: feed.sender,
    name: feed.name,
    lastHeardAt: feed.lastHeardAt.toString(),
    lastChangeAt: feed.lastChangeAt.toString(),
    spokeAt: feed.whole.lastHeardAt.toString(),
    changes: feed.changes,
    silent: mute || quiet,
    note,
  };
}

export type KindCoverage = {
  kind: CoveredKind;
  state: CoverageState;
  lastHeardAt: string | null;
  lastChangeAt: string | null;
  feeds: JudgedFeed[];
  absence: { saidBy: string; saidAt: string } | null;
  note: string;
};

/** A third party that is asked how it is: its answer is a feed, though it seldom has an incident to tell of. */
export type Asked = { name: string; stale: boolean; sentence: string };

/**
 * @param absence who said that the service has no such thing; a feed that speaks all the same is believed before it
 * @param asked for third parties, those behind the service; one that no longer answers leaves the kind unknown
 */
export function judgeKind(
  kind: CoveredKind,
  feeds: Feed[],
  absence: KindCoverage['absence'],
  now: Temporal.Instant,
  asked: Asked[] = [],
): KindCoverage {
  const judged = feeds.flatMap((feed) => judgeFeed(feed, now) ?? []);
  const stale = asked.find((each) => each.stale);
  const speaks = asked.length ? !stale : judged.some((feed) => !feed.silent);
  const state: CoverageState = speaks
    ? 'connected'
    : absence
      ? 'absent'
      : judged.length || stale
        ? 'silent'
        : 'not_connected';
  const lastHeardAt = latest(judged.map((feed) => feed.lastHeardAt));
  const lastChangeAt = latest(judged.map((feed) => feed.lastChangeAt));
  const said =
    asked.length > 0
      ? (stale ? [stale] : asked).map((each) => each.sentence).join(' ')
      : (judged.find((feed) => feed.silent === (state === 'silent'))?.note ?? '');
  const note = {
    connected: said,
    silent: `Unknown: ${said}`,
    not_connected: 'Unknown: no feed is connected.',
    absent: `${absence?.saidBy ?? ''} said that this service has none.`,
  }[state];
  return { kind, state, lastHeardAt, lastChangeAt, feeds: judged, absence, note };
}

const NOTHING_WORDS: Record<CoveredKind, string> = {
  deploy: 'deployment',
  config: 'configuration change',
  flag: 'flag change',
  infra: 'infrastructure change',
  migration: 'migration',
  secret: 'certificate or secret change',
  job: 'change to a scheduled job',
  third_party: 'provider incident',
};

/**
 * One sentence for a service: how many changes there were, what surely did not change, and of what nothing is known.
 * @param counts changes within these hours, by kind
 */
export function coverageNote(
  service: { name: string; kinds: Pick<KindCoverage, 'kind' | 'state'>[] },
  counts: Partial<Record<ChangeKind, number>>,
  hours: number,
): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const open = service.kinds.filter(({ kind }) => !counts[kind]);
  const of = (state: CoverageState) => open.filter((each) => each.state === state);
  const known = of('connected').map(({ kind }) => NOTHING_WORDS[kind]);
  const names = (state: CoverageState) => of(state).map(({ kind }) => CHANGE_KIND_WORDS[kind]);
  const parts = [
    ...(total ? [`${total} ${total === 1 ? 'change' : 'changes'} to ${service.name} in ${hours} h`] : []),
    ...(known.length ? [`no ${listed(known, 'or')}${total ? '' : ` to ${service.name} in ${hours} h`}`] : []),
    ...(names('silent').length ? [`${listed(names('silent'), 'and')}: unknown, the feed is silent`] : []),
    ...(names('not_connected').length
      ? [`${listed(names('not_connected'), 'and')}: unknown, no feed connected`]
      : []),
  ];
  if (total === 0 && service.kinds.every(({ state }) => state === 'not_connected' || state === 'absent'))
    return `No change feed connected for ${service.name}: something may have changed without our knowing.`;
  const text = parts.join('; ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function listed(words: string[], last: 'and' | 'or'): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

function latest(times: string[]): string | null {
  return (
    times.toSorted((one, other) =>
      Temporal.Instant.compare(Temporal.Instant.from(other), Temporal.Instant.from(one)),
    )[0] ?? null
  );
}

function secondsSince(at: Temporal.Instant, now: Temporal.Instant): number {
  return Math.max(0, (now.epochMilliseconds - at.epochMilliseconds) / 1000);
}

function daysWords(seconds: number): string {
  const days = Math.round(seconds / DAY_SECONDS);
  return days === 1 ? '1 day' : days === 0 ? 'a day' : `${days} days`;
}

function agoWords(seconds: number): string {
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return seconds < 2 * DAY_SECONDS ? `${Math.round(seconds / 3600)} h` : daysWords(seconds);
}
