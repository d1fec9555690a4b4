/** Writes along: saved after a pause, kept in this browser until the server has it, and never over somebody else's text. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { keptTrigger } from '#src/learn/trigger.ts';
import { inWords, Problem, put } from '../api/http.ts';
import { type Postmortem, postmortemQuery, type Sections } from './postmortem.ts';
import { withRecordLines } from './together.ts';

const PAUSE_MS = 1_500;
const RETRY_MS = 10_000;

export type Theirs = { version: number; savedBy: string; savedAt: string; sections: Sections };
export type Writing = {
  sections: Sections;
  write: (part: Partial<Sections>) => void;
  state: 'saved' | 'waiting' | 'saving' | 'failed' | 'collided';
  problem: string | undefined;
  theirs: Theirs | undefined;
  /** Ends a collision: goes on with these sections on top of their version. */
  settle: (sections: Sections) => void;
  saveNow: () => Promise<boolean>;
};

/** What was written and not yet saved, kept for the case that the page is closed. */
const kept = {
  key: (id: string) => `humdrum-postmortem-${id}`,
  read(id: string): { version: number; sections: Sections } | undefined {
    try {
      return JSON.parse(localStorage.getItem(kept.key(id)) ?? '') as { version: number; sections: Sections };
    } catch {
      return undefined;
    }
  },
  write(id: string, value: { version: number; sections: Sections }): void {
    try {
      localStorage.setItem(kept.key(id), JSON.stringify(value));
    } catch {
      // A full or forbidden store only costs the safety net.
    }
  },
  forget: (id: string) => localStorage.removeItem(kept.key(id)),
};

export function useWriting(postmortem: Postmortem): Writing {
  const queries = useQueryClient();
  const { id } = postmortem;
  const [begun] = useState(() => kept.read(id));
  const [sections, setSections] = useState(begun?.sections ?? postmortem.sections);
  const [state, setState] = useState<Writing['state']>(begun ? 'waiting' : 'saved');
  const [problem, setProblem] = useState<string>();
  const [theirs, setTheirs] = useState<Theirs>();
  const latest = useRef({
    sections,
    version: begun?.version ?? postmortem.version,
    dirty: begun !== undefined,
    saving: undefined as Promise<boolean> | undefined,
  });
  latest.current.sections = sections;

  // Somebody else's save is taken over as long as nothing of ours is waiting.
  useEffect(() => {
    const held = latest.current;
    if (held.dirty || held.saving || postmortem.version <= held.version) return;
    held.version = postmortem.version;
    setSections(postmortem.sections);
  }, [postmortem]);

  const save = async (): Promise<boolean> => {
    const held = latest.current;
    if (held.saving) await held.saving;
    if (!held.dirty) return true;
    held.saving = attempt();
    const done = await held.saving;
    held.saving = undefined;
    return done;
  };
  const attempt = async (): Promise<boolean> => {
    const held = latest.current;
    const sent = held.sections;
    setState('saving');
    try {
      const answer = await put<Postmortem>(`/postmortems/${id}`, { version: held.version, sections: sent });
      held.version = answer.version;
      const settled = held.sections === sent;
      held.dirty = !settled;
      if (settled) kept.forget(id);
      const filled = { ...held.sections, ...keptTrigger(held.sections, sent, answer.sections) };
      held.sections = withRecordLines(filled, answer.sections);
      setSections(held.sections);
      setState(settled ? 'saved' : 'waiting');
      setProblem(undefined);
      queries.setQueryData(postmortemQuery(id).queryKey, answer);
      return true;
    } catch (error) {
      const current = error instanceof Problem && error.status === 409 ? theirsIn(error) : undefined;
      if (current) setTheirs(current);
      setState(current ? 'collided' : 'failed');
      setProblem(inWords(error));
      return false;
    }
  };
  const saveLatest = useRef(save);
  saveLatest.current = save;

  // biome-ignore lint/correctness/useExhaustiveDependencies: every change of the text begins the pause anew
  useEffect(() => {
    if (state !== 'waiting' && state !== 'failed') return;
    const timer = setTimeout(() => void saveLatest.current(), state === 'failed' ? RETRY_MS : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [sections, state]);

  useEffect(() => {
    const leaving = (event: BeforeUnloadEvent) => {
      if (latest.current.dirty) event.preventDefault();
    };
    addEventListener('beforeunload', leaving);
    return () => {
      removeEventListener('beforeunload', leaving);
      void saveLatest.current();
    };
  }, []);

  const keep = (next: Sections) => {
    latest.current.sections = next;
    latest.current.dirty = true;
    kept.write(id, { version: latest.current.version, sections: next });
    setSections(next);
  };
  return {
    sections,
    state,
    problem,
    theirs,
    write(part) {
      keep({ ...latest.current.sections, ...part });
      if (state !== 'collided' && state !== 'saving') setState('waiting');
    },
    settle(next) {
      latest.current.version = theirs?.version ?? latest.current.version;
      setTheirs(undefined);
      setProblem(undefined);
      keep(next);
      setState('waiting');
    },
    saveNow: () => saveLatest.current(),
  };
}

function theirsIn(problem: Problem): Theirs | undefined {
  return (problem.body as { current?: Theirs } | undefined)?.current;
}
