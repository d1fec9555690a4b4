/** What a page answers to a command: facts, or a refusal that says what to do. Pure; the second decider of the house. */
import { Refused } from '#platform/errors.ts';
import {
  answerable,
  live,
  type Page,
  type PageCommand,
  type PageFactBody,
  type Reason,
  waits,
  wakeAt,
} from './page.ts';

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
  if (page.kind === 'test' && (page.state === 'acknowledged' || page.state === 'declined'))
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
