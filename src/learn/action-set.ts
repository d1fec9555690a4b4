/** Hints on the action items of one incident taken together: few, some strong, one soon, not only more graphs. For the writers alone; nothing is blocked. Pure. */
import type { Level } from './finding.ts';

export type SetItem = { text: string; dueOn: string; strength: 'stronger' | 'intermediate' | 'weaker' };
export type SetHint = { code: 'R1'; level: Level; question: string };

const ITEMS_MAX = 7;
const SOON_DAYS = 14;
// Every action another graph: nothing in the system has changed.
const WATCHES =
  /\b(?:alert\w*|alarm\w*|dashboards?|graphs?|monitor\w*|metrics?|page (?:the|when)|notif\w+|logging|traces?|tracing|panels?)\b/i;
const CHANGES =
  /\b(?:remov\w+|reject\w*|refus\w+|limit\w*|cap\b|automat\w+|block\w*|roll(?:s|ed)? back|retries|time ?outs?|validat\w+|encrypt\w*|replac\w+|isolat\w+)\b/i;

/**
 * @param items those that are not dropped
 * @param today such as 2026-11-24
 * @returns nothing for a P3, or while there is no item
 */
export function setHints(items: SetItem[], severity: string, today: string): SetHint[] {
  if (severity === 'P3' || items.length === 0) return [];
  const hint = (question: string): SetHint => ({ code: 'R1', level: 'hint', question });
  const soon = new Date(Date.parse(today) + SOON_DAYS * 86_400_000).toISOString().slice(0, 10);
  return [
    ...(items.every((item) => item.strength === 'weaker')
      ? [
          hint(
            'All of them ask people to do better. What would make the mistake impossible, harder, or visible? If nothing can, say why in “no action, because…”.',
          ),
        ]
      : []),
    ...(items.every((item) => item.dueOn > soon)
      ? [hint(`None is due within ${SOON_DAYS} days. What is a first step by ${soon}?`)]
      : []),
    ...(items.length > ITEMS_MAX
      ? [
          hint(
            `${items.length} are more than ${ITEMS_MAX}. Which of them will really be done? Decide against the others, with the reason.`,
          ),
        ]
      : []),
    ...(items.every((item) => WATCHES.test(item.text) && !CHANGES.test(item.text))
      ? [
          hint(
            'Every one of them is an alert or a graph. What would keep it from happening, or make it harmless?',
          ),
        ]
      : []),
  ];
}
