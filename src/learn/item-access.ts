/** One action item for one caller: whoever may not know of its incident does not find it. */
import { seenBy } from '#incident/seen-by.ts';
import type { Incident } from '#incident/types.ts';
import { notFound } from '#platform/errors.ts';
import type { Caller } from '#platform/http/app.ts';
import { type ActionItem, findActionItem } from './action-items.ts';
import type { House } from './room.ts';

export async function itemFor(house: House, id: string, caller: Caller): Promise<ActionItem> {
  return (await itemAndIncident(house, id, caller)).item;
}

/** @throws Refused (not found) when there is none, or its incident is restricted and the caller is no viewer of it */
export async function itemAndIncident(
  { platform, incidents }: House,
  id: string,
  caller: Caller,
): Promise<{ item: ActionItem; incident: Incident | undefined }> {
  const item = await findActionItem(platform.db, id, platform.clock.now());
  if (!item) throw notFound('action item', id);
  const incident = item.incidentId ? await incidents.load(item.incidentId) : undefined;
  if (item.incidentId && (!incident || !seenBy(incident, caller.personId))) throw notFound('action item', id);
  return { item, incident };
}
