/** What stands in the tracker and was not taken over, in words. Pure. */
import { cut } from './tracker.ts';

type Seen = { dueOn?: string | null; keepsDue?: boolean; assignee?: { name: string } | null };

export function differencesOf(item: { ownerName: string; dueOn: string }, theirs: unknown): string[] {
  const { assignee, dueOn, keepsDue } = (theirs ?? {}) as Seen;
  return [
    ...(assignee && assignee.name !== item.ownerName
      ? [`There it is assigned to ${cut(assignee.name, 100)}; here it belongs to ${item.ownerName}.`]
      : []),
    ...(keepsDue && dueOn === null ? [`There it has no day; here it is due ${item.dueOn}.`] : []),
    ...(keepsDue && dueOn && dueOn !== item.dueOn ? [`There it is due ${dueOn}; here ${item.dueOn}.`] : []),
  ];
}
