/** What follows every change of an action item: its version, its promise, its tracker, and whoever looks at it. */
import type { Db, Tx } from '#platform/db/database.ts';
import type { ActionItem } from './action-items.ts';
import { keepPromise } from './action-items.ts';
import { incidentRow } from './incident-row.ts';
import { keepText } from './library/text.ts';
import type { House } from './room.ts';

const LINES_MAX = 50;

/** Within the transaction that changed the row. */
export async function settled(house: House, tx: Tx, id: string, now: Temporal.Instant): Promise<void> {
  const { policies } = house;
  const { version, incident_id, postmortem_id } = await tx
    .updateTable('action_item')
    .set((row) => ({ version: row('version', '+', 1) }))
    .where('id', '=', id)
    .returning(['version', 'incident_id', 'postmortem_id'])
    .executeTakeFirstOrThrow();
  await keepPromise(tx, policies, id, now);
  if (postmortem_id) await keepText(tx, postmortem_id);
  // Its tracker hears of it at the next sweep, unless it is failing and waits for its turn.
  await tx
    .updateTable('tracker_issue')
    .set({ next_at: now })
    .where('action_item_id', '=', id)
    .where('state', 'in', ['waiting', 'linked'])
    .where('failures', '=', 0)
    .execute();
  await announce(house, tx, { id, version, incidentId: incident_id }, now);
}

/** Whoever looks at it asks again; of a restricted incident only its viewers hear that there is something. */
export async function announce(
  { platform }: House,
  tx: Tx,
  { id, version, incidentId }: Pick<ActionItem, 'id' | 'version' | 'incidentId'>,
  now: Temporal.Instant,
): Promise<void> {
  const incident = incidentId ? await incidentRow(tx, incidentId) : undefined;
  const viewers = incident?.restricted ? incident.viewers : undefined;
  await platform.live.publish(tx, { kind: 'action_item', id, version, viewers }, now);
}

/** Locks one item, so that a person and a tracker change it one after the other. */
export async function lockItem(tx: Tx, id: string): Promise<void> {
  await tx.selectFrom('action_item').select('id').where('id', '=', id).forUpdate().execute();
}

export async function addLine(
  tx: Tx,
  { id, by, text }: { id: string; by: string; text: string },
  now: Temporal.Instant,
): Promise<void> {
  await tx.insertInto('action_item_line').values({ action_item_id: id, at: now, by, text }).execute();
}

/** It is owed again: the promise begins a new round. */
export async function reopen(tx: Tx, { id }: Pick<ActionItem, 'id'>): Promise<void> {
  await tx
    .updateTable('action_item')
    .set((row) => ({
      state: 'open',
      evidence: null,
      dropped_because: null,
      ended_at: null,
      ended_there: false,
      cycle: row('cycle', '+', 1),
    }))
    .where('id', '=', id)
    .execute();
}

/** @returns what happened to it, newest first */
export async function linesOf(db: Db | Tx, id: string): Promise<{ at: string; by: string; text: string }[]> {
  const rows = await db
    .selectFrom('action_item_line')
    .select(['at', 'by', 'text'])
    .where('action_item_id', '=', id)
    .orderBy('id', 'desc')
    .limit(LINES_MAX)
    .execute();
  return rows.map((row) => ({ ...row, at: row.at.toString() }));
}
