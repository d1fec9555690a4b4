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

const UNPREPARED: [code: string, words: string][] = [
  ['no_playbook', 'no playbook'],
  ['rollback_unknown', 'no known way back'],
  ['no_change_feed', 'no change feed that speaks'],
];

/** @returns "3 services have no playbook, 1 has no known way back.", undefined when all are prepared */
export function unpreparedWords(items: Readiness['items']): string | undefined {
  const parts = UNPREPARED.flatMap(([code, words]) => {
    const count = items.filter(({ gaps }) => gaps.some((gap) => gap.code === code)).length;
    return count ? [{ count, words }] : [];
  });
  if (!parts.length) return undefined;
  const said = parts.map(({ count, words }, at) => {
    const services = at === 0 ? (count === 1 ? ' service' : ' services') : '';
    return `${count}${services} ${count === 1 ? 'has' : 'have'} ${words}`;
  });
  return `${said.join(', ')}.`;
}
