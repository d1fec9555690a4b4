/** What rings at one person until they answer: its commands, its facts, what it owes and when it wakes. Pure, in the shape of the incident. */
import type { Owed } from '#promise/owed.ts';

export type Level =
  | 'owner'
  | 'lead'
  | 'comms'
  | 'primary'
  | 'backup'
  | 'manager'
  | 'second_team'
  | 'everyone';
export type Answer = 'have_it' | 'have_it_no_computer' | 'cant';
export type PageState = 'held' | 'sent' | 'acknowledged' | 'declined' | 'unanswered' | 'withdrawn';

/**
 * Why somebody is paged. The title is already what this person may see.
 * `first`: stands until somebody leads · `promise`: until it is kept · `hand`: until it is answered or the incident is over.
 */
export type Reason = {
  kind: 'first' | 'promise' | 'hand';
  incidentId: string;
  key: string;
  callId: string;
  number: number;
  title: string;
  severity: 'P1' | 'P2' | 'P3';
  text: string;
  level: Level;
  /** Which time this level is tried. */
  round: number;
  /** Milliseconds within which an answer is owed. */
  answerWithin: number;
  promise?: { kind: string; cycle: number; step: number } | undefined;
  addedAt: Temporal.Instant;
  endedAt?: Temporal.Instant | undefined;
};

/** From the policy of the incident: how long a night answer protects, and when it is night. */
export type RestRule = { milliseconds: number; from: string; to: string };

export type Page = {
  id: string;
  kind: 'incident' | 'test';
  seq: number;
  person: { personId: string; name: string; zone: string };
  state: PageState;
  reasons: Reason[];
  rest: RestRule;
  createdAt: Temporal.Instant;
  heldUntil?: Temporal.Instant | undefined;
  sentAt?: Temporal.Instant | undefined;
  /** The seq of the fact that made it ring last; the cycle of its promise. */
  ringSeq?: number | undefined;
  ring: number;
  dueAt?: Temporal.Instant | undefined;
  pausedAt?: Temporal.Instant | undefined;
  answer?: Answer | undefined;
  answeredAt?: Temporal.Instant | undefined;
  via?: string | undefined;
  why?: string | undefined;
  unansweredAt?: Temporal.Instant | undefined;
  proven: string[];
};

export type PageCommand =
  | {
      type: 'page';
      id: string;
      kind: Page['kind'];
      person: Page['person'];
      reasons: Reason[];
      rest: RestRule;
      holdUntil?: Temporal.Instant | undefined;
    }
  /** `atOnce`: a held page rings now because of it. */
  | { type: 'add_reason'; reason: Reason; atOnce: boolean }
  | { type: 'acknowledge'; answer: Answer; via: string }
  /** `told`: the incident knows already, because it was acknowledged there. */
  | { type: 'note_acknowledgement'; via: string }
  | { type: 'end_reasons'; ended: { incidentId: string; key: string }[]; why: string }
  | { type: 'withdraw'; why: string }
  | { type: 'give_up'; why: string }
  | { type: 'pause'; why: string }
  | { type: 'resume' }
  | { type: 'wake' };

export type PageFactBody =
  | {
      kind: 'paged';
      page: 'incident' | 'test';
      person: Page['person'];
      reasons: Reason[];
      rest: RestRule;
      heldUntil?: Temporal.Instant | undefined;
    }
  | { kind: 'sent'; dueAt: Temporal.Instant }
  | { kind: 'reason_added'; reason: Reason; dueAt?: Temporal.Instant | undefined }
  | { kind: 'reasons_ended'; ended: { incidentId: string; key: string }[]; why: string }
  | { kind: 'acknowledged'; answer: Answer; via: string; told: boolean }
  | { kind: 'declined'; via: string }
  | { kind: 'unanswered'; why: string }
  | { kind: 'withdrawn'; why: string }
  | { kind: 'paused'; why: string }
  | { kind: 'resumed'; dueAt: Temporal.Instant }
  | { kind: 'channel_proven'; via: string };
export type PageFact = PageFactBody & { seq: number; recordedAt: Temporal.Instant };

