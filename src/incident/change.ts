/** A change as rooms hand it to each other: intake and third parties bring it, triage keeps it, a repair takes it back. */
import type { Tx } from '#platform/db/database.ts';
import type { Refused } from '#platform/errors.ts';

export const CHANGE_KINDS = [
  'deploy',
  'config',
  'flag',
  'infra',
  'migration',
  'secret',
  'job',
  'dependency',
  'third_party',
  'other',
] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** How far it has come: a change that failed or was taken back is still evidence. Planned: announced, its time may lie ahead. */
export const CHANGE_STATES = ['planned', 'started', 'done', 'failed', 'rolled_back'] as const;
export type ChangeState = (typeof CHANGE_STATES)[number];

/** One step of a staged rollout: from this instant it was live for so many per cent, there. */
export type RampStep = { at: Temporal.Instant; percent: number; where?: string | undefined };

export type Rollback = 'safe' | 'unsafe' | 'unknown';

export type Link = { href: string; text: string };

/** A change as a room hands it over. Sent again with the same `externalId` from the same source, it is the same change. */
export type IncomingChange = {
  integrationId: string | undefined;
  serviceId?: string | undefined;
  /** What the sender called the service, kept where we know none of that name. */
  serviceNamed?: string | undefined;
  externalId?: string | undefined;
  kind: ChangeKind;
  summary: string;
  source: string;
  /** By the sender's clock; what arrives late is placed where it belongs. Only what is planned may lie ahead. */
  happenedAt: Temporal.Instant;
  /** Of what is planned: until when. */
  endsAt?: Temporal.Instant | undefined;
  /** By the sender's clock, when it said this. Of two messages on one change the later counts, whichever arrives first. */
  saidAt?: Temporal.Instant | undefined;
  links: Link[];
  details: Record<string, unknown>;
  state?: ChangeState | undefined;
  rollback?: Rollback | undefined;
  /** In one line: the command, the page, the button. */
  rollbackHow?: string | undefined;
  environment?: string | undefined;
  versionBefore?: string | undefined;
  versionAfter?: string | undefined;
  /** Oldest first; empty for what went live at once. */
  ramp?: RampStep[] | undefined;
  /** Lines, as the sender counts them. */
  size?: number | undefined;
  /** It undoes something, or repairs it in haste. */
  mends?: boolean | undefined;
  recordedBy?: string | undefined;
};

/**
 * Records within a transaction. @returns their ids, in the order given
 * @throws Refused for a change that happened longer ago than changes are kept, or is planned too far ahead
 */
export type RecordChanges = (tx: Tx, changes: IncomingChange[]) => Promise<string[]>;

/** What became of a change: its id, or why it was not kept. */
export type Kept = { id: string; refusal?: undefined } | { id?: undefined; refusal: Refused };

/**
 * Keeps changes outside of any transaction, those of many senders in one commit; answered after it. The way for whatever arrives
 * by the thousand. @returns one entry for each, in the order given
 * @throws Failed when the database cannot be reached; nothing is stored then, and the sender may try again
 */
export type KeepChanges = (changes: IncomingChange[]) => Promise<Kept[]>;
