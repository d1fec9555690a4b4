/** Gaps of many services, each said once. Pure. */
import type { Readiness } from '../api/oncall.ts';

export type Missing = { code: string; text: string; personId: string | null; services: string[] };

/** What may leave somebody alone at night, the worst first; then what may wait until the morning. */
const URGENCY = ['no_primary', 'one_person', 'unreachable', 'app_only', 'untested', 'rests'];

/** @returns each gap once: those of people by how bad they are, the others after them; of one kind those that concern the most services first */
export function missingOf(items: Readiness['items']): Missing[] {
  const found = new Map<string, Missing>();
  for (const { serviceName, gaps } of items)
    for (const { code, text, personId } of gaps) {
      const known = found.get(text) ?? { code, text, personId, services: [] };
      if (!known.services.includes(serviceName)) known.services.push(serviceName);
      found.set(text, known);
    }
  return [...found.values()].toSorted(
    (one, other) => rank(one) - rank(other) || other.services.length - one.services.length,
  );
}

function rank({ code }: Missing): number {
  const at = URGENCY.indexOf(code);
  return at < 0 ? URGENCY.length : at;
}

/** Whether it is about who is reached; else about what is at hand for the repair. */
export function concernsPeople({ code }: { code: string }): boolean {
  return URGENCY.includes(code);
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
