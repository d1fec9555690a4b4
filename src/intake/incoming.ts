/** What a sender told us, in one shape for all senders; and what an integration makes of it. */

export type AlertSeverity = 'critical' | 'error' | 'warning' | 'info';
export type Action = 'trigger' | 'acknowledge' | 'resolve';
export type Outcome = 'declare' | 'wait' | 'record';
export type Format =
  | 'pagerduty'
  | 'alertmanager'
  | 'alertmanager_api'
  | 'grafana'
  | 'generic'
  | 'report'
  | 'kubernetes'
  | 'sns';
export type Link = { href: string; text: string };

/** One event after the parser of its format: everything is cleaned, redacted and within its limits. */
export type Parsed = {
  action: Action;
  dedupKey: string;
  title: string;
  source: string;
  severity: AlertSeverity;
  /** The names under which the sender may mean one of our services, best first. */
  serviceNames: string[];
  labels: Record<string, string>;
  links: Link[];
  details: Record<string, unknown>;
  /** When the sender says that it began, already held against our clock. */
  startedAt: Temporal.Instant;
  /** When the alert ends by itself unless it is sent again. */
  expiresAt: Temporal.Instant | undefined;
  /** The event as it came, redacted. */
  payload: unknown;
  /**
   * What `payload` holds beside `labels` and `details`, where it is nothing but these three: then none of it is stored twice.
   * Only for formats whose events always have `labels`, see `wholePayload`.
   */
  rest?: Record<string, unknown> | undefined;
};

/** `problems` tells, one sentence each, which events of the body cannot be accepted; the others are in `events`. */
export type ParsedBody = { events: Parsed[]; problems: string[] };

/** An event on its way into the database. `key` is the hash of the integration key that it came with. */
export type Incoming = { key: string; format: Format; receivedAt: Temporal.Instant; event: Parsed };

export const SEVERITIES: readonly AlertSeverity[] = ['critical', 'error', 'warning', 'info'];

export const TITLE_CHARACTERS_MAX = 1024;
export const KEY_CHARACTERS_MAX = 255;
export const LABELS_MAX = 200;
export const LABEL_CHARACTERS_MAX = 2048;
export const LINKS_MAX = 50;
export const LINK_CHARACTERS_MAX = 2048;

const WORDS: Record<AlertSeverity, string> = {
  critical: 'critical crit page emergency fatal disaster blocker sev0 sev1 p1 down',
  error: 'error err major high severe alert sev2 p2',
  warning: 'warning warn minor medium average degraded sev3 p3',
  info: 'info information informational notice low none ok debug sev4 sev5 p4 p5',
};
const BY_WORD = new Map(
  SEVERITIES.flatMap((severity) => WORDS[severity].split(' ').map((word) => [word, severity] as const)),
);

/** What monitoring calls a severity, in any of its dialects; a word that nobody knows counts as an error. */
export function severityOf(word: string | undefined): AlertSeverity {
  return BY_WORD.get(word?.trim().toLowerCase() ?? '') ?? 'error';
}

/** Cuts without tearing a character apart. */
export function cut(text: string, charactersMax: number): string {
  return text.length <= charactersMax
    ? text
    : `${text
        .slice(0, charactersMax - 1)
        .toWellFormed()
        .replace(/\uFFFD$/, '')}…`;
}

/** Only addresses that a browser may safely open; everything else stays in the payload as text. */
export function linkOf(href: unknown, text: unknown): Link | undefined {
  if (typeof href !== 'string' || href.length > LINK_CHARACTERS_MAX || !/^https?:\/\/[^\s]+$/i.test(href))
    return undefined;
  return { href, text: typeof text === 'string' && text ? cut(text, 200) : href };
}
