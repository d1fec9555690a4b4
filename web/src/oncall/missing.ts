/** Gaps of many services, each said once. Pure. */
import type { Readiness } from '../api/oncall.ts';

export type Missing = { text: string; personId: string | null; services: string[] };

/** @returns those that concern the most services first */
export function missingOf(items: Readiness['items']): Missing[] {
  const found = new Map<string, Missing>();
  for (const { serviceName, gaps } of items)
    for (const { text, personId } of gaps) {
      const known = found.get(text) ?? { text, personId, services: [] };
      if (!known.services.includes(serviceName)) known.services.push(serviceName);
      found.set(text, known);
    }
  return [...found.values()].toSorted((one, other) => other.services.length - one.services.length);
}
