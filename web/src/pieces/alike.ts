/** Two roles handed over by the same person at the same time are one line. Pure. */
import type { PromiseView } from '#incident/view.ts';

type Owed = Pick<PromiseView, 'kind' | 'state' | 'dueAt' | 'ownerId'> & { incidentId?: string };

/** @returns the promises without those that would read the same, in their order */
export function alike<Promised extends Owed>(promises: Promised[]): Promised[] {
  const key = (each: Owed) => [each.kind, each.state, each.dueAt, each.ownerId, each.incidentId].join('|');
  return promises.filter((each, index) => promises.findIndex((other) => key(other) === key(each)) === index);
}
