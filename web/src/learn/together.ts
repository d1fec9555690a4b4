/** One window's copy of a text that several people write: sends what is typed here, takes in what others wrote, and keeps the unsent. */
import * as Y from 'yjs';
import {
  linesOf,
  lineText,
  ownOf,
  type RootText,
  rootText,
  sectionsIn,
  takenOutIn,
} from '#src/learn/document.ts';
import { placeSections, placeTyped } from '#src/learn/place.ts';
import type { Sections, TimelineEntry } from '#src/learn/sections.ts';
import { inWords, Problem } from '../api/http.ts';
import { bytesOf, textOf } from './base64.ts';
import type { Kept } from './kept.ts';

/** After the first unsent letter; while somebody types on, an edit leaves about twice a second. */
const PAUSE_MS = 400;
const KEEP_MS = 100;
const RETRY_MS = 2_000;
const RETRY_MAX_MS = 15_000;
/** A request holds somewhat more; a long time without a line is sent in several. */
const SEND_BYTES_MAX = 250_000;
const ROUNDS_MAX = 20;

export type Writer = { place: string; name: string; field: string };
export type Answer = { version: number; edit: string | null; writers: Writer[] };

/** The way to the server. Both throw Problem; `after` is the version up to which this window has everything. */
export type Line = {
  pull(after: number | undefined): Promise<Answer>;
  push(edit: string, after: number | undefined): Promise<Answer>;
};

/**
 * `saving`: typed, and on its way. `offline`: the server cannot be reached. `failed`: it was reached and did not take it.
 * What is not saved is kept in this browser, unless `keeps` is false.
 */
export type State = 'loading' | 'saved' | 'saving' | 'offline' | 'failed';
export type Shown = {
  state: State;
  problem: string | undefined;
  keeps: boolean;
  sections: Sections;
  takenOut: TimelineEntry[];
  writers: Writer[];
};

const MINE = 'mine';
const THEIRS = 'theirs';

export type Together = ReturnType<typeof createTogether>;

