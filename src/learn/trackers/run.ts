/** One action item and its issue: made, looked at, compared, told. Whatever the tracker does, nobody waits for it but this row. */
import { sql } from 'kysely';
import { json, type Tx, transaction } from '#platform/db/database.ts';
import { earliest, NEVER } from '#platform/db/due-times.ts';
import { Failed } from '#platform/errors.ts';
import type { Outbound } from '#platform/http/outbound.ts';
import type { Due } from '#platform/platform.ts';
import { type ActionItem, findActionItem } from '../action-items.ts';
import { addLine, announce, lockItem, settled } from '../item-change.ts';
import type { House } from '../room.ts';
import { type Agreed, agreedOn, compare, type Ours, type Outcome, tellsAnything } from './compare.ts';
import { markOf, oursFor } from './draft.ts';
import { askerFor, TRACKERS } from './kinds.ts';
import { readTrackers, type Tracker } from './store.ts';
import { takeOver, tellLine } from './take.ts';
import { type Asker, type Draft, Gone, type Issue, KeyRefused, type TrackerKind, unseen } from './tracker.ts';

// Longer than a look and three requests may take; a killed process's rows are free again after this.
const LEASE_SECONDS = 90;
const AT_ONCE_MAX = 6;
const POLL_MINUTES = 30;
/** No more than this many looks an hour at one tracker, so that its own limit is never near. */
const LOOKS_PER_HOUR_MAX = 2400;
const ENDED_POLL_HOURS = 24;
/** An issue that ended so long ago is not looked at any more. */
const ENDED_DAYS_MAX = 90;
const RETRY_MINUTES = 1;
const RETRY_MINUTES_MAX = 360;
const MAKING_FAILURES_MAX = 20;

export type TrackerMeans = { house: House; outbound: Outbound };

type Row = {
  action_item_id: string;
  tracker_id: string;
  state: string;
  issue_id: string | null;
  agreed: unknown;
  failures: number;
  sending: boolean;
  asked_at: Temporal.Instant;
  hinted_by: string | null;
};
type Work = { means: TrackerMeans; row: Row; tracker: Tracker; kind: TrackerKind; ask: Asker };

/** The sweep does not wait: a tracker that hangs holds up nobody else. */
export function trackersDue(means: TrackerMeans): Due {
  const { platform } = means.house;
  const { db, jobs, log } = platform;
  let running = 0;
  return {
    name: 'learn.trackers',
    next: () => (running >= AT_ONCE_MAX ? NEVER : earliest('tracker_issue', 'next_at')),
    async run(now) {
      const rows = await claim(db, now, AT_ONCE_MAX - running);
      for (const row of rows) {
        const done = jobs.expect();
        running += 1;
        void advance(means, row)
          .catch((error: unknown) =>
            log.error({ err: error, item: row.action_item_id }, 'a tracker has a bug'),
          )
          .finally(() => {
            running -= 1;
            done();
          });
      }
      return rows.length;
    },
  };
}

async function claim(db: House['platform']['db'], now: Temporal.Instant, limit: number): Promise<Row[]> {
  const { rows } = await sql<Row>`
    update tracker_issue set next_at = ${now.add({ seconds: LEASE_SECONDS })}::timestamptz
    where action_item_id in (
      select action_item_id from tracker_issue where next_at <= ${now}::timestamptz
      order by next_at limit ${sql.lit(Math.max(0, limit))} for update skip locked)
    returning action_item_id, tracker_id, state, issue_id, agreed, failures, sending, asked_at, hinted_by`.execute(
    db,
  );
  return rows;
}

async function advance(means: TrackerMeans, row: Row): Promise<void> {
  const { platform } = means.house;
  const [tracker] = await readTrackers(platform.db, platform.secret, { id: row.tracker_id });
  const item = await findActionItem(platform.db, row.action_item_id, platform.clock.now());
  if (!tracker || !item) return keep(platform.db, row, { next_at: null });
  const work: Work = {
    means,
    row,
    tracker,
    kind: TRACKERS[tracker.kind],
    ask: askerFor(means.outbound, tracker),
  };
  try {
    await (row.issue_id ? look(work, row.issue_id) : make(work, item));
    await heard(work);
  } catch (error) {
    await failed(work, error);
  }
}

async function make(work: Work, item: ActionItem): Promise<void> {
  const { means, row, tracker, kind, ask } = work;
  const { platform } = means.house;
  const { db } = platform;
  if (item.state !== 'open')
    return keep(db, row, { state: 'refused', failure: 'It ended before it was sent.', next_at: null });
  if (await restrictedSince(db, item, row.asked_at)) return letGo(work);
  const ours = await oursFor(db, item, tracker, platform.config.url);
  const draft: Draft = { ...ours, mark: markOf(item), since: row.asked_at };
  let issue = row.sending ? await kind.find(ask, tracker, draft) : undefined;
  if (!issue) {
    await keep(db, row, { sending: true });
    issue = await kind.make(ask, tracker, draft).catch((error: unknown) => {
      // Nothing can be gone that was never there: the place itself is not for us.
      throw error instanceof Gone ? unseen(tracker.kind) : error;
    });
  }
  await agree(work, { item, ours, issue, told: true });
}

