/** An action item whose owner has left goes back to the service on the same day, and a line says so. (practice: an item always has one person who can do it) */
import { sql } from 'kysely';
import { type Tx, transaction } from '#platform/db/database.ts';
import type { Due } from '#platform/platform.ts';
import { type ActionItem, findActionItem } from './action-items.ts';
import { incidentRow } from './incident-row.ts';
import { addLine, lockItem, settled } from './item-change.ts';
import { managersOf, owningTeam } from './people.ts';
import type { House } from './room.ts';

const PER_SWEEP_MAX = 50;

export function ownersGone(house: House): Due {
  const { platform } = house;
  return {
    name: 'learn.owners-gone',
    // Those who left are few; their open items are found by the owner's index.
    next: () => sql`(select min(p.archived_at) from person p where p.archived_at is not null and exists (
      select 1 from action_item a where a.owner_id = p.id and a.state = 'open' and a.owner_gone_at is null))`,
    async run(now) {
      const rows = await platform.db
        .selectFrom('action_item')
        .innerJoin('person', 'person.id', 'action_item.owner_id')
        .select('action_item.id')
        .where('action_item.state', '=', 'open')
        .where('action_item.owner_gone_at', 'is', null)
        .where('person.archived_at', 'is not', null)
        .limit(PER_SWEEP_MAX)
        .execute();
      for (const { id } of rows) await transaction(platform.db, (tx) => giveBack(house, tx, id, now));
      return rows.length;
    },
  };
}

async function giveBack(house: House, tx: Tx, id: string, now: Temporal.Instant): Promise<void> {
  await lockItem(tx, id);
  const item = await findActionItem(tx, id, now);
  if (item?.state !== 'open' || item.ownerGone) return;
  const next = await nextOwner(tx, item);
  await tx
    .updateTable('action_item')
    .set(next ? { owner_id: next.id } : { owner_gone_at: now })
    .where('id', '=', id)
    .execute();
  const text = next
    ? `${item.ownerName} has left. It went back to the service: ${next.name} owns it now.`
    : `${item.ownerName} has left, and nobody answers for the service. Name a new owner.`;
  await addLine(tx, { id, by: 'Humdrum', text }, now);
  await settled(house, tx, id, now);
}

/** Who answers for the service: its manager, else its team, else who leads or owns what it came from. */
async function nextOwner(tx: Tx, item: ActionItem): Promise<{ id: string; name: string } | undefined> {
  const incident = item.incidentId ? await incidentRow(tx, item.incidentId) : undefined;
  const serviceIds = incident?.serviceIds ?? (item.serviceId ? [item.serviceId] : []);
  const postmortem = item.postmortemId
    ? await tx
        .selectFrom('postmortem')
        .select('owner_id')
        .where('id', '=', item.postmortemId)
        .executeTakeFirst()
    : undefined;
  const candidates = [
    ...(await managersOf(tx, serviceIds)),
    ...(await owningTeam(tx, serviceIds)),
    postmortem?.owner_id,
    incident?.lead?.personId,
  ].filter((each) => typeof each === 'string');
  if (candidates.length === 0) return undefined;
  const people = await tx
    .selectFrom('person')
    .select(['id', 'name'])
    .where('id', 'in', candidates)
    .where('archived_at', 'is', null)
    .execute();
  const may = people.filter((each) => !incident?.restricted || incident.viewers.includes(each.id));
  return candidates.map((id) => may.find((each) => each.id === id)).find((each) => each !== undefined);
}
