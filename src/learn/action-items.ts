/** Action items as rows with their promise: one owner, an absolute date, a condition by which somebody else sees that it is done. */

import { sql } from 'kysely';
import type { Db, Tx } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import { cursorOf, readCursor } from '#platform/http/fields.ts';
import { endOfWorkingDay } from '#promise/calendar.ts';
import type { Owed } from '#promise/owed.ts';
import type { Policies } from '#promise/policies.ts';
import { ruleOf } from '#promise/policy.ts';
import { fireDue, reconcile } from '#promise/reconcile.ts';
import { incidentRow } from './incident-row.ts';
import { learningRecipients, queueMails } from './mails.ts';
import { learnersOn } from './near-misses/settings.ts';
import { differencesOf } from './trackers/differences.ts';
import type { ShownIssue } from './trackers/shapes.ts';

export const ACTION_ITEM = 'action_item';
export const DONE_PROMISE = 'action_item_done';

export type ActionItem = {
  id: string;
  /** Null, as are the two below, for what comes of a near miss, or was agreed elsewhere before. */
  postmortemId: string | null;
  incidentId: string | null;
  incidentNumber: number | null;
  nearMissId: string | null;
  text: string;
  ownerId: string;
  ownerName: string;
  dueOn: string;
  dueAt: string;
  overdue: boolean;
  doneCondition: string;
  strength: 'stronger' | 'intermediate' | 'weaker';
  state: 'open' | 'done' | 'dropped';
  evidence: string | null;
  /** A tracker closed it; a person may still say what shows that it is done. */
  endedThere: boolean;
  /** Its owner has left, and nobody could be found to take it. */
  ownerGone: boolean;
  droppedBecause: string | null;
  /** Where it stands in a tracker; null: nowhere. */
  issue: ShownIssue | null;
  serviceId: string | null;
  createdAt: string;
  endedAt: string | null;
  doneAt: string | null;
  version: number;
};

type Row = Awaited<ReturnType<ReturnType<typeof rows>['execute']>>[number];

function rows(db: Db | Tx) {
  return db
    .selectFrom('action_item')
    .leftJoin('incident', 'incident.id', 'action_item.incident_id')
    .leftJoin('near_miss', 'near_miss.id', 'action_item.near_miss_id')
    .innerJoin('person', 'person.id', 'action_item.owner_id')
    .leftJoin('tracker_issue', 'tracker_issue.action_item_id', 'action_item.id')
    .leftJoin('tracker', 'tracker.id', 'tracker_issue.tracker_id')
    .selectAll('action_item')
    .select([
      'incident.number as incident_number',
      'person.name as owner_name',
      'person.zone as owner_zone',
      'tracker.id as tracker_id',
      'tracker.name as tracker_name',
      'tracker.kind as tracker_kind',
      'tracker_issue.state as issue_state',
      'tracker_issue.shown as issue_shown',
      'tracker_issue.url as issue_url',
      'tracker_issue.failure as issue_failure',
      'tracker_issue.next_at as issue_next_at',
      'tracker_issue.seen_at as issue_seen_at',
      'tracker_issue.theirs as issue_theirs',
    ])
    .select(({ fn }) =>
      fn.coalesce('incident.policy_version', 'near_miss.policy_version').as('policy_version'),
    );
}

export type ActionItemFilter = {
  state?: 'open' | 'done' | 'dropped' | undefined;
  ownerId?: string | undefined;
  postmortemId?: string | undefined;
  incidentId?: string | undefined;
  overdue?: boolean | undefined;
  /** The id of a tracker; "none": in no tracker. */
  trackerId?: string | undefined;
};

function seenBy(viewerId: string | undefined) {
  return sql<boolean>`(incident.id is null or not incident.restricted or ${viewerId ?? ''} = any(incident.viewers))`;
}

/** @returns how many open items that the viewer may see are due by the end of this week, Sunday in UTC, or late already */
export async function countDueThisWeek(
  db: Db,
  viewerId: string | undefined,
  now: Temporal.Instant,
): Promise<number> {
  const today = now.toZonedDateTimeISO('UTC').toPlainDate();
  const row = await db
    .selectFrom('action_item')
    .leftJoin('incident', 'incident.id', 'action_item.incident_id')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('action_item.state', '=', 'open')
    .where('action_item.due_on', '<=', today.add({ days: 7 - today.dayOfWeek }).toString())
    .where(seenBy(viewerId))
    .executeTakeFirst();
  return Number(row?.count ?? 0);
}

