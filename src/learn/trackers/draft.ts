/** An action item as it stands in a tracker: what will exist, how somebody sees that it is done, by when, and where it comes from. */
import type { Db, Tx } from '#platform/db/database.ts';
import type { ActionItem } from '../action-items.ts';
import { incidentRow } from '../incident-row.ts';
import { everybody, namedPeople } from '../people.ts';
import { type NamedPerson, rolesNotPeople } from '../roles.ts';
import type { Ours } from './compare.ts';
import { titleOf } from './tracker.ts';

type Reader = { audience: 'inside' | 'public' };

/** @param url the public address of this installation, if it has one */
export async function oursFor(
  db: Db | Tx,
  item: ActionItem,
  { audience }: Reader,
  url: string | undefined,
): Promise<Ours> {
  const incident = item.incidentId ? await incidentRow(db, item.incidentId) : undefined;
  const hides = audience === 'public';
  const people: NamedPerson[] = !hides
    ? []
    : incident
      ? await namedPeople(db, incident)
      : await everybody(db);
  const mend = (text: string) => (hides ? rolesNotPeople(text, people) : text);
  const called = incident && `INC-${incident.number}`;
  const after = incident && !hides && !incident.restricted ? `${called}, ${incident.title}` : called;
  const lines = [
    `Done when: ${mend(item.doneCondition)}`,
    `Due: ${item.dueOn}`,
    ...(hides ? [] : [`Owner: ${item.ownerName}`]),
    ...(after ? [`Agreed after: ${after}`] : []),
    ...(url && item.postmortemId ? [`${url}/postmortems/${item.postmortemId}`] : []),
    `${markOf(item)}. Closing this issue says in Humdrum that it is done.`,
  ];
  return { title: titleOf(mend(item.text)), dueOn: item.dueOn, text: lines.join('\n\n'), state: item.state };
}

/** By which it is found again there. */
export function markOf({ id }: Pick<ActionItem, 'id'>): string {
  return `Action item ${id}`;
}
