/** Random identifiers: a short prefix says what it is, the rest says nothing about order or number. */
import { randomBytes } from 'node:crypto';

// Crockford's alphabet without letters that are misread or that spell words when read aloud.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** @returns for example `inc_7m3kq0v9x2hd8r4t` (80 random bits) */
export function newId(prefix: string): string {
  return `${prefix}_${randomText(16)}`;
}

/** A reference that a client can read out on the telephone, for example `7M3K-Q0V9`. */
export function newReference(): string {
  const text = randomText(8).toUpperCase();
  return `${text.slice(0, 4)}-${text.slice(4)}`;
}

/** A secret for links and keys: 160 random bits in 32 characters, valid in a path and as a PagerDuty routing key. */
export function newSecret(): string {
  return randomText(32);
}

function randomText(length: number): string {
  let text = '';
  for (const byte of randomBytes(length)) text += ALPHABET[byte & 31];
  return text;
}