/** @param viewerId items of restricted incidents are listed for their viewers alone */
export async function listActionItems(
  db: Db | Tx,
  filter: ActionItemFilter,
  viewerId: string | undefined,
  now: Temporal.Instant,
  page: { cursor?: string | undefined; limit: number },
): Promise<{ items: ActionItem[]; next: string | null }> {
  let query = rows(db)
    .where(seenBy(viewerId))
    .orderBy('action_item.due_on')
    .orderBy('action_item.id')
    .limit(page.limit + 1);
  if (filter.state) query = query.where('action_item.state', '=', filter.state);
  if (filter.ownerId) query = query.where('action_item.owner_id', '=', filter.ownerId);
  if (filter.postmortemId) query = query.where('action_item.postmortem_id', '=', filter.postmortemId);
  if (filter.incidentId) query = query.where('action_item.incident_id', '=', filter.incidentId);
  if (filter.trackerId === 'none') query = query.where('tracker_issue.tracker_id', 'is', null);
  else if (filter.trackerId) query = query.where('tracker_issue.tracker_id', '=', filter.trackerId);
  if (filter.overdue) query = query.where('action_item.state', '=', 'open').where(lateAt(now));
  if (page.cursor) {
    const [dueOn, id] = readCursor(page.cursor);
    query = query.where(sql<boolean>`(action_item.due_on, action_item.id) > (${dueOn}::text, ${id}::text)`);
  }
  const found = await query.execute();
  const items = found.slice(0, page.limit).map((row) => toItem(row, now));
  const last = items.at(-1);
  return { items, next: found.length > page.limit && last ? cursorOf(last.dueOn, last.id) : null };
}

/** The end of the working day where the owner lives has passed. */
function lateAt(now: Temporal.Instant) {
  return sql<boolean>`((action_item.due_on || ' 17:00')::timestamp at time zone person.zone) <= ${now}`;
}

export async function findActionItem(
  db: Db | Tx,
  id: string,
  now: Temporal.Instant,
): Promise<ActionItem | undefined> {
  const row = await rows(db).where('action_item.id', '=', id).executeTakeFirst();
  return row && toItem(row, now);
}

function toItem(row: Row, now: Temporal.Instant): ActionItem {
  const dueAt = endOfWorkingDay(row.due_on, row.owner_zone);
  return {
    id: row.id,
    postmortemId: row.postmortem_id,
    incidentId: row.incident_id,
    incidentNumber: row.incident_number,
    nearMissId: row.near_miss_id,
    text: row.text,
    ownerId: row.owner_id,
    ownerName: row.owner_name,
    dueOn: row.due_on,
    dueAt: dueAt.toString(),
    overdue: row.state === 'open' && Temporal.Instant.compare(dueAt, now) <= 0,
    doneCondition: row.done_condition,
    strength: row.strength as ActionItem['strength'],
    state: row.state as ActionItem['state'],
    evidence: row.evidence,
    endedThere: row.ended_there,
    ownerGone: row.owner_gone_at !== null,
    droppedBecause: row.dropped_because,
    issue: issueIn(row),
    serviceId: row.service_id,
    createdAt: row.created_at.toString(),
    endedAt: row.ended_at?.toString() ?? null,
    doneAt: row.state === 'done' ? (row.ended_at?.toString() ?? null) : null,
    version: row.version,
  };
}

function issueIn(row: Row): ShownIssue | null {
  if (!row.tracker_id || !row.tracker_kind) return null;
  return {
    trackerId: row.tracker_id,
    tracker: row.tracker_name ?? '',
    kind: row.tracker_kind as ShownIssue['kind'],
    state: row.issue_state as ShownIssue['state'],
    shown: row.issue_shown,
    url: row.issue_url,
    failure: row.issue_failure,
    nextAt: row.issue_next_at?.toString() ?? null,
    seenAt: row.issue_seen_at?.toString() ?? null,
    differences: differencesOf({ ownerName: row.owner_name, dueOn: row.due_on }, row.issue_theirs),
  };
}

const MEND = 'Nothing was saved. Mend this and send it again.';

export type Wanted = { text: string; ownerId: string; dueOn: string; doneCondition: string };

/**
 * @param standing a date that was agreed before: it may have passed while something else is mended
 * @throws Refused for each thing that makes an agreement one that cannot be kept, all at once, each with what to write
 */
