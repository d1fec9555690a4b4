/** Asking for an action item to be in a tracker, and taking it away from there. The asking is a row; what answers it is run.ts. */
import type { Db, Tx } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import type { ActionItem } from '../action-items.ts';

/** The one that is meant for these services comes before one that is meant for any. */
export async function trackerFor(
  db: Db | Tx,
  serviceIds: string[],
  { sends }: { sends?: 'agreed' } = {},
): Promise<string | undefined> {
  let query = db.selectFrom('tracker').select(['id', 'service_ids']).where('archived_at', 'is', null);
  if (sends) query = query.where('sends', '=', sends);
  const rows = await query.orderBy('name').execute();
  const own = rows.find((row) => row.service_ids.some((id) => serviceIds.includes(id)));
  return (own ?? rows.find((row) => row.service_ids.length === 0))?.id;
}

/** What is agreed goes to the tracker that takes it by itself; of a restricted incident nothing goes anywhere unless somebody asks. */
export async function sendByItself(
  tx: Tx,
  item: { id: string; by: string },
  incident: { restricted: boolean; serviceIds: string[] },
  now: Temporal.Instant,
): Promise<void> {
  if (incident.restricted) return;
  const trackerId = await trackerFor(tx, incident.serviceIds, { sends: 'agreed' });
  if (trackerId) await ask(tx, { ...item, trackerId }, now);
}

export async function ask(
  tx: Tx,
  { id, trackerId, by }: { id: string; trackerId: string; by: string },
  now: Temporal.Instant,
): Promise<void> {
  const row = {
    tracker_id: trackerId,
    state: 'waiting',
    issue_id: null,
    shown: null,
    url: null,
    agreed: null,
    theirs: null,
    failures: 0,
    sending: false,
    failure: null,
    failed_at: null,
    hinted_by: null,
    seen_at: null,
    asked_by: by,
    asked_at: now,
    next_at: now,
  };
  await tx
    .insertInto('tracker_issue')
    .values({ ...row, action_item_id: id })
    .onConflict((conflict) => conflict.column('action_item_id').doUpdateSet(row))
    .execute();
}

/** What is read there has changed for all items of an incident: they are told, or let go, at once, not at the next look. */
export async function lookAtIssues(tx: Tx, incidentId: string, now: Temporal.Instant): Promise<void> {
  await tx
    .updateTable('tracker_issue')
    .set({ next_at: now })
    .where('state', 'in', ['waiting', 'linked'])
    .where('action_item_id', 'in', (items) =>
      items.selectFrom('action_item').select('id').where('incident_id', '=', incidentId),
    )
    .execute();
}

/** @throws Refused when it stands somewhere already, or cannot be sent */
export function refuseTwice(item: ActionItem): void {
  if (item.issue?.state === 'linked' || item.issue?.state === 'waiting')
    throw new Refused('conflict', `It is in ${item.issue.tracker} already.`, {
      mend: 'Take it away from there first; the issue there stays.',
    });
  if (item.state !== 'open')
    throw new Refused('conflict', `This action item is ${item.state}; there is nothing left to do there.`);
}
