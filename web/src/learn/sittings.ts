/** Saving happens every few seconds; what one person wrote in one go is shown as its last version. Pure. */
import type { Version } from './agree.ts';

const PAUSE_MINUTES = 10;

/** @param versions the newest first; every change of the writer, and every pause, ends a sitting */
export function sittingsOf(versions: readonly Version[]): Version[] {
  return versions.filter((each, index) => {
    const newer = versions[index - 1];
    return (
      newer === undefined ||
      newer.savedBy !== each.savedBy ||
      Date.parse(newer.savedAt) - Date.parse(each.savedAt) > PAUSE_MINUTES * 60_000
    );
  });
}
