/** Bytes as text and back, in every browser. Pure. */

const CHUNK = 8_192;

export function textOf(bytes: Uint8Array): string {
  let units = '';
  for (let at = 0; at < bytes.length; at += CHUNK)
    units += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(units);
}

/** @throws DOMException when the text is not base64 */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (unit) => unit.charCodeAt(0));
}