export function createTogether(line: Line, kept: Kept, empty: Sections) {
  const doc = new Y.Doc();
  let version: number | undefined;
  let unsent: Uint8Array[] = [];
  /** Others' edits that wait while a character is being composed. */
  let held: Uint8Array[] | undefined;
  let sending: Promise<boolean> | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let keeping: ReturnType<typeof setTimeout> | undefined;
  let failures = 0;
  let shown: Shown = {
    state: 'loading',
    problem: undefined,
    keeps: true,
    sections: empty,
    takenOut: [],
    writers: [],
  };
  const watchers = new Set<() => void>();

  const show = (part: Partial<Shown>): void => {
    shown = { ...shown, ...part };
    for (const each of watchers) each();
  };

  doc.on('update', (edit: Uint8Array, origin: unknown) => {
    const texts = { sections: sectionsIn(doc), takenOut: takenOutIn(doc) };
    if (origin === THEIRS) return show(texts);
    unsent.push(edit);
    keeping ??= setTimeout(keep, KEEP_MS);
    // What failed for good is tried again with the next letter, which may be what mends it.
    if (shown.state === 'failed') failures = 0;
    show({ ...texts, ...(shown.state === 'offline' ? {} : { state: 'saving', problem: undefined }) });
    if (shown.state !== 'offline') schedule(PAUSE_MS);
  });

  function schedule(milliseconds: number): void {
    timer ??= setTimeout(() => void send(), milliseconds);
  }

  function keep(): void {
    clearTimeout(keeping);
    keeping = undefined;
    const keeps = kept.write(unsent.length ? textOf(Y.mergeUpdates(unsent)) : undefined);
    if (keeps !== shown.keeps) show({ keeps });
  }

  function take(answer: Answer): void {
    const edits = answer.edit ? [bytesOf(answer.edit)] : [];
    if (held) held.push(...edits);
    else for (const edit of edits) Y.applyUpdate(doc, edit, THEIRS);
    version = Math.max(version ?? 0, answer.version);
    show({ writers: answer.writers });
  }

  /** The first look brings what was kept in this browser when it was last closed. */
  function bringBack(): void {
    const { edits, forget } = kept.read();
    for (const edit of edits)
      try {
        Y.applyUpdate(doc, bytesOf(edit), MINE);
      } catch {
        // What this browser holds is no edit; there is nothing to bring back.
      }
    keep();
    if (shown.keeps) forget();
  }

  async function pull(): Promise<void> {
    const first = version === undefined;
    take(await line.pull(version));
    if (first) {
      show({ state: 'saved', sections: sectionsIn(doc), takenOut: takenOutIn(doc) });
      bringBack();
    }
    // The server answers, so what waited for it may go.
    if (shown.state === 'offline') void send();
  }

  function send(): Promise<boolean> {
    clearTimeout(timer);
    timer = undefined;
    if (version === undefined || unsent.length === 0) return Promise.resolve(shown.state !== 'loading');
    sending ??= attempt().finally(() => {
      sending = undefined;
    });
    return sending;
  }

  async function attempt(): Promise<boolean> {
    const count = fitting(unsent);
    try {
      take(await pushWhole(Y.mergeUpdates(unsent.slice(0, count))));
    } catch (error) {
      lost(error);
      return false;
    }
    failures = 0;
    unsent = unsent.slice(count);
    keep();
    show({ state: unsent.length ? 'saving' : 'saved', problem: undefined });
    if (unsent.length) schedule(PAUSE_MS);
    return true;
  }

  /** A server that lost what this edit builds on (its database was put back to an earlier day) is sent all that it lacks. */
  async function pushWhole(edit: Uint8Array): Promise<Answer> {
    try {
      return await line.push(textOf(edit), version);
    } catch (error) {
      const vector = error instanceof Problem && error.status === 409 ? vectorIn(error) : undefined;
      if (!vector) throw error;
      return line.push(textOf(Y.encodeStateAsUpdate(doc, bytesOf(vector))), undefined);
    }
  }

  function lost(error: unknown): void {
    const status = error instanceof Problem ? error.status : 400;
    const away = status === 0 || status === 429 || status >= 500;
    failures += 1;
    show({ state: away ? 'offline' : 'failed', problem: inWords(error) });
    if (away) schedule(Math.min(RETRY_MS * failures, RETRY_MAX_MS));
  }

  return {
    subscribe(changed: () => void): () => void {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
    shown: () => shown,
    doc,
    pull,
    /** @returns whether everything is on the server */
    async saveNow(): Promise<boolean> {
      // More rounds for what was typed while the last was on its way.
      for (let round = 0; round < ROUNDS_MAX; round += 1) {
        if (!(await send())) return false;
        if (unsent.length === 0) return true;
      }
      return false;
    },
    root: (name: RootText): Y.Text => rootText(doc, name),
    /** The text of a line of the timeline; undefined when there is no such line. */
    lineText(id: string): Y.Text | undefined {
      const found = linesOf(doc).get(id);
      return found && lineText(found);
    },
    /** The answer to an own question; undefined when it is not asked here. */
    ownText(id: string): Y.Text | undefined {
      const found = ownOf(doc).get(id);
      return found && lineText(found);
    },
    /** Changes whole fields, from what the screen showed. */
    write(base: Sections, part: Partial<Sections>): void {
      placeSections(doc, base, { ...base, ...part }, { whenTouched: 'merge', origin: MINE });
    },
    type(text: Y.Text, typed: { shown: string; typed: string; caret: number }): void {
      placeTyped(text, { ...typed, origin: MINE });
    },
    /** While a character is composed of several keys, a text that changes under it would break it. */
    hold(holds: boolean): void {
      const waited = held ?? [];
      held = holds ? waited : undefined;
      if (!holds) for (const edit of waited) Y.applyUpdate(doc, edit, THEIRS);
    },
    /** The window is left or hidden: what is unsent is kept now. */
    keepNow(): void {
      if (unsent.length) keep();
    },
    /** Whether something would be lost, or would wait for long, if the window were closed now. */
    needsWindow: (): boolean => unsent.length > 0 && (shown.state === 'failed' || !shown.keeps),
  };
}

/** @returns how many of these edits go into one request; at least one */
function fitting(edits: Uint8Array[]): number {
  let bytes = 0;
  const tooMany = edits.findIndex((edit) => {
    bytes += edit.length;
    return bytes > SEND_BYTES_MAX;
  });
  return tooMany < 0 ? edits.length : Math.max(1, tooMany);
}

/** What undo takes back: only one's own. */
export const OWN_EDITS: ReadonlySet<unknown> = new Set([MINE]);

function vectorIn(problem: Problem): string | undefined {
  const { vector } = (problem.body ?? {}) as { vector?: unknown };
  return typeof vector === 'string' ? vector : undefined;
}
