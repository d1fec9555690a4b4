/** Writes along with others: saved about half a second after a letter, kept in this browser until the server has it, and never over somebody's text. */
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import type { RootText } from '#src/learn/document.ts';
import { emptySections } from '#src/learn/sections.ts';
import { get, post, put, remove } from '../api/http.ts';
import { useSession } from '../api/session.ts';
import { keptInBrowser } from './kept.ts';
import type { Postmortem, Sections } from './postmortem.ts';
import { type Answer, createTogether, type Shown, type Together, type Writer } from './together.ts';

/** Hints tell of every edit; this is for the case that a hint is lost. */
const LOOK_MS = 30_000;
const STILL_HERE_MS = 20_000;
/** Stepping from field to field is not leaving. */
const GONE_MS = 3_000;

export type Writing = Shown & {
  together: Together;
  /** The first look failed; there is nothing to write in yet. */
  unread: { error: unknown; again: () => void } | undefined;
  /** Others who are writing here at this moment. */
  others: Writer[];
  /** Changes whole fields: answers, times, lines that are added or taken out. */
  write: (part: Partial<Sections>) => void;
  saveNow: () => Promise<boolean>;
  /** Where the caret stands; undefined: nowhere. */
  stand: (field: string | undefined) => void;
};

export function useWriting({ id }: Postmortem): Writing {
  const loginId = useSession()?.loginId ?? '';
  const [window] = useState(windowId);
  const [together] = useState(() =>
    createTogether(
      {
        pull: (after) => get<Answer>(`/postmortems/${id}/document`, { after }),
        push: (edit, after) => post<Answer>(`/postmortems/${id}/edits`, { edit, after }),
      },
      keptInBrowser({ loginId, postmortemId: id, window }),
      emptySections(),
    ),
  );
  const shown = useSyncExternalStore(together.subscribe, together.shown);
  const look = useQuery({
    // With the window, so that coming back at once does not wait for the look of the window before.
    queryKey: ['postmortem_text', id, window],
    queryFn: async () => {
      await together.pull();
      return true;
    },
    refetchInterval: LOOK_MS,
    refetchOnMount: 'always',
    gcTime: 0,
  });
  useEffect(() => attended(together), [together]);
  return {
    ...shown,
    together,
    unread:
      shown.state === 'loading' && look.isError
        ? { error: look.error, again: () => void look.refetch() }
        : undefined,
    // Without a line nobody knows who writes.
    others: shown.state === 'offline' ? [] : shown.writers.filter(({ place }) => place !== window),
    write: (part) => together.write(shown.sections, part),
    saveNow: together.saveNow,
    stand: useStanding(id, window),
  };
}

/** @returns how to stop; what is unsent is sent, or kept */
function attended(together: Together): () => void {
  const leaving = (event: BeforeUnloadEvent) => {
    if (together.needsWindow()) event.preventDefault();
  };
  const online = () => void together.saveNow();
  addEventListener('beforeunload', leaving);
  addEventListener('pagehide', together.keepNow);
  addEventListener('online', online);
  return () => {
    removeEventListener('beforeunload', leaving);
    removeEventListener('pagehide', together.keepNow);
    removeEventListener('online', online);
    together.keepNow();
    void together.saveNow();
  };
}

/** Tells the others where this window writes, as long as it does. A call that fails is no loss: it is forgotten within a minute. */
function useStanding(id: string, window: string): (field: string | undefined) => void {
  const field = useRef<string>(undefined);
  const leaving = useRef<ReturnType<typeof setTimeout>>(undefined);
  const path = `/postmortems/${id}/writers/${window}`;
  useEffect(() => {
    const here = () => {
      if (field.current && document.visibilityState === 'visible')
        void put(path, { field: field.current }).catch(() => undefined);
    };
    const still = setInterval(here, STILL_HERE_MS);
    const gone = () => {
      if (field.current) void fetch(`/api/v1${path}`, { method: 'DELETE', keepalive: true }).catch(() => {});
      field.current = undefined;
    };
    addEventListener('pagehide', gone);
    return () => {
      clearInterval(still);
      clearTimeout(leaving.current);
      removeEventListener('pagehide', gone);
      gone();
    };
  }, [path]);
  return (next) => {
    clearTimeout(leaving.current);
    if (next === undefined) {
      leaving.current = setTimeout(() => {
        field.current = undefined;
        void remove(path).catch(() => undefined);
      }, GONE_MS);
      return;
    }
    if (next === field.current) return;
    field.current = next;
    void put(path, { field: next }).catch(() => undefined);
  };
}

function windowId(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}

/** The text of a field of the questions. */
export function rootOf(field: string): RootText {
  return field.replace(/^contributingFactors\./, '') as RootText;
}
