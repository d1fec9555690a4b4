/** What differs between two texts, word by word; undefined where so little is the same that one reads better after the other. Pure. */
import { type Change, diffWordsWithSpace } from 'diff';

const EDITS_MAX = 4000;
const DIFF_MS_MAX = 300;
/** Of the letters of the longer text. */
const SAME_SHARE_MIN = 0.3;

export function wordsChanged(before: string, after: string): Change[] | undefined {
  const changes = diffWordsWithSpace(before, after, { maxEditLength: EDITS_MAX, timeout: DIFF_MS_MAX });
  if (!changes || !before.trim() || !after.trim()) return changes;
  const same = changes.filter((each) => !each.added && !each.removed).map((each) => each.value);
  const share = letters(same.join('')) / Math.max(letters(before), letters(after), 1);
  return share < SAME_SHARE_MIN ? undefined : changes;
}

function letters(text: string): number {
  return text.replaceAll(/\s+/g, '').length;
}
