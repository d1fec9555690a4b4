/** Reads a body into JSON that the database can keep: no NUL, no half characters, no prototypes, not too deep. */
import { Refused } from '#platform/errors.ts';
import { redactText, secretName } from './redact.ts';

const DEPTH_MAX = 60;
const CENSORED = '[redacted]';

// Anything that may need a closer look; most bodies have none of it and are taken as they are. By first letters: every letter of
// every body is held against this, and so it takes a third less.
const SUSPECT =
  /\\[ub]|__proto__|p(ass(word|wd|phrase)|wd|rivate[_ -]?key)|s(ecret|ession|k_live|ig=|ignature)|token|a(uthorization|pi[_-]?key|ccess[_-]?key|kia|sia)|c(ookie|redential)|b(earer|asic )|g(h[pos]_|ithub_pat|lpat)|xox|eyj|:\/\/[^/"\s]*@/i;

const NEEDS_A_WALK = new RegExp(`routing_?key|${SUSPECT.source}`, 'i');

export type Body = { text: string; value: unknown };

/** @throws Refused when it is not JSON or nested deeper than sixty levels */
export function readJson(bytes: Buffer): Body {
  return parsedJson(decoded(bytes).replace(/^\uFEFF/, ''));
}

/** @throws Refused when it is not JSON or nested deeper than sixty levels */
export function parsedJson(text: string): Body {
  if (depthOf(text) > DEPTH_MAX)
    throw new Refused('invalid', `The body is nested deeper than ${DEPTH_MAX} levels; nothing was stored.`, {
      mend: 'Send a flatter body.',
    });
  try {
    return { text, value: JSON.parse(text) };
  } catch {
    throw new Refused('invalid', 'The body is not valid JSON; nothing was stored.', {
      mend: 'Send one JSON document as the body.',
    });
  }
}

/** Some tools for Windows send UTF-16; its first bytes, or the zeros between its letters, give it away. */
export function decoded(bytes: Buffer): string {
  const [first, second] = bytes;
  if (bytes.length % 2 === 0 && bytes.length >= 2) {
    if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0))
      return bytes.toString('utf16le');
    if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0))
      return Buffer.from(bytes).swap16().toString('utf16le');
  }
  return bytes.toString('utf8');
}

/**
 * The body without secrets and without what the database cannot keep.
 * @param key the integration key it came with, which must not be stored either
 */
export function cleaned(body: Body, key: string): unknown {
  return body.text.includes(key) || NEEDS_A_WALK.test(body.text) ? walk(body.value, key) : body.value;
}

/** The same where the body carries its key in `routing_key`, as every PagerDuty event does: that one costs no walk. */
export function cleanedEvent(
  body: Body & { value: Record<string, unknown> },
  key: string,
): Record<string, unknown> {
  const { text } = body;
  const once =
    text.indexOf(key) === text.lastIndexOf(key) &&
    text.indexOf('routing_key') === text.lastIndexOf('routing_key');
  if (!once || SUSPECT.test(text)) return walk(body.value, key) as Record<string, unknown>;
  return { ...body.value, routing_key: CENSORED };
}

/** One text of any origin, cleaned and redacted. */
export function cleanText(text: string, key = ''): string {
  const whole = text.toWellFormed().replaceAll('\0', '\uFFFD');
  return redactText(key && whole.includes(key) ? whole.replaceAll(key, CENSORED) : whole);
}

function walk(value: unknown, key: string): unknown {
  if (typeof value === 'string') return cleanText(value, key);
  if (Array.isArray(value)) return value.map((each) => walk(each, key));
  if (typeof value !== 'object' || value === null) return value;
  const result: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(value)) {
    if (name === '__proto__') continue;
    result[cleanText(name, key)] = secretName(name) ? censored(each) : walk(each, key);
  }
  return result;
}

function censored(value: unknown): unknown {
  return value === null || value === '' || typeof value === 'boolean' ? value : CENSORED;
}

const [QUOTE, BACKSLASH] = [34, 92];

/** How deep brackets nest, strings aside; a recursive reader further on must not run out of stack. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) index = endOfString(text, index);
    else if (code === 91 || code === 123) deepest = Math.max(deepest, ++depth);
    else if (code === 93 || code === 125) depth--;
  }
  return deepest;
}

/** @returns where the string that begins there has its closing quote, or the end of a text in which it has none */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}
