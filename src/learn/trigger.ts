/** The trigger of a postmortem, and what was marked as such in "What changed". Pure. */
import type { Incident, Trigger } from '#incident/types.ts';
import type { Sections } from './sections.ts';

type Named = Pick<Sections, 'trigger' | 'triggerChangeId'>;
export type MarkedTrigger = { changeId: string | null; text: string };

/** @returns what was marked, as the postmortem offers it; null while nothing is */
export function markedTriggerOf({ trigger }: Pick<Incident, 'trigger'>): MarkedTrigger | null {
  if (!trigger) return null;
  return trigger.kind === 'change'
    ? { changeId: trigger.changeId, text: trigger.summary }
    : { changeId: null, text: trigger.what };
}

/** @returns the trigger of a draft with what is marked; undefined when somebody has written or linked another */
export function filledTrigger(now: Named, trigger: Trigger | undefined): Named | undefined {
  const marked = markedTriggerOf({ trigger });
  if (!marked || now.triggerChangeId) return undefined;
  const text = now.trigger.trim() ? now.trigger : marked.text;
  return text === now.trigger && marked.changeId === null
    ? undefined
    : { trigger: text, triggerChangeId: marked.changeId };
}
