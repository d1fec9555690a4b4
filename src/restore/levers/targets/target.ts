/** What every kind of target does: the exact request, what its answer says, and how it is asked how far it is. */
import type { Answered, Ask } from '#platform/http/outbound.ts';
import type { Secrets, Target } from '../shapes.ts';
import type { Value } from '../words.ts';

const SAID_CHARACTERS_MAX = 300;

/** Everything that a request is made of. */
export type Order<Kind extends Target = Target> = {
  runId: string;
  lever: { id: string; name: string };
  target: Kind;
  secrets: Secrets;
  effect: string;
  values: Record<string, Value>;
  /** Inputs and what we fill in ourselves, for texts in braces. */
  known: Record<string, Value>;
  incident: { id: string; number: number } | undefined;
  service: { id: string; name: string; slug: string } | undefined;
  askedBy: string;
  askedAt: Temporal.Instant;
  dryRun: boolean;
  callbackUrl: string | undefined;
  now: Temporal.Instant;
};

/** Where to look, kept with the run. `find`: the other side did not say which one it is. */
export type Follow = { url: string; find?: boolean };

/** `unknown`: it was asked, and nobody can say more. */
export type Heard = {
  state: 'running' | 'done' | 'failed' | 'unknown' | 'timed_out';
  words: string;
  link?: string | undefined;
  follow?: Follow | undefined;
};

export type TargetKind<Kind extends Target> = {
  /** Never changes anything by itself; the secrets in it are masked before it is shown. */
  request(order: Order<Kind>): Ask;
  /** @returns what a 2xx says */
  heard(answer: Answered, order: Order<Kind>): Heard;
  /** Where to look when the request may have arrived but its answer did not. */
  lost?(order: Order<Kind>): Follow | undefined;
  look(follow: Follow, order: Order<Kind>): Ask;
  seen(answer: Answered, follow: Follow, order: Order<Kind>): Heard;
};

/** @returns undefined for HTML and whatever else is no JSON object or array */
export function jsonOf(answer: Answered): Record<string, unknown> | unknown[] | undefined {
  try {
    const parsed: unknown = JSON.parse(answer.body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** What it wrote, short enough for the timeline; a page for browsers says nothing to us. */
export function saidBy(answer: Answered): string {
  const type = String(answer.headers['content-type'] ?? '');
  const text = answer.body.toWellFormed().replaceAll('\0', '').trim();
  if (!text || /html/i.test(type) || /^\s*</.test(text)) return '';
  const message = messageIn(jsonOf(answer));
  return cutWords(message ?? text);
}

export function cutWords(words: string): string {
  const line = words.toWellFormed().replaceAll('\0', '').replaceAll(/\s+/g, ' ').trim();
  return line.length > SAID_CHARACTERS_MAX
    ? `${line.slice(0, SAID_CHARACTERS_MAX - 1).toWellFormed()}…`
    : line;
}

function messageIn(json: unknown): string | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { message, error, detail, title } = json as Record<string, unknown>;
  return [message, detail, error, title].find(
    (each): each is string => typeof each === 'string' && each !== '',
  );
}

/** Only addresses of the web become links. */
export function linkOf(value: unknown): string | undefined {
  return typeof value === 'string' &&
    value.length <= 2000 &&
    /^https?:\/\//.test(value) &&
    URL.canParse(value)
    ? value
    : undefined;
}
