/** What changed between two texts, line by line. Pure. */

export type DiffLine = {
  change: 'same' | 'removed' | 'added';
  text: string;
  from: number | null;
  to: number | null;
};

/** @returns every line of both texts in order; unchanged ones once. Costs the product of the lines that differ, so texts are small */
export function diffLines(from: string, to: string): DiffLine[] {
  const [old, fresh] = [linesOf(from), linesOf(to)];
  const longest = commonLengths(old, fresh);
  const width = fresh.length + 1;
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < fresh.length) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      lines.push({ change: 'same', text: old[i] ?? '', from: i + 1, to: j + 1 });
      i++;
      j++;
    } else if (
      j >= fresh.length ||
      (i < old.length && (longest[(i + 1) * width + j] ?? 0) >= (longest[i * width + j + 1] ?? 0))
    ) {
      lines.push({ change: 'removed', text: old[i] ?? '', from: i + 1, to: null });
      i++;
    } else {
      lines.push({ change: 'added', text: fresh[j] ?? '', from: null, to: j + 1 });
      j++;
    }
  }
  return lines;
}

/** How many lines the rests of both texts have in common, for every pair of positions. */
function commonLengths(old: string[], fresh: string[]): Uint32Array {
  const width = fresh.length + 1;
  const table = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = fresh.length - 1; j >= 0; j--)
      table[i * width + j] =
        old[i] === fresh[j]
          ? (table[(i + 1) * width + j + 1] ?? 0) + 1
          : Math.max(table[(i + 1) * width + j] ?? 0, table[i * width + j + 1] ?? 0);
  return table;
}

function linesOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
