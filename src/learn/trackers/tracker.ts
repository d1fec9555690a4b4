/** What every tracker does for an action item: make an issue, find it again, look at it, change it; and how its failures are said. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Failed } from '#platform/errors.ts';
import type { Answered, Ask, Outbound } from '#platform/http/outbound.ts';
import { KIND_WORDS, KINDS, type Kind } from './words.ts';

export { KIND_WORDS, KINDS, type Kind };

const SAID_CHARACTERS_MAX = 300;
const TITLE_CHARACTERS_MAX = 250;
const RETRY_SECONDS_MAX = 6 * 3600;
/** A message that is older than this, or from the future, is not believed. */
export const HOOK_TOLERANCE_SECONDS = 300;

export type Secrets = { token: string; account: string; hookSecret: string };

export type Place = {
  kind: Kind;
  baseUrl: string;
  /** owner/name, group/project, the key of a project, the id of a team */
  place: string;
  issueType: string | null;
  secrets: Secrets;
};

export type End = 'open' | 'done' | 'dropped';

/** An issue as far as an action item knows it. */
export type Issue = {
  id: string;
  shown: string;
  url: string | null;
  title: string;
  /** Null: it has none, or this tracker keeps none. */
  dueOn: string | null;
  state: End;
  /** Who ended it, where it says so. */
  endedBy: string | null;
  /** The text in the form that we wrote; null where the tracker keeps another form of it. */
  text: string | null;
  assignee: { name: string; email: string | null } | null;
};

export type Draft = {
  /** Stands in the issue, so that it is found again when the answer was lost. */
  mark: string;
  title: string;
  text: string;
  dueOn: string;
  /** When it was asked for: it cannot have been made before. */
  since: Temporal.Instant;
};

export type Change = {
  title?: string | undefined;
  dueOn?: string | undefined;
  text?: string | undefined;
  state?: End | undefined;
};

/** What a message from there points at: a hint to look, never the news itself. */
export type Hint = { issueId: string; by: string | null };

/** The issue is not there, or not for us. */
export class Gone extends Error {}

/** The key is not accepted: no request will be until somebody gives another. */
export class KeyRefused extends Failed {}

export type Reached = { words: string; isPublic: boolean | null };

/** Every verb throws `Failed` in words for the item, `KeyRefused`, or `Gone`. */
export type TrackerKind = {
  /** Whether it has a field for the day on which a thing is due. */
  keepsDue: boolean;
  reach(ask: Asker, place: Place): Promise<Reached>;
  make(ask: Asker, place: Place, draft: Draft): Promise<Issue>;
  /** After an answer that was lost. */
  find(ask: Asker, place: Place, draft: Draft): Promise<Issue | undefined>;
  look(ask: Asker, place: Place, issueId: string): Promise<Issue>;
  change(ask: Asker, place: Place, issueId: string, change: Change): Promise<Issue>;
  /** @returns why the message is not believed, as a text */
  complaint(hook: Hook, secret: string, now: Temporal.Instant): string | undefined;
  hint(hook: Hook): Hint | undefined;
};

export type Hook = { headers: IncomingHttpHeaders; bytes: Buffer; json: Json };

export type Json = Record<string, unknown>;
export type Asker = (
  method: Ask['method'],
  path: string,
  body?: object,
) => Promise<{ status: number; json: unknown; headers: Answered['headers'] }>;

/**
 * @param headers what proves who asks
 * @returns a client of one tracker whose failures are sentences for the item that waits
 */
export function askerOf(
  outbound: Outbound,
  kind: Kind,
  { baseUrl, headers }: { baseUrl: string; headers: Record<string, string> },
): Asker {
  const base = baseUrl.replace(/\/+$/, '');
  return async (method, path, body) => {
    const answer = await outbound.request({
      method,
      url: `${base}${path}`,
      headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
      follow: method === 'GET',
      answerBytesMax: 1024 * 1024,
    });
    const json = jsonOf(answer);
    const failure = failureOf(kind, answer, json);
    if (failure) throw failure;
    return { status: answer.status, json, headers: answer.headers };
  };
}

function failureOf(kind: Kind, answer: Answered, json: unknown): Error | undefined {
  const { status } = answer;
  const who = KIND_WORDS[kind];
  const said = saidIn(json);
  const reason = said ? `: ${said}` : '';
  if (isLimited(answer, json))
    return new Failed(`${who} asks us to wait before asking again.`, {
      retryAfterSeconds: waitOf(answer),
    });
  if (status === 401 || codesIn(json).includes('AUTHENTICATION_ERROR'))
    return new KeyRefused(`${who} does not accept our token. An administrator can give a new one.`, {
      permanent: true,
    });
  if (status === 403)
    return new KeyRefused(`${who} does not allow this with our token (403${reason}).`, { permanent: true });
  // Linear says so in its own errors, with whatever status.
  if (kind === 'linear' && /\bnot found\b/i.test(said)) return new Gone(`${who} has nothing there.`);
  if (status === 404 || status === 410) return new Gone(`${who} has nothing there (${status}).`);
  if (status >= 500)
    return new Failed(`${who} is in trouble itself (it answered ${status}).`, { mayHaveArrived: true });
  if (status >= 300 && status < 400)
    return new Failed(`${who} answered ${status}, which leads elsewhere; it was moved. Check the address.`, {
      permanent: true,
    });
  if (status >= 400) return new Failed(`${who} refused it (${status}${reason}).`, { permanent: true });
  if (json === undefined && status !== 204)
    return new Failed(
      `${who} answered with a page instead of data. Check the address of its API, or whether something stands in between.`,
      { mayHaveArrived: true },
    );
  return undefined;
}

