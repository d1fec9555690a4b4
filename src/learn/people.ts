/** The people of an incident as learning sees them: who may own its postmortem, whose names a published copy leaves out. */
import type { PersonRef } from '#incident/facts.ts';
import type { Incident } from '#incident/types.ts';
import type { Db, Tx } from '#platform/db/database.ts';
import { type FieldProblem, Refused } from '#platform/errors.ts';
import type { NamedPerson } from './roles.ts';

/**
 * Somebody who coordinates it and does not need to rest: of the owning team first, then the lead, then who manages the service.
 * Those who had their hands in it come last, so that nobody writes about their own night if it can be avoided.
 */
export async function postmortemOwner(
  db: Db | Tx,
  incident: Incident,
  now: Temporal.Instant,
): Promise<PersonRef | undefined> {
  const able = (await ownerCandidates(db, incident)).find((each) => !rests(each, now));
  return able && { personId: able.id, name: able.name };
}

/** @returns everybody who comes into question, the first who does not need to rest owns it; of a restricted incident only viewers */
export async function ownerCandidates(
  db: Db | Tx,
  incident: Incident,
): Promise<{ id: string; name: string; rest_until: Temporal.Instant | null }[]> {
  const candidates = [
    ...(await owningTeam(db, incident.serviceIds)),
    incident.lead?.personId,
    ...(await managersOf(db, incident.serviceIds)),
    // Nobody prepared it and nobody led: whoever was there, so that somebody is asked at all.
    incident.acknowledgedBy?.personId,
    incident.comms?.personId,
    ...incident.actions.map((action) => action.ownerId),
  ].filter((id) => id !== undefined);
  if (candidates.length === 0) return [];
  const rows = await db
    .selectFrom('person')
    .select(['id', 'name', 'rest_until'])
    .where('archived_at', 'is', null)
    .where((row) => row('id', '=', row.fn.any(row.val(candidates))))
    .execute();
  const known = new Map(rows.filter((row) => mayOwn(row, incident)).map((row) => [row.id, row]));
  const hands = new Set(incident.hands.map((each) => each.personId));
  const order = new Set([...candidates.filter((id) => !hands.has(id)), ...candidates]);
  return [...order].flatMap((id) => known.get(id) ?? []);
}

export function rests(person: { rest_until: Temporal.Instant | null }, now: Temporal.Instant): boolean {
  return person.rest_until !== null && Temporal.Instant.compare(person.rest_until, now) > 0;
}

function mayOwn(person: { id: string }, incident: Incident): boolean {
  return !incident.restricted || incident.viewers.includes(person.id);
}

/** @returns members of the teams that own the services, in a steady order */
export async function owningTeam(db: Db | Tx, serviceIds: string[]): Promise<string[]> {
  if (serviceIds.length === 0) return [];
  const rows = await db
    .selectFrom('service')
    .innerJoin('team_member', 'team_member.team_id', 'service.owner_team_id')
    .innerJoin('person', 'person.id', 'team_member.person_id')
    .select(['service.id as service_id', 'person.id', 'person.name'])
    .where('person.archived_at', 'is', null)
    .where((row) => row('service.id', '=', row.fn.any(row.val(serviceIds))))
    .orderBy('person.name')
    .orderBy('person.id')
    .execute();
  const place = (serviceId: string) => serviceIds.indexOf(serviceId);
  return [
    ...new Set(
      rows.toSorted((one, other) => place(one.service_id) - place(other.service_id)).map((row) => row.id),
    ),
  ];
}

export async function managersOf(db: Db | Tx, serviceIds: string[]): Promise<string[]> {
  if (serviceIds.length === 0) return [];
  const rows = await db
    .selectFrom('service')
    .select(['id', 'manager_id'])
    .where((row) => row('id', '=', row.fn.any(row.val(serviceIds))))
    .execute();
  return [
    ...new Set(
      rows
        .toSorted((one, other) => serviceIds.indexOf(one.id) - serviceIds.indexOf(other.id))
        .flatMap((row) => row.manager_id ?? []),
    ),
  ];
}

/** @returns everybody of the directory and of the clients, with the role under which the published copy speaks of them */
export async function namedPeople(db: Db | Tx, incident: Incident): Promise<NamedPerson[]> {
  const roles = new Map<string, string>();
  const add = (personId: string | undefined, role: string) => {
    if (personId && !roles.has(personId)) roles.set(personId, role);
  };
  add(incident.lead?.personId, 'the lead');
  add(incident.comms?.personId, 'comms');
  for (const each of incident.hands) add(each.personId, 'hands');
  add(incident.acknowledgedBy?.personId, 'the first responder');
  for (const each of incident.handedOver) add(each.personId, 'an earlier responder');
  for (const action of incident.actions) add(action.ownerId, 'a responder');
  return everybody(db, roles);
}

/** @param roles by the id of a person who took part */
export async function everybody(
  db: Db | Tx,
  roles: ReadonlyMap<string, string> = new Map(),
): Promise<NamedPerson[]> {
  const people = await db.selectFrom('person').select(['id', 'name', 'email']).execute();
  const contacts = await db.selectFrom('contact').select(['name', 'email']).execute();
  return [
    ...people.map(({ id, name, email }) => ({
      name,
      email,
      role: roles.get(id) ?? 'a colleague',
      tookPart: roles.has(id),
    })),
    ...contacts.map(({ name, email }) => ({ name, email, role: 'a contact of the client', tookPart: false })),
  ];
}

/**
 * @param path where the ids stand in what was sent
 * @returns each id once. @throws Refused naming everybody who is not there or may not see the incident
 */
export async function whoMaySee(
  tx: Tx,
  { ids, path }: { ids: string[]; path: string },
  incident: Incident,
  title: string,
): Promise<string[]> {
  const wanted = [...new Set(ids)];
  if (!wanted.length) return [];
  const people = await tx
    .selectFrom('person')
    .select(['id', 'name'])
    .where('id', 'in', wanted)
    .where('archived_at', 'is', null)
    .execute();
  const names = new Map(people.map((person) => [person.id, person.name]));
  const fields = wanted.flatMap((id, index): FieldProblem[] => {
    const at = `${path}.${index}`;
    const name = names.get(id);
    if (!name) return [{ path: at, message: `There is no person with the id "${id}".` }];
    return incident.restricted && !incident.viewers.includes(id)
      ? [{ path: at, message: `${name} may not see this incident.` }]
      : [];
  });
  if (fields.length)
    throw new Refused('invalid', `${title} ${fields.map((each) => each.message).join(' ')}`, {
      mend: 'Leave them out, or add them to those who may see the incident.',
      fields,
    });
  return wanted;
}
