/** Who may see an incident. A restricted one is seen by its viewers alone; to everybody else it does not exist. */
import { notFound } from '#platform/errors.ts';
import type { Caller } from '#platform/http/app.ts';
import type { Incidents } from './execute.ts';
import type { Actor, Incident } from './types.ts';

export function seenBy(
  incident: Pick<Incident, 'restricted' | 'viewers'>,
  personId: string | undefined,
): boolean {
  return !incident.restricted || (personId !== undefined && incident.viewers.includes(personId));
}

/** @throws Refused (not found) when there is no such incident, or the caller must not know of it */
export async function incidentFor(
  incidents: Pick<Incidents, 'load'>,
  id: string,
  caller: Pick<Caller, 'personId'>,
): Promise<Incident> {
  const incident = await incidents.load(id);
  if (!incident || !seenBy(incident, caller.personId)) throw notFound('incident', id);
  return incident;
}

export function actorOf(caller: Caller): Actor {
  return { kind: caller.kind, personId: caller.personId, loginId: caller.loginId, name: caller.name };
}
