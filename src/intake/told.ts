/** What a sender of changes told us, in one shape for all senders: changes, alerts, and what is neither. */
import { hash } from 'node:crypto';
import { CHANGE_KINDS, type ChangeKind, type ChangeState, type Link } from '#incident/change.ts';
import type { LeverEnd } from '#incident/lever-ends.ts';
import { cut, KEY_CHARACTERS_MAX, linkOf, type Parsed, TITLE_CHARACTERS_MAX } from './incoming.ts';

/** One step of a change by its sender's clock: a deployment that began, and later that it is done, are two steps of one change. */
export type ToldChange = {
  /** The same for every step and every repetition. */
  externalId: string | undefined;
  kind: ChangeKind;
  summary: string;
  source: string;
  /** When this step happened; it decides which step is the latest. Undefined: now. */
  at: Temporal.Instant | undefined;
  /** When the change began, where that is another time. */
  beganAt?: Temporal.Instant | undefined;
  /** Undefined: this step does not say; what was known before stays. */
  state?: ChangeState | undefined;
  /** Told in steps: the latest by the sender's clock counts, in whatever order they arrive. */
  inSteps?: boolean | undefined;
  /** Where versions follow one another, for example a repository and its environment. */
  place?: string | undefined;
  environment?: string | undefined;
  version?: string | undefined;
  versionBefore?: string | undefined;
  /** An address that shows the difference, with `{before}` and `{after}` in it. */
  compare?: string | undefined;
  /** The names under which the sender may mean one of our services, best first. */
  names: string[];
  /** What routing rules may compare, beside the names. */
  labels: Record<string, string>;
  links: Link[];
  details: Record<string, unknown>;
  mends?: boolean | undefined;
};

/** Everything that one request told. `others` says, one sentence each, what was received and is neither change nor alert. */
export type Told = {
  /** The sender's id of this delivery, where repeating it must not count twice. */
  delivery?: string | undefined;
  changes: ToldChange[];
  alerts: Parsed[];
  /** What is over that one of our levers may have begun, whether or not it counts as a change. */
  ends: LeverEnd[];
  others: string[];
  problems: string[];
};

export function told(part: Partial<Told>): Told {
  return { changes: [], alerts: [], ends: [], others: [], problems: [], ...part };
}

const NAMES_MAX = 10;
const NAME_CHARACTERS_MAX = 200;
const VERSION_CHARACTERS_MAX = 200;
const ENVIRONMENT_CHARACTERS_MAX = 100;

/** Texts of any origin within the limits of the ledger; what is blank is left out. */
export function within(change: ToldChange): ToldChange {
  const version = short(change.version, VERSION_CHARACTERS_MAX);
  const environment = short(change.environment, ENVIRONMENT_CHARACTERS_MAX);
  const names = change.names.filter((name) => name.trim() !== '' && name.length <= NAME_CHARACTERS_MAX);
  return {
    ...change,
    externalId: keyWithin(change.externalId),
    place: keyWithin(change.place),
    summary: cut(change.summary.replaceAll(/\s+/g, ' ').trim(), TITLE_CHARACTERS_MAX),
    version,
    versionBefore: short(change.versionBefore, VERSION_CHARACTERS_MAX),
    environment,
    names: [...new Set(names)].slice(0, NAMES_MAX),
    labels: {
      ...(environment ? { environment } : {}),
      ...(names[0] ? { name: names[0] } : {}),
      kind: change.kind,
      ...change.labels,
    },
  };
}

/** A key that is too long is kept apart from others by its hash. */
function keyWithin(key: string | undefined): string | undefined {
  if (key === undefined || key === '') return undefined;
  return key.length <= KEY_CHARACTERS_MAX ? key : hash('sha256', key, 'hex');
}

function short(text: string | undefined, charactersMax: number): string | undefined {
  const trimmed = text?.trim();
  return trimmed ? cut(trimmed, charactersMax) : undefined;
}

const MENDS = /^\W*(revert|roll(ed|ing|s)?[ -]?back|undo|hotfix|backout)\b|^(fix|chore)?\W*revert[:("\s]/i;

/** True for what undoes something or repairs it in haste, as its own first words say. */
export function soundsLikeMending(text: string | undefined): boolean {
  return text !== undefined && MENDS.test(text);
}

const KIND_WORDS: readonly [ChangeKind, RegExp][] = [
  ['migration', /migrat|schema[ ._-]?change|\bddl\b/i],
  ['flag', /feature[ ._-]?flag|\bflags?\b|toggle|experiment/i],
  ['secret', /secret|certificate|\bcert\b|credential|key[ ._-]?rotat|\btls\b/i],
  ['infra', /terraform|infra|scal(e|ing)|cluster|node|\bdns\b|firewall|network|provision/i],
  ['config', /config|setting|parameter/i],
  ['dependency', /dependenc|upgrade of|\bbump\b/i],
  ['job', /\bcron|schedul|\bjob\b/i],
  ['deploy', /deploy|releas|roll(ed|ing)?[ ._-]?(out|back)|publish|promot|ship|revert|upgrade|install/i],
];

/** The kind that the words of a sender speak of; undefined when they speak of no change that we know. */
export function kindIn(words: string): ChangeKind | undefined {
  return KIND_WORDS.find(([, pattern]) => pattern.test(words))?.[0];
}

/** A kind by its own name, or in the words that pipelines use for it. */
export function kindNamed(word: string | undefined): ChangeKind | undefined {
  const lower = word?.trim().toLowerCase();
  if (!lower) return undefined;
  return CHANGE_KINDS.find((kind) => kind === lower) ?? kindIn(lower);
}

/** The links that a browser may open, with their words. */
export function linksIn(candidates: readonly (readonly [unknown, string])[]): Link[] {
  const links = candidates.flatMap(([href, text]) => linkOf(href, text) ?? []);
  return links.filter((link, index) => links.findIndex(({ href }) => href === link.href) === index);
}