async function look(work: Work, issueId: string): Promise<void> {
  const { means, tracker, kind, ask, row } = work;
  const theirs = await kind.look(ask, tracker, issueId);
  const { item, ours, outcome } = await compareNow(work, theirs);
  const { db, clock } = means.house.platform;
  const issue = tellsAnything(outcome.tell) ? await kind.change(ask, tracker, issueId, outcome.tell) : theirs;
  await agree(work, { item, ours, issue, told: outcome.tell.text !== undefined });
  if (outcome.overruled.length)
    await transaction(db, (tx) => tellLine(tx, row.action_item_id, tracker, outcome, clock.now()));
  // Its title has just left the issue; what is written from here on stays here.
  if (await restrictedSince(db, item, row.asked_at)) await letGo(work, issue.shown);
}

/** Whether the incident was restricted after somebody, or a rule, had sent its item. */
async function restrictedSince(
  db: House['platform']['db'],
  { incidentId }: ActionItem,
  askedAt: Temporal.Instant,
): Promise<boolean> {
  if (!incidentId) return false;
  const fact = await db
    .selectFrom('fact')
    .select('seq')
    .where('incident_id', '=', incidentId)
    .where('kind', '=', 'restricted')
    .where('happened_at', '>', askedAt)
    .limit(1)
    .executeTakeFirst();
  return fact !== undefined;
}

async function letGo({ means, row, tracker }: Work, shown?: string): Promise<void> {
  const { house } = means;
  const now = house.platform.clock.now();
  const text = shown
    ? `The incident was restricted: nothing more is told there. ${shown} stays on ${tracker.name}.`
    : 'The incident was restricted before it was sent: it was not.';
  await transaction(house.platform.db, async (tx) => {
    await tx.deleteFrom('tracker_issue').where('action_item_id', '=', row.action_item_id).execute();
    await addLine(tx, { id: row.action_item_id, by: 'Humdrum', text }, now);
    await settled(house, tx, row.action_item_id, now);
  });
}

/** The item is locked, compared and changed in one transaction; the tracker is told after it. */
async function compareNow(
  { means, row, tracker }: Work,
  theirs: Issue,
): Promise<{ item: ActionItem; ours: Ours; outcome: Outcome }> {
  const { house } = means;
  const { platform } = house;
  const now = platform.clock.now();
  const read = async (tx: Tx) => {
    const item = await findActionItem(tx, row.action_item_id, now);
    if (!item) throw new Gone('The action item is not here.');
    return { item, ours: await oursFor(tx, item, tracker, platform.config.url) };
  };
  return transaction(platform.db, async (tx) => {
    await lockItem(tx, row.action_item_id);
    const before = await read(tx);
    const agreed = row.agreed as Agreed;
    const outcome = compare(agreed, before.ours, theirs);
    const took = await takeOver(tx, { ...before, theirs, tracker, outcome, by: row.hinted_by, now });
    if (took) await settled(house, tx, row.action_item_id, now);
    const after = took ? await read(tx) : before;
    // Kept now: when the tracker cannot be told, what was taken over is not taken over again.
    await tx
      .updateTable('tracker_issue')
      .set({
        agreed: json(partly(agreed, after.ours, theirs, outcome)),
        theirs: json(seenOf(theirs, tracker)),
      })
      .where('action_item_id', '=', row.action_item_id)
      .execute();
    return { ...after, outcome };
  });
}

function partly(agreed: Agreed, ours: Ours, theirs: Issue, { take }: Outcome): Agreed {
  const now = agreedOn(ours, theirs);
  const taken = {
    ...(take.title === undefined ? {} : { title: true }),
    ...(take.dueOn === undefined ? {} : { dueOn: true }),
    ...(take.state === undefined ? {} : { state: true }),
  };
  const side = <Side extends object>(before: Side, after: Side): Side => ({
    ...before,
    ...Object.fromEntries(Object.keys(taken).map((name) => [name, (after as Record<string, unknown>)[name]])),
  });
  return {
    ours: side(agreed.ours, now.ours),
    theirs: { ...side(agreed.theirs, now.theirs), assignee: now.theirs.assignee },
  };
}

function seenOf({ dueOn, assignee }: Issue, { kind }: Tracker) {
  return { dueOn, assignee, keepsDue: TRACKERS[kind].keepsDue };
}