/** GitHub says 403 or 429, Linear says 400 with a code, the others 429. */
function isLimited({ status, headers }: Answered, json: unknown): boolean {
  if (status === 429) return true;
  if (codesIn(json).includes('RATELIMITED')) return true;
  return status === 403 && (headers['x-ratelimit-remaining'] === '0' || headers['retry-after'] !== undefined);
}

/** @returns seconds; undefined when it does not say */
function waitOf({ headers }: Answered): number | undefined {
  const one = (name: string) => Number(headers[name]);
  const seconds = one('retry-after');
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, RETRY_SECONDS_MAX) : undefined;
}

function codesIn(json: unknown): string[] {
  const errors = (json as Json | undefined)?.errors;
  if (!Array.isArray(errors)) return [];
  return errors.flatMap((each) => {
    const code = ((each as Json | null)?.extensions as Json | undefined)?.code;
    return typeof code === 'string' ? [code] : [];
  });
}

/** @returns undefined for a page for browsers and whatever else is no JSON object or array */
function jsonOf(answer: Answered): unknown {
  try {
    const parsed: unknown = JSON.parse(answer.body);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function saidIn(json: unknown): string {
  if (typeof json !== 'object' || json === null) return '';
  const { message, error, errorMessages, errors } = json as Json;
  const words = [message, error, errorMessages, errors]
    .map((each) => (typeof each === 'string' ? each : each ? wordsIn(each) : ''))
    .find((each) => each !== '');
  return cut(words ?? '', SAID_CHARACTERS_MAX);
}

/** Messages in a list, or by field. */
function wordsIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(wordsIn).filter(Boolean).join('; ');
  if (typeof value !== 'object' || value === null) return '';
  const { message } = value as Json;
  if (typeof message === 'string') return message;
  return Object.entries(value)
    .map(([name, each]) => `${name} ${wordsIn(each)}`.trim())
    .join('; ');
}

export function cut(text: string, charactersMax: number): string {
  const line = text.toWellFormed().replaceAll('\0', '').replaceAll(/\s+/g, ' ').trim();
  return line.length > charactersMax ? `${line.slice(0, charactersMax - 1).toWellFormed()}…` : line;
}

export const titleOf = (text: string): string => cut(text, TITLE_CHARACTERS_MAX);

export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== ''
    ? value.toWellFormed().replaceAll('\0', '').slice(0, 20_000)
    : null;
}

export function link(value: unknown): string | null {
  return typeof value === 'string' &&
    value.length <= 2000 &&
    /^https?:\/\//.test(value) &&
    URL.canParse(value)
    ? value
    : null;
}

/** A day such as 2026-12-04, also out of an instant. */
export function dayIn(value: unknown): string | null {
  const day = typeof value === 'string' ? value.slice(0, 10) : '';
  return /^\d{4}-\d\d-\d\d$/.test(day) && !Number.isNaN(Date.parse(day)) ? day : null;
}

export function object(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}

export function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(object) : [];
}

/** @returns the number or text that names a thing in an address */
export function idIn(value: unknown): string | undefined {
  return typeof value === 'number' || (typeof value === 'string' && /^[\w.:-]{1,100}$/.test(value))
    ? String(value)
    : undefined;
}

/** @throws Failed when it answered in a shape that we do not know */
export function needed(value: string | undefined | null, kind: Kind): string {
  if (!value)
    throw new Failed(`${KIND_WORDS[kind]} answered in a form that we do not know.`, { mayHaveArrived: true });
  return value;
}

/** Without the right to see the place everything in it answers 404: then nothing is known of the issue. */
export async function orUnseen(
  kind: Kind,
  asks: () => Promise<Issue>,
  seesPlace: () => Promise<unknown>,
): Promise<Issue> {
  try {
    return await asks();
  } catch (error) {
    if (!(error instanceof Gone)) throw error;
    await seesPlace().catch((other: unknown) => {
      throw other instanceof Gone ? unseen(kind) : other;
    });
    throw error;
  }
}

export function unseen(kind: Kind): KeyRefused {
  return new KeyRefused(
    `${KIND_WORDS[kind]} does not show us the place with our token. Check its name and what the token may see.`,
    { permanent: true },
  );
}

/** The HMAC-SHA256 of the body in hexadecimal, with what stands before it. @returns why it is not believed */
export function signatureComplaint(
  { headers, bytes }: Hook,
  { name, prefix, secret }: { name: string; prefix: string; secret: string },
): string | undefined {
  const sent = headers[name.toLowerCase()];
  if (typeof sent !== 'string' || sent === '') return `The header ${name} is missing`;
  const ours = `${prefix}${createHmac('sha256', secret).update(bytes).digest('hex')}`;
  return same(sent, ours) ? undefined : `The signature in ${name} does not fit this body and our secret`;
}

export function same(one: string, other: string): boolean {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.length === second.length && timingSafeEqual(first, second);
}
