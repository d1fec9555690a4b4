/** The record of a large vendor as something to live through again: who would have said what, and when. Pure but for reading the file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Times are milliseconds since 1970. */
export type RealIncident = {
  id: string;
  /** Minor counts as P2, major and critical as P1. */
  severity: 'P1' | 'P2';
  /** When each message came; the last one says that it is resolved. */
  saidAt: number[];
  /** How many of the messages named the time of the next one. */
  named: number;
};

/** One message of the replay. `watching`: sent with one tap by whoever watches that it stays repaired. `final`: sent by the house itself. */
export type Said = {
  at: number;
  kind: 'first' | 'next' | 'works_again' | 'watching' | 'final';
};

const MINUTE = 60_000;
const FILE = join(import.meta.dirname, '../../bench/github-status/record.jsonl');

export function readRecord(): RealIncident[] {
  return readFileSync(FILE, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const row = JSON.parse(line) as {
        id: string;
        impact: string;
        startedAt: string;
        updatesMinutes: number[];
        named: number[];
      };
      const start = Date.parse(row.startedAt);
      return {
        id: row.id,
        severity: row.impact === 'minor' ? 'P2' : 'P1',
        saidAt: row.updatesMinutes.map((minutes) => start + minutes * MINUTE),
        named: row.named.length,
      };
    });
}

// The numbers of the policy, written down a second time on purpose: this is what the replay is checked against.
export const CADENCE_MINUTES = { P1: 30, P2: 60 };
const ROUNDED_TO_MINUTES = 5;
const WATCH_MINUTES = { P1: 60, P2: 30 };
const TAPPED_BEFORE_MINUTES = 2;

/** The time that a message of then names: now plus the cadence, rounded down to five minutes. */
export function promisedAt(at: number, severity: RealIncident['severity']): number {
  const step = ROUNDED_TO_MINUTES * MINUTE;
  return Math.floor((at + CADENCE_MINUTES[severity] * MINUTE) / step) * step;
}

/** What the people of that incident say here: every message at its real time, then "nothing new" in time until the watch is over. */
export function saidIn({ severity, saidAt }: RealIncident): Said[] {
  const end = saidAt.at(-1)!;
  const [first = end, ...rest] = saidAt.slice(0, -1);
  const said: Said[] = [
    { at: first, kind: 'first' },
    ...rest.map((at): Said => ({ at, kind: 'next' })),
    { at: end, kind: 'works_again' },
  ];
  const watchedUntil = end + WATCH_MINUTES[severity] * MINUTE;
  for (let at = end; ; ) {
    at = promisedAt(at, severity) - TAPPED_BEFORE_MINUTES * MINUTE;
    if (at + TAPPED_BEFORE_MINUTES * MINUTE >= watchedUntil) break;
    said.push({ at, kind: 'watching' });
  }
  return [...said, { at: watchedUntil, kind: 'final' }];
}