/** Both sides say the same now. What was changed here meanwhile is told at once. */
async function agree(
  { means, row, tracker }: Work,
  { item, ours, issue, told }: { item: ActionItem; ours: Ours; issue: Issue; told: boolean },
): Promise<void> {
  const { db, clock } = means.house.platform;
  const now = clock.now();
  const nextAt = await nextLook(db, tracker, issue, item, now);
  await transaction(db, async (tx) => {
    const current = await tx
      .selectFrom('action_item')
      .select('version')
      .where('id', '=', row.action_item_id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    await tx
      .updateTable('tracker_issue')
      .set({
        state: 'linked',
        issue_id: issue.id,
        shown: issue.shown,
        url: issue.url,
        agreed: json(agreedOn(ours, issue, told ? undefined : (row.agreed as Agreed))),
        theirs: json(seenOf(issue, tracker)),
        failures: 0,
        sending: false,
        failure: null,
        failed_at: null,
        hinted_by: null,
        seen_at: now,
        next_at: current.version === item.version ? nextAt : now,
      })
      .where('action_item_id', '=', row.action_item_id)
      .execute();
    if (row.state !== 'linked' || row.failures > 0) await announce(means.house, tx, item, now);
  });
}

async function nextLook(
  db: House['platform']['db'],
  tracker: Tracker,
  issue: Issue,
  item: ActionItem,
  now: Temporal.Instant,
): Promise<Temporal.Instant | null> {
  if (issue.state !== 'open') {
    const since = Temporal.Instant.from(item.endedAt ?? item.createdAt);
    return now.since(since).total('hours') > ENDED_DAYS_MAX * 24
      ? null
      : now.add({ hours: ENDED_POLL_HOURS });
  }
  const { count } = await db
    .selectFrom('tracker_issue')
    .select((each) => each.fn.countAll<number>().as('count'))
    .where('tracker_id', '=', tracker.id)
    .where('next_at', 'is not', null)
    .executeTakeFirstOrThrow();
  return now.add({ minutes: Math.max(POLL_MINUTES, Math.ceil((Number(count) * 60) / LOOKS_PER_HOUR_MAX)) });
}

async function heard({ means, tracker }: Work): Promise<void> {
  const { db, clock } = means.house.platform;
  await db
    .updateTable('tracker')
    .set({ heard_at: clock.now(), failure: null, failed_at: null })
    .where('id', '=', tracker.id)
    .execute();
}

async function failed(work: Work, error: unknown): Promise<void> {
  const { means, row, tracker } = work;
  const { db, clock, log } = means.house.platform;
  const now = clock.now();
  if (error instanceof Gone) return gone(work, now);
  const failure = error instanceof Failed ? error : undefined;
  if (!failure) log.error({ err: error, item: row.action_item_id }, 'a tracker could not be asked');
  const words = failure?.message ?? 'A fault in Humdrum kept it from asking; its log has more.';
  const failures = row.failures + 1;
  const linked = row.issue_id !== null;
  const ends = !linked && (failure?.permanent === true || failures >= MAKING_FAILURES_MAX);
  const minutes = failure?.permanent
    ? RETRY_MINUTES_MAX
    : Math.min(RETRY_MINUTES * 2 ** (failures - 1), RETRY_MINUTES_MAX);
  const nextAt = ends
    ? null
    : failure?.retryAfterSeconds
      ? now.add({ seconds: failure.retryAfterSeconds })
      : now.add({ minutes });
  await keep(db, row, {
    failures,
    failure: words,
    failed_at: now,
    next_at: nextAt,
    ...(ends ? { state: 'refused' } : {}),
    // What certainly did not arrive needs not be looked for.
    ...(failure && !failure.mayHaveArrived ? { sending: false } : {}),
  });
  const item = await findActionItem(db, row.action_item_id, now);
  if (item) await transaction(db, (tx) => announce(means.house, tx, item, now));
  if (failure?.retryAfterSeconds && nextAt) await pause(db, tracker, nextAt);
  if (error instanceof KeyRefused)
    await db
      .updateTable('tracker')
      .set({ failure: words, failed_at: now })
      .where('id', '=', tracker.id)
      .execute();
}

/** It asked us to wait: that holds for all that is waiting for it. */
async function pause(db: House['platform']['db'], { id }: Tracker, until: Temporal.Instant): Promise<void> {
  await db
    .updateTable('tracker_issue')
    .set({ next_at: until })
    .where('tracker_id', '=', id)
    .where('next_at', '<', until)
    .execute();
}

/** Deleted there is not lost here. */
async function gone({ means, row, tracker }: Work, now: Temporal.Instant): Promise<void> {
  const { house } = means;
  await transaction(house.platform.db, async (tx) => {
    const before = await tx
      .updateTable('tracker_issue')
      .set({ state: 'deleted', next_at: null, failure: null, failed_at: null, seen_at: now })
      .where('action_item_id', '=', row.action_item_id)
      .returning('shown')
      .executeTakeFirst();
    await tellLine(tx, row.action_item_id, tracker, { gone: before?.shown ?? 'the issue' }, now);
    await settled(house, tx, row.action_item_id, now);
  });
  await heard({ means, row, tracker } as Work);
}

async function keep(
  db: House['platform']['db'],
  row: Row,
  set: {
    state?: string;
    failure?: string | null;
    failures?: number;
    failed_at?: Temporal.Instant | null;
    next_at?: Temporal.Instant | null;
    sending?: boolean;
  },
): Promise<void> {
  await db.updateTable('tracker_issue').set(set).where('action_item_id', '=', row.action_item_id).execute();
}
