/** One event stream per browser, shared by its tabs: hints make what is shown ask again, silence is told honestly. */
import type { QueryClient } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { nowMs } from '../words/clock.ts';

const STREAM = '/api/v1/stream';
const CHANNEL = 'humdrum-live';
const LOCK = 'humdrum-stream';
const RETRY_MS = 3_000;
/** A leading tab speaks this often; the others believe the line is dead after twice as long. */
const PULSE_MS = 5_000;

export type Hint = { kind: string; id: string; version: number };
type Told = { say: 'hint'; hint: Hint } | { say: 'reset' } | { say: 'line'; lostSince: number | null };

/** Milliseconds since when nothing is heard; null while all is well. */
let lostSince: number | null = null;
const watchers = new Set<() => void>();

export function useLostSince(): number | null {
  return useSyncExternalStore(
    (changed) => {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
    () => lostSince,
  );
}

function lineIs(since: number | null): void {
  if (lostSince === since) return;
  lostSince = since;
  for (const each of watchers) each();
}

/** Starts listening; called once when somebody is signed in. Returns how to stop. */
export function listen(queries: QueryClient, heard: (hint: Hint) => void): () => void {
  const stopped = new AbortController();
  const channel = 'BroadcastChannel' in globalThis ? new BroadcastChannel(CHANNEL) : undefined;
  const tell = (told: Told) => {
    obey(told, queries, heard);
    channel?.postMessage(told);
  };
  let lastHeard = nowMs();
  let leading = false;
  channel?.addEventListener('message', (event: MessageEvent<Told>) => {
    lastHeard = nowMs();
    obey(event.data, queries, heard);
  });
  const lead = () => {
    leading = true;
    return openStream(tell, stopped.signal);
  };
  const pulse = setInterval(() => {
    if (leading) channel?.postMessage({ say: 'line', lostSince } satisfies Told);
    else if (channel && navigator.locks && nowMs() - lastHeard > 3 * PULSE_MS) lineIs(lostSince ?? lastHeard);
  }, PULSE_MS);
  stopped.signal.addEventListener('abort', () => {
    clearInterval(pulse);
    channel?.close();
    lineIs(null);
  });
  const offline = () => tell({ say: 'line', lostSince: lostSince ?? nowMs() });
  addEventListener('offline', offline);
  stopped.signal.addEventListener('abort', () => removeEventListener('offline', offline));
  // Without locks (an address without https) each tab has its own stream.
  if (navigator.locks && channel)
    void navigator.locks.request(LOCK, { signal: stopped.signal }, lead).catch(() => undefined);
  else void lead();
  return () => stopped.abort();
}

function obey(told: Told, queries: QueryClient, heard: (hint: Hint) => void): void {
  if (told.say === 'line') {
    if (told.lostSince === null && lostSince !== null) void queries.invalidateQueries();
    lineIs(told.lostSince);
  } else if (told.say === 'reset') void queries.invalidateQueries();
  else {
    for (const queryKey of keysOf(told.hint)) void queries.invalidateQueries({ queryKey });
    heard(told.hint);
  }
}

/** What a hint makes doubtful. Every query key starts with the plural of its kind, or with `now`. */
export function keysOf({ kind, id }: Hint): unknown[][] {
  switch (kind) {
    case 'incident':
    case 'strip':
      return [['incidents', id], ['incidents', 'list'], ['now']];
    case 'page':
    case 'page_rings':
      return [['pages'], ['now'], ['oncall']];
    case 'provider':
      return [['providers'], ['incidents']];
    case 'third_party':
      return [['third_partys'], ['providers'], ['incidents']];
    // However many come, they change nothing about who is called.
    case 'change':
      return [['changes'], ['change'], ['incidents']];
    // One for each edit of whoever types: only windows that have this text open look.
    case 'postmortem_text':
      return [['postmortem_text', id]];
    case 'deliveries':
      return [['incidents', id]];
    case 'person':
      return [['people'], ['oncall'], ['readiness'], ['session']];
    default:
      return [[`${kind.replace(/y$/, 'ie')}s`], [kind], ['incidents'], ['readiness'], ['oncall']];
  }
}

/** Holds the stream until told to stop; opens it again by itself when the browser gives up. */
function openStream(tell: (told: Told) => void, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let source: EventSource | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    const open = () => {
      source = new EventSource(STREAM);
      source.addEventListener('open', () => tell({ say: 'line', lostSince: null }));
      source.addEventListener('reset', () => tell({ say: 'reset' }));
      // The session has ended or its rights have changed: ask again who is looking.
      source.addEventListener('ended', () => tell({ say: 'reset' }));
      for (const name of ['message', 'hint'])
        source.addEventListener(name, (event) => {
          const hint = hintIn((event as MessageEvent<string>).data);
          if (hint) tell({ say: 'hint', hint });
        });
      source.addEventListener('error', () => {
        tell({ say: 'line', lostSince: lostSince ?? nowMs() });
        if (source?.readyState !== EventSource.CLOSED) return;
        clearTimeout(again);
        again = setTimeout(open, RETRY_MS);
      });
    };
    stop.addEventListener('abort', () => {
      source?.close();
      clearTimeout(again);
      resolve();
    });
    open();
  });
}

function hintIn(data: string): Hint | undefined {
  try {
    const hint = JSON.parse(data) as Partial<Hint>;
    return typeof hint.kind === 'string' && typeof hint.id === 'string' ? (hint as Hint) : undefined;
  } catch {
    return undefined;
  }
}
