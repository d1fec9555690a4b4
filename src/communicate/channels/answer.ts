/** What the answer of another server means for a delivery: taken, to be tried again, or over. Pure. */
import { Failed } from '#platform/errors.ts';
import type { Answered } from '#platform/http/outbound.ts';

/** The address itself has ended: nothing is sent there again until somebody gives a new one. */
export class Gone extends Failed {
  constructor(message: string) {
    super(message, { permanent: true });
    this.name = 'Gone';
  }
}

const WAIT_SECONDS_MAX = 3600;
// Too early, too many, too slow: the same request may be taken later.
const LATER = new Set([408, 425, 429]);
const SAID_CHARACTERS_MAX = 200;

export type Reading = {
  /** Whose server it is, for the words. */
  who: string;
  now: Temporal.Instant;
  /** Answers that say that the address has ended. */
  gone?: readonly number[];
  /** Answers that the operator can mend, and so are tried again. */
  ours?: readonly number[];
};

/** @throws Failed unless the answer is 2xx */
export function taken(answer: Answered, { who, now, gone = [410], ours = [] }: Reading): void {
  const { status } = answer;
  if (status >= 200 && status < 300) return;
  const said = saidOf(answer.body);
  const words = `${who} answered ${status}${said ? `: ${said}` : ''}.`;
  if (gone.includes(status)) throw new Gone(`${words} The address has ended.`);
  const permanent = status >= 400 && status < 500 && !LATER.has(status) && !ours.includes(status);
  throw new Failed(words, { permanent, retryAfterSeconds: retryAfter(answer, now) });
}

/** @returns the seconds that the answer asks to wait, at most an hour; undefined when it does not say */
export function retryAfter({ headers }: Answered, now: Temporal.Instant): number | undefined {
  const value = String(headers['retry-after'] ?? '').trim();
  if (!value) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(value)
    ? Math.ceil(Number(value))
    : Math.ceil((Date.parse(value) - now.epochMilliseconds) / 1000);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, WAIT_SECONDS_MAX) : undefined;
}

// The first words of an answer, on one line: enough to mend it, never a page of HTML.
function saidOf(body: string): string {
  if (/^\s*</.test(body)) return '';
  return body
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, SAID_CHARACTERS_MAX);
}
