/** The one clock of the web app: the server's time as far as its answers tell it, ticking for whoever watches. */
import { useSyncExternalStore } from 'react';
import { type Pressing, pressing } from './pressing.ts';

const TRUSTED_DIFFERENCE_MS = 2_000;

let offsetMs = 0;

export function nowMs(): number {
  return Date.now() + offsetMs;
}

/** A phone's clock may be minutes off; a countdown to a client must not be. The header has whole seconds. */
export function learnServerTime(dateHeader: string | null): void {
  const server = dateHeader ? Date.parse(dateHeader) : Number.NaN;
  if (Number.isNaN(server)) return;
  const difference = server + 500 - Date.now();
  offsetMs = Math.abs(difference) < TRUSTED_DIFFERENCE_MS ? 0 : difference;
}

/** Now, renewed each second or each whole minute, so that quiet places do not flicker. */
export function useNow(every: 'second' | 'minute' = 'minute'): number {
  const stepMs = every === 'second' ? 1_000 : 60_000;
  return useSyncExternalStore(watchSeconds, () => Math.floor(nowMs() / stepMs) * stepMs);
}

/** How near something owed is; renewed at the second at which that changes, and only then. */
export function usePressing(owed: { dueAt: string; soonFrom: string | null }): Pressing {
  return useSyncExternalStore(watchSeconds, () => pressing(owed, nowMs()));
}

const watchers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function watchSeconds(changed: () => void): () => void {
  watchers.add(changed);
  timer ??= setInterval(() => {
    for (const each of watchers) each();
  }, 1_000);
  return () => {
    watchers.delete(changed);
    if (watchers.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