export async function agreed(
  db: Db | Tx,
  wanted: { [Key in keyof Wanted]?: string | undefined },
  now: Temporal.Instant,
  standing?: string,
): Promise<Wanted> {
  const fields: { path: string; message: string }[] = [];
  const wrong = (path: keyof Wanted, message: string) => fields.push({ path, message });
  const { text = '', ownerId = '', dueOn = '', doneCondition = '' } = wanted;
  if (!text) wrong('text', 'Say what will exist afterwards that does not exist now.');
  if (!doneCondition)
    wrong('doneCondition', 'Say how somebody else will see that it is done: a number, a test, a document.');
  const owner = ownerId
    ? await db
        .selectFrom('person')
        .select('zone')
        .where('id', '=', ownerId)
        .where('archived_at', 'is', null)
        .executeTakeFirst()
    : undefined;
  if (!ownerId)
    wrong('ownerId', 'An action item has one owner. Name the person who answers for it; others can help.');
  else if (!owner)
    wrong('ownerId', 'Nobody in the directory has this id. Name one person; a team cannot own it.');
  const problem = dueOn === standing ? undefined : dateProblem(dueOn, owner?.zone ?? 'UTC', now);
  if (problem) wrong('dueOn', problem);
  if (fields.length)
    throw new Refused('invalid', fields[0]?.message ?? '', {
      mend:
        fields.length > 1
          ? fields
              .slice(1)
              .map((each) => each.message)
              .join(' ')
          : MEND,
      fields,
    });
  return { text, ownerId, dueOn, doneCondition };
}

function dateProblem(dueOn: string, zone: string, now: Temporal.Instant): string | undefined {
  const today = now.toZonedDateTimeISO(zone).toPlainDate();
  const example = today.add({ days: 10 }).toString();
  if (!dueOn) return `An action item has a date. Write a day such as ${example}.`;
  if (!/^\d{4}-\d\d-\d\d$/.test(dueOn) || !isDay(dueOn))
    return `"${dueOn.slice(0, 40)}" is not a date. Write a day such as ${example}.`;
  if (dueOn < today.toString())
    return `${dueOn} has passed. Today is ${today.toString()}; write a day from now on.`;
  if (Temporal.Instant.compare(endOfWorkingDay(dueOn, zone), now) <= 0)
    return `The working day of ${dueOn} is over where the owner lives. Write a later day.`;
  return undefined;
}

function isDay(text: string): boolean {
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text;
  } catch {
    return false;
  }
}

/** Brings the promise of one item in line with its row. */
export async function keepPromise(
  tx: Tx,
  policies: Policies,
  id: string,
  now: Temporal.Instant,
): Promise<void> {
  const owed = await owedBy(tx, policies, id);
  if (owed) await reconcile(tx, { subjectKind: ACTION_ITEM, subjectId: id, owed: [owed], now });
}

async function owedBy(tx: Tx, policies: Policies, id: string): Promise<Owed | undefined> {
  const row = await rows(tx).where('action_item.id', '=', id).executeTakeFirst();
  if (!row) return undefined;
  const policy =
    row.policy_version === null ? await policies.current(tx) : await policies.version(tx, row.policy_version);
  const rule = ruleOf(policy, DONE_PROMISE);
  const state = row.state === 'done' ? 'kept' : row.state === 'dropped' ? 'waived' : 'open';
  return {
    kind: DONE_PROMISE,
    cycle: row.cycle,
    ownerId: row.owner_id,
    openedAt: row.created_at,
    dueAt: endOfWorkingDay(row.due_on, row.owner_zone),
    ladder: rule.ladder,
    repeatLastAfter: rule.repeatLastAfter,
    state,
    endedAt: row.ended_at ?? undefined,
  };
}

/** Fires the due step of one item: a mail to who stands there. A stale wake does nothing. */
export async function wakeActionItem(
  tx: Tx,
  policies: Policies,
  id: string,
  now: Temporal.Instant,
): Promise<void> {
  const row = await tx
    .selectFrom('action_item')
    .select(['incident_id', 'near_miss_id', 'owner_id', 'service_id'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst();
  const owed = await owedBy(tx, policies, id);
  if (!row || !owed) return;
  const about = row.incident_id
    ? await incidentRow(tx, row.incident_id)
    : { serviceIds: row.service_id ? [row.service_id] : [], restricted: false, viewers: [], lead: undefined };
  for (const step of await fireDue(tx, { subjectKind: ACTION_ITEM, subjectId: id, owed: [owed], now })) {
    if (step.do === 'none') continue;
    const mail = {
      subjectKind: ACTION_ITEM,
      subjectId: id,
      promise: DONE_PROMISE,
      cycle: step.cycle,
      step: step.step,
    } as const;
    const readers = row.near_miss_id
      ? await learnersOn(tx, step.who, row.owner_id)
      : await learningRecipients(tx, about, step.who, row.owner_id);
    await queueMails(tx, mail, readers, now);
  }
}
