/** What is exported: the published copy, or of a draft what would be published. Every form of it is made of this. */
import type { Incident } from '#incident/types.ts';
import type { Caller } from '#platform/http/app.ts';
import { type ActionItem, listActionItems } from '../action-items.ts';
import { namedPeople } from '../people.ts';
import { rolesNotPeople, sectionsWithRoles } from '../roles.ts';
import type { House } from '../room.ts';
import type { Sections } from '../sections.ts';
import { ACTION_ITEMS_MAX, postmortemFor } from '../show.ts';

export type Copy = {
  incident: {
    id: string;
    number: number;
    severity: string;
    services: string[];
    impactStartedAt: string | null;
    detectedAt: string;
    restoredAt: string | null;
  };
  state: 'draft' | 'published';
  title: string;
  /** Null for a draft. */
  publishedAt: string | null;
  exportedAt: string;
  /** What the organisation is called, if it has said so. */
  organisation: string | null;
  sections: Sections;
  actionItems: ActionItem[];
};

/** @throws Refused (not found) when there is none, or its incident is restricted and the caller is no viewer of it */
export async function copyOf(
  house: House,
  id: string,
  caller: Caller,
  organisation: string | null,
): Promise<Copy> {
  const { db, clock } = house.platform;
  const now = clock.now();
  const { postmortem, incident } = await postmortemFor(house, id, caller);
  const people = await namedPeople(db, incident);
  const mend = (text: string) => rolesNotPeople(text, people);
  const { title, sections } = postmortem.published ?? {
    title: mend(incident.title),
    sections: sectionsWithRoles(postmortem.sections, people),
  };
  const { items } = await listActionItems(db, { postmortemId: id }, caller.personId, now, {
    limit: ACTION_ITEMS_MAX,
  });
  return {
    incident: await exportedIncident(house, incident),
    state: postmortem.published ? 'published' : 'draft',
    title,
    publishedAt: postmortem.publishedAt?.toString() ?? null,
    exportedAt: now.toString(),
    organisation,
    sections,
    actionItems: items.map((item) => ({
      ...item,
      text: mend(item.text),
      doneCondition: mend(item.doneCondition),
      evidence: item.evidence && mend(item.evidence),
      droppedBecause: item.droppedBecause && mend(item.droppedBecause),
    })),
  };
}

async function exportedIncident({ platform }: House, incident: Incident): Promise<Copy['incident']> {
  const services = await platform.db
    .selectFrom('service')
    .select('name')
    .where((row) => row('id', '=', row.fn.any(row.val(incident.serviceIds))))
    .orderBy('name')
    .execute();
  return {
    id: incident.id,
    number: incident.number,
    severity: incident.highestSeverity,
    services: services.map((each) => each.name),
    impactStartedAt: incident.impactStartedAt?.toString() ?? null,
    detectedAt: incident.detectedAt.toString(),
    restoredAt: incident.restoredAt?.toString() ?? null,
  };
}
