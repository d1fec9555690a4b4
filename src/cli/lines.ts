/** Standard input as lines: numbered, limited, and never all in memory. */

export const LINE_BYTES_MAX = 256 * 1024;

/** `text` is undefined when the line was too long to be kept. */
export type Line = { number: number; text: string | undefined };

const NEWLINE = 0x0a;

/** @returns the lines that are not blank, without their ends */
export async function* linesOf(
  input: AsyncIterable<Buffer>,
  bytesMax = LINE_BYTES_MAX,
): AsyncGenerator<Line> {
  let kept: Buffer[] = [];
  let bytes = 0;
  let number = 0;
  const take = (): Line | undefined => {
    number += 1;
    const whole = Buffer.concat(kept).toString('utf8');
    // A file from Windows begins with a byte order mark and ends its lines with a carriage return.
    const text = (number === 1 ? whole.replace(/^\uFEFF/, '') : whole).trim();
    const line = { number, text: bytes > bytesMax ? undefined : text };
    kept = [];
    bytes = 0;
    return line.text === '' ? undefined : line;
  };
  const keep = (part: Buffer): void => {
    bytes += part.length;
    if (bytes <= bytesMax) kept.push(part);
    else kept = [];
  };
  for await (const chunk of input) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, from)) {
      keep(chunk.subarray(from, at));
      from = at + 1;
      const line = take();
      if (line) yield line;
    }
    keep(chunk.subarray(from));
  }
  const last = bytes > 0 ? take() : undefined;
  if (last) yield last;
}
