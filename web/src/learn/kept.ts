/** What was written and is not on the server yet, kept in this browser for whoever wrote it, also when the window is closed. */

export type Kept = {
  /** What this person's windows left here, and how to forget what other windows left once it is kept by this one. */
  read(): { edits: string[]; forget: () => void };
  /** Undefined: everything is saved. @returns false when this browser cannot keep it: its storage is full, or forbidden */
  write(edit: string | undefined): boolean;
};

/** @param window tells the windows of one browser apart */
export function keptInBrowser({
  loginId,
  postmortemId,
  window,
}: {
  loginId: string;
  postmortemId: string;
  window: string;
}): Kept {
  const place = `humdrum-unsent/${loginId}/${postmortemId}/`;
  return {
    read() {
      const found: [string, string][] = [];
      try {
        for (const key of Object.keys(localStorage))
          if (key.startsWith(place)) found.push([key, localStorage.getItem(key) ?? '']);
      } catch {
        // Without storage nothing was kept.
      }
      return {
        edits: found.map(([, edit]) => edit).filter(Boolean),
        forget() {
          for (const [key] of found) if (key !== place + window) localStorage.removeItem(key);
        },
      };
    },
    write(edit) {
      try {
        if (edit === undefined) localStorage.removeItem(place + window);
        else localStorage.setItem(place + window, edit);
        return true;
      } catch {
        return edit === undefined;
      }
    },
  };
}
