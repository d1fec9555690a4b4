/** Somebody must be called: one row, written where it was caused, settled into pages afterwards. */
import { json, type Tx } from '#platform/db/database.ts';
import { newId } from '#platform/ids.ts';
import type { Job } from '#platform/jobs/jobs.ts';
import type { Rung } from '#promise/policy.ts';
import { type Level, live, type Page, type Reason } from './page.ts';

// The job settles a call within milliseconds; a call that waits longer was lost and is taken by the sweep.
const SETTLE_WITHIN_SECONDS = 5;

/** What a call asks for beyond its rung. */
export type Request = {
  kind: Reason['kind'];
  /** Continue above this level: its page brought nobody. */
  after?: { level: Level; round: number } | undefined;
  /** Call exactly this person. */
  personId?: string | undefined;
  /** Who owes the promise. */
  ownerId?: string | undefined;
  promise?: Reason['promise'];
};

/** `notBefore`: it is settled then, by the sweep, instead of at once. */
export type Call = {
  incidentId: string;
  key: string;
  rung: Rung;
  reason: string;
  request: Request;
  notBefore?: Temporal.Instant | undefined;
};

/** A call as it is kept. */
export type CallRow = {
  id: string;
  incident_id: string;
  key: string;
  rung: string;
  reason: string;
  request: unknown;
};

/** @returns the urgent job that settles it; none when the same cause has called already, or when it is for later */
export async function call(tx: Tx, what: Call, now: Temporal.Instant): Promise<Job[]> {
  const id = newId('call');
  const { notBefore } = what;
  const later = notBefore && Temporal.Instant.compare(notBefore, now) > 0 ? notBefore : undefined;
  const row = await tx
    .insertInto('page_call')
    .values({
      id,
      incident_id: what.incidentId,
      key: what.key,
      rung: what.rung,
      reason: what.reason,
      request: json(what.request),
      created_at: now,
      settle_by: later ?? now.add({ seconds: SETTLE_WITHIN_SECONDS }),
    })
    .onConflict((conflict) => conflict.columns(['incident_id', 'key']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row && !later ? [{ queue: 'oncall.settle', data: { callId: row.id }, urgent: true }] : [];
}

const HIGHEST: Level[] = [
  'owner',
  'lead',
  'comms',
  'primary',
  'backup',
  'manager',
  'second_team',
  'everyone',
];

/** A page that brought nobody calls the next level, once per call and incident; one answered from afar calls the backup as well. */
export async function callAgain(
  tx: Tx,
  page: Page,
  why: 'unanswered' | 'declined' | 'no_computer',
  now: Temporal.Instant,
): Promise<Job[]> {
  const jobs: Job[] = [];
  const byIncident = Map.groupBy(live(page), (reason) => reason.incidentId);
  for (const [incidentId, reasons] of byIncident) {
    const highest = reasons.toSorted(byLevel).at(-1) as Reason;
    const { kind, level, round, callId, text, promise } = highest;
    const noComputer = why === 'no_computer';
    jobs.push(
      ...(await call(
        tx,
        {
          incidentId,
          key: `${noComputer ? 'no-computer' : 'after'}:${callId}:${why === 'unanswered' ? 'all' : page.person.personId}`,
          rung: noComputer ? 'backup' : 'next_level',
          reason: sentence(why, page, text),
          request: { kind, promise, ...(noComputer ? {} : { after: { level: above(level), round } }) },
          notBefore: why === 'unanswered' ? othersHaveUntil(highest) : undefined,
        },
        now,
      )),
    );
  }
  return jobs;
}

/** One of several who were called together may run out of time early, on a page that rang before: the others keep theirs. */
function othersHaveUntil({ level, addedAt, answerWithin }: Reason): Temporal.Instant | undefined {
  const together = level === 'second_team' || level === 'everyone';
  return together ? addedAt.add({ milliseconds: answerWithin }) : undefined;
}

function byLevel(one: Reason, other: Reason): number {
  return HIGHEST.indexOf(one.level) - HIGHEST.indexOf(other.level) || one.round - other.round;
}

/** Above a role of the incident stands the backup, as above the primary. */
function above(level: Level): Level {
  return level === 'owner' || level === 'lead' || level === 'comms' ? 'primary' : level;
}

function sentence(why: 'unanswered' | 'declined' | 'no_computer', page: Page, text: string): string {
  switch (why) {
    case 'unanswered':
      return `${page.person.name} has not answered. ${cause(text)}`;
    case 'declined':
      return `${page.person.name} cannot take it. ${cause(text)}`;
    case 'no_computer':
      return `${page.person.name} has it but has no computer.`;
  }
}

/** The first cause, without the people who were asked in between. */
function cause(text: string): string {
  return text.replace(/^.* (?:has not answered|cannot take it)\. /, '');
}