/** The page after a fact. */
export function evolve(page: Page | undefined, fact: PageFact, id: string): Page {
  if (fact.kind === 'paged') {
    const { page: kind, person, reasons, rest, heldUntil, seq, recordedAt } = fact;
    return {
      id,
      kind,
      seq,
      person,
      state: 'held',
      reasons,
      rest,
      createdAt: recordedAt,
      heldUntil: heldUntil ?? recordedAt,
      ring: 0,
      proven: [],
    };
  }
  if (!page) throw new Error('The first fact of a page is "paged".');
  return { ...page, ...change(page, fact), seq: fact.seq };
}

function change(page: Page, fact: Exclude<PageFact, { kind: 'paged' }>): Partial<Page> {
  const at = fact.recordedAt;
  switch (fact.kind) {
    case 'sent':
      return {
        state: 'sent',
        sentAt: at,
        dueAt: fact.dueAt,
        ringSeq: fact.seq,
        ring: page.ring + 1,
        heldUntil: undefined,
      };
    case 'resumed':
      return {
        state: 'sent',
        sentAt: at,
        dueAt: fact.dueAt,
        ringSeq: fact.seq,
        ring: page.ring + 1,
        pausedAt: undefined,
        heldUntil: undefined,
      };
    case 'reason_added':
      return { reasons: [...page.reasons, fact.reason], dueAt: fact.dueAt ?? page.dueAt };
    case 'reasons_ended':
      return {
        reasons: page.reasons.map((each) => (isEnded(each, fact.ended) ? { ...each, endedAt: at } : each)),
      };
    case 'acknowledged':
      return {
        state: 'acknowledged',
        answer: fact.answer,
        answeredAt: at,
        via: fact.via,
        proven: [...page.proven, fact.via],
      };
    case 'declined':
      return {
        state: 'declined',
        answer: 'cant',
        answeredAt: at,
        via: fact.via,
        proven: [...page.proven, fact.via],
      };
    case 'unanswered':
      return { state: 'unanswered', unansweredAt: at, why: fact.why };
    case 'withdrawn':
      return { state: 'withdrawn', why: fact.why };
    case 'paused':
      return { pausedAt: at, why: fact.why };
    case 'channel_proven':
      return { proven: [...page.proven, fact.via] };
  }
}

function isEnded(reason: Reason, ended: { incidentId: string; key: string }[]): boolean {
  return ended.some((each) => each.incidentId === reason.incidentId && each.key === reason.key);
}

/** When the page must look at itself although nobody asks. */
export function wakeAt(page: Page): Temporal.Instant | undefined {
  if (page.pausedAt) return undefined;
  if (page.state === 'held') return page.heldUntil;
  return page.state === 'sent' ? page.dueAt : undefined;
}

/** The one promise of a page: an answer, by the person it rings at. Each ring is a cycle. */
export function owed(page: Page): Owed[] {
  if (page.kind === 'test' || page.ringSeq === undefined || !page.sentAt || !page.dueAt) return [];
  const promise = {
    kind: 'acknowledge',
    cycle: page.ringSeq,
    ownerId: page.person.personId,
    openedAt: page.sentAt,
    dueAt: page.dueAt,
  };
  // The next level is called by the page's own clock, so that the ladder is empty.
  const ladder: Owed['ladder'] = [];
  switch (page.state) {
    case 'held':
    case 'sent':
    case 'unanswered':
      return [{ ...promise, ladder, state: page.pausedAt ? 'void' : 'open' }];
    case 'acknowledged':
    case 'declined':
      return [{ ...promise, ladder, state: 'kept', endedAt: page.answeredAt }];
    case 'withdrawn':
      return [{ ...promise, ladder, state: 'void' }];
  }
}

/** Reasons that still hold. */
export function live(page: Page): Reason[] {
  return page.reasons.filter((reason) => !reason.endedAt);
}

export function waits(page: Page): boolean {
  return page.state === 'held' || page.state === 'sent';
}

/** A late answer is an answer. */
export function answerable(page: Page): boolean {
  return waits(page) || page.state === 'unanswered';
}
