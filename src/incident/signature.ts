/** By what two alerts, or two changes, are told to be the same one again. Pure. */

/** What stays of a title when its figures change: "p99 is 412 ms" and "p99 is 87 ms" are the same again. */
export function signatureOf(title: string): string {
  return title
    .toLowerCase()
    .replace(/\d+(?:[.,:]\d+)*/g, '#')
    .replace(/\s+/g, ' ')
    .trim();
}
