/** Which pictures a page may show as its logo: small ones of a few kinds, told by their bytes; a drawing with nothing in it that acts. Pure. */

import { LOGO_BYTES_MAX, tooLarge } from './picture-limit.ts';

const SIGNATURES: { type: string; starts: (bytes: Buffer) => boolean }[] = [
  {
    type: 'image/png',
    starts: (bytes) => bytes.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex')),
  },
  { type: 'image/jpeg', starts: (bytes) => bytes.subarray(0, 3).equals(Buffer.from('ffd8ff', 'hex')) },
  {
    type: 'image/webp',
    starts: (bytes) =>
      bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP',
  },
  { type: 'image/gif', starts: (bytes) => /^GIF8[79]a/.test(bytes.toString('latin1', 0, 6)) },
];
const DRAWING = 'image/svg+xml';
/** What acts, loads or hides: scripts, events, foreign documents, references outside, entities, styles that import. */
const ACTS: { what: string; pattern: RegExp }[] = [
  { what: 'a script', pattern: /<\s*(?:\w+:)?script/i },
  { what: 'an event handler', pattern: /[\s"'/]on[a-z]+\s*=/i },
  {
    what: 'an element that embeds something else',
    pattern:
      /<\s*(?:\w+:)?(?:foreignObject|iframe|object|embed|image|use|a|animate\w*|set|handler|listener)\b/i,
  },
  { what: 'a document type or an entity', pattern: /<!(?:DOCTYPE|ENTITY)|<\?xml-stylesheet/i },
  { what: 'a link', pattern: /(?:href|src)\s*=/i },
  { what: 'an address', pattern: /(?:javascript|data|https?|file)\s*:(?!\/\/www\.w3\.org\/)/i },
  { what: 'a style that loads something', pattern: /@import|url\s*\(\s*['"]?\s*(?!#)|expression\s*\(/i },
];

export type Picture = { type: string; bytes: Buffer };

/** @returns the picture, or in words why it cannot be one */
export function pictureOf(bytes: Buffer): Picture | string {
  if (!bytes.length) return 'The file is empty.';
  if (bytes.length > LOGO_BYTES_MAX) return tooLarge(bytes.length);
  const known = SIGNATURES.find((each) => each.starts(bytes));
  if (known) return { type: known.type, bytes };
  const text = bytes.toString('utf8');
  if (!/^\uFEFF?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[\s\S]*?-->\s*)*<svg[\s>]/.test(text))
    return 'The file is no PNG, JPEG, WebP, GIF or SVG picture.';
  const acting = ACTS.find((each) => each.pattern.test(text));
  if (acting) return `The drawing contains ${acting.what}. Export it as plain SVG, or as PNG.`;
  return { type: DRAWING, bytes };
}
