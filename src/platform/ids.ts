/** Random identifiers: a short prefix says what it is, the rest says nothing about order or number. */
import { randomBytes } from 'node:crypto';

// Crockford's alphabet without letters that are misread or that spell words when read aloud.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** @returns for example `inc_7m3kq0v9x2hd8r4t` (80 random bits) */
export function newId(prefix: string): string {
  return `${prefix}_${randomText(16)}`;
}

const TIME_CHARACTERS = 9;

/**
 * An identifier that sorts by time, for rows that come by the thousand and that no client ever sees: neighbours in time are
 * neighbours in every index.
 * @returns for example `alr_01kb0m3r8x7m3kq0v9x2` (milliseconds since 1970, then 55 random bits)
 */
export function newOrderedId(prefix: string, at: Temporal.Instant): string {
  return `${orderedIdAt(prefix, at)}${randomText(11)}`;
}

// What arrives together has one time.
let lastMilliseconds = -1;
let lastTime = '';

/** @returns what every ordered id made before then is less than, and none made since is */
export function orderedIdAt(prefix: string, at: Temporal.Instant): string {
  if (at.epochMilliseconds !== lastMilliseconds) {
    lastMilliseconds = at.epochMilliseconds;
    lastTime = '';
    for (let rest = lastMilliseconds; lastTime.length < TIME_CHARACTERS; rest = Math.floor(rest / 32))
      lastTime = ALPHABET[rest % 32] + lastTime;
  }
  return `${prefix}_${lastTime}`;
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

// Asking the system for each identifier costs more than using it; a kilobyte at a time is as random.
let pool = Buffer.alloc(0);
let used = 0;

function randomText(length: number): string {
  if (used + length > pool.length) {
    pool = randomBytes(1024);
    used = 0;
  }
  let text = '';
  for (const end = used + length; used < end; used++) text += ALPHABET[(pool[used] ?? 0) & 31];
  return text;
}
