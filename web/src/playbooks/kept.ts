/** What was written and not yet saved, kept in this browser: closing the page loses nothing. */
import { useEffect, useState } from 'react';

export type Text = {
  title: string;
  category: string | null;
  serviceIds: string[];
  body: string;
  note: string;
};
type Kept = { basedOn: number; text: Text };

const keyOf = (id: string) => `humdrum-playbook-${id}`;

function read(id: string): Kept | undefined {
  try {
    return JSON.parse(localStorage.getItem(keyOf(id)) ?? '') as Kept;
  } catch {
    return undefined;
  }
}

export function forget(id: string): void {
  try {
    localStorage.removeItem(keyOf(id));
  } catch {
    // A store that forgets by itself needs no help.
  }
}

/** @param id of the playbook, or `new` @param saved how it stands on the server */
export function useKeptText(id: string, saved: Text, version: number) {
  const [begun] = useState(() => read(id));
  const [text, setText] = useState(begun?.text ?? saved);
  const [basedOn, setBasedOn] = useState(begun?.basedOn ?? version);
  const changed = JSON.stringify(text) !== JSON.stringify(saved);
  useEffect(() => {
    try {
      if (changed) localStorage.setItem(keyOf(id), JSON.stringify({ basedOn, text } satisfies Kept));
      else localStorage.removeItem(keyOf(id));
    } catch {
      // A full or forbidden store only costs the safety net.
    }
  }, [id, text, basedOn, changed]);
  return {
    text,
    basedOn,
    changed,
    /** It was found in this browser, from before. */
    found: begun !== undefined,
    write: (part: Partial<Text>) => setText((before) => ({ ...before, ...part })),
    drop: () => {
      setText(saved);
      setBasedOn(version);
    },
    onTop: () => setBasedOn(version),
  };
}
