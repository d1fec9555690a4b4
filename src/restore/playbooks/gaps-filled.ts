/** What is known for the gaps of a playbook in one incident, and what a person has to answer. */

import { clientsOfServices } from '#directory/read.ts';
import type { Incident } from '#incident/types.ts';
import type { Db } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import type { Variable } from './variables.ts';
import { type KnownName, VALUE_CHARACTERS_MAX, valueProblem } from './variables.ts';

export type KnownValues = Partial<Record<KnownName, string>>;

/** @param serviceIds those that the playbook is for; of the affected ones, the first of these is meant */
export async function knownValues(db: Db, incident: Incident, serviceIds: string[]): Promise<KnownValues> {
  const serviceId =
    incident.serviceIds.find((id) => serviceIds.includes(id)) ?? incident.serviceIds[0] ?? serviceIds[0];
  const service = serviceId
    ? await db.selectFrom('service').select(['name', 'slug']).where('id', '=', serviceId).executeTakeFirst()
    : undefined;
  const clients = await clientsOfServices(db, incident.serviceIds);
  const affected = clients.filter((each) => incident.clientImpacts[each.id] !== 'not_affected');
  const known: KnownValues = {
    'incident.reference': incident.reference,
    'incident.number': `INC-${incident.number}`,
    'incident.title': incident.title,
    'incident.severity': incident.severity,
    ...(service ? { 'service.name': service.name, 'service.slug': service.slug } : {}),
    ...(affected.length ? { 'client.name': affected.map((each) => each.name).join(', ') } : {}),
  };
  return Object.fromEntries(Object.entries(known).map(([name, value]) => [name, oneLine(value)]));
}

function oneLine(value: string): string {
  return value.replace(/\p{Cc}+/gu, ' ').slice(0, VALUE_CHARACTERS_MAX);
}

/**
 * @param given what a person answered, by the name of the variable
 * @returns a value for each, in their order
 * @throws Refused naming every answer that is missing or of the wrong type
 */
export function answered(
  variables: Variable[],
  known: KnownValues,
  given: Record<string, string>,
): { name: string; value: string }[] {
  const values = variables.map((variable) => ({
    variable,
    value: (given[variable.name] ?? known[variable.name as KnownName] ?? '').trim(),
  }));
  const fields = values.flatMap(({ variable, value }) => {
    const message = valueProblem(variable, value);
    return message ? [{ path: `values.${variable.name}`, message }] : [];
  });
  const strangers = Object.keys(given).filter((name) => !variables.some((each) => each.name === name));
  for (const name of strangers.slice(0, 10))
    fields.push({ path: `values.${name}`, message: 'is no variable of this playbook' });
  if (fields.length)
    throw new Refused('invalid', 'The playbook needs other answers before it can start.', {
      mend: 'Give what is named.',
      fields,
    });
  return values.map(({ variable, value }) => ({ name: variable.name, value }));
}
