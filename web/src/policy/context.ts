/** Only what changed, with a few lines around it. Pure. */
import type { DiffLine } from '#promise/diff.ts';

const AROUND = 3;

/** @returns the changed lines with those near them; `gap` stands for what is left out */
export function withContext(lines: DiffLine[]): (DiffLine | 'gap')[] {
  const near = lines.map((_, index) =>
    lines.slice(Math.max(0, index - AROUND), index + AROUND + 1).some((each) => each.change !== 'same'),
  );
  return lines.flatMap((line, index): (DiffLine | 'gap')[] => {
    if (near[index]) return [line];
    return index === 0 || near[index - 1] ? ['gap'] : [];
  });
}
