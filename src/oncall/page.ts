/** What rings at one person until they answer. The second decider, in the shape of the incident: commands in, facts out, all pure. */
import { Refused } from '#platform/errors.ts';
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

const TEST_ANSWER_WITHIN_MILLISECONDS = 15 * 60_000;
const REASONS_MAX = 50;

/** @throws Refused when the page is over */
export function decide(page: Page | undefined, command: PageCommand, now: Temporal.Instant): PageFactBody[] {
  if (command.type === 'page') return begin(page, command, now);
  if (!page) throw new Refused('not_found', 'There is no such page.');
  switch (command.type) {
    case 'add_reason':
      return addReason(page, command, now);
    case 'acknowledge':
      return acknowledge(page, command);
    case 'note_acknowledgement':
      return answerable(page)
        ? [{ kind: 'acknowledged', answer: 'have_it', via: command.via, told: true }]
        : [];
    case 'end_reasons':
      return endReasons(page, command);
    case 'withdraw':
      return over(page) ? [] : [{ kind: 'withdrawn', why: command.why }];
    case 'give_up':
      return page.state === 'sent' ? [{ kind: 'unanswered', why: command.why }] : [];
    case 'pause':
      return waits(page) && !page.pausedAt ? [{ kind: 'paused', why: command.why }] : [];
    case 'resume':
      return page.pausedAt && waits(page) ? [{ kind: 'resumed', dueAt: dueFor(page.reasons, now) }] : [];
    case 'wake':
      return wake(page, now);
  }
}

function begin(
  page: Page | undefined,
  command: Extract<PageCommand, { type: 'page' }>,
  now: Temporal.Instant,
): PageFactBody[] {
  if (page) throw new Refused('conflict', 'This page exists already.');
  const { kind, person, reasons, rest, holdUntil } = command;
  const held = holdUntil && Temporal.Instant.compare(holdUntil, now) > 0 ? holdUntil : undefined;
  const paged: PageFactBody = { kind: 'paged', page: kind, person, reasons, rest, heldUntil: held };
  return held ? [paged] : [paged, { kind: 'sent', dueAt: dueFor(reasons, now) }];
}

function addReason(
  page: Page,
  command: Extract<PageCommand, { type: 'add_reason' }>,
  now: Temporal.Instant,
): PageFactBody[] {
  if (!waits(page)) throw new Refused('gone', 'This page is over.');
  const { reason, atOnce } = command;
  if (page.reasons.some((each) => each.incidentId === reason.incidentId && each.key === reason.key))
    return [];
  const room = page.reasons.length < REASONS_MAX;
  const added: PageFactBody[] = room
    ? [{ kind: 'reason_added', reason, dueAt: page.dueAt && earlier(page.dueAt, dueFor([reason], now)) }]
    : [];
  const rings = page.state === 'held' && atOnce;
  return rings ? [...added, { kind: 'sent', dueAt: dueFor([...page.reasons, reason], now) }] : added;
}

function acknowledge(
  page: Page,
  { answer, via }: Extract<PageCommand, { type: 'acknowledge' }>,
): PageFactBody[] {
  if (page.kind === 'test' && page.state === 'acknowledged')
    return page.proven.includes(via) ? [] : [{ kind: 'channel_proven', via }];
  if (page.state === 'acknowledged' && page.answer === answer) return [];
  if (!answerable(page))
    throw new Refused(
      'gone',
      page.state === 'withdrawn'
        ? 'This page is no longer needed; nothing was changed.'
        : 'This page has been answered already; nothing was changed.',
      {
        mend: 'Open the incident in Humdrum to act in it.',
      },
    );
  return answer === 'cant'
    ? [{ kind: 'declined', via }]
    : [{ kind: 'acknowledged', answer, via, told: false }];
}

function endReasons(
  page: Page,
  { ended, why }: Extract<PageCommand, { type: 'end_reasons' }>,
): PageFactBody[] {
  const ends = (reason: Reason) =>
    ended.some((each) => each.incidentId === reason.incidentId && each.key === reason.key);
  const standing = live(page);
  const over = standing.filter(ends);
  if (over.length === 0) return [];
  const facts: PageFactBody[] = [
    { kind: 'reasons_ended', ended: over.map(({ incidentId, key }) => ({ incidentId, key })), why },
  ];
  const last = over.length === standing.length && answerable(page);
  return last ? [...facts, { kind: 'withdrawn', why }] : facts;
}

function wake(page: Page, now: Temporal.Instant): PageFactBody[] {
  const at = wakeAt(page);
  if (!at || Temporal.Instant.compare(at, now) > 0) return [];
  if (page.state === 'held') return [{ kind: 'sent', dueAt: dueFor(live(page), now) }];
  if (page.kind === 'test') return [{ kind: 'withdrawn', why: 'The test was not answered in time.' }];
  return [{ kind: 'unanswered', why: 'No answer in time.' }];
}

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

function over(page: Page): boolean {
  return page.state === 'acknowledged' || page.state === 'declined' || page.state === 'withdrawn';
}

function dueFor(reasons: Reason[], now: Temporal.Instant): Temporal.Instant {
  const within = reasons.length
    ? Math.min(...reasons.map((reason) => reason.answerWithin))
    : TEST_ANSWER_WITHIN_MILLISECONDS;
  return now.add({ milliseconds: within });
}

function earlier(one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(one, other) <= 0 ? one : other;
}
