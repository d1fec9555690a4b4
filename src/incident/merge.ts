/** Merging: the one that stays takes in what the other promised, then the other ends. Never both at once: nothing is locked twice. */
import { Refused } from '#platform/errors.ts';
import { isOpen } from './decide-questions.ts';
import type { Doing, Incidents } from './execute.ts';
import type { Incident } from './types.ts';

/**
 * A crash between the two steps leaves both open, with nothing lost; merging again finishes it.
 * @throws Refused when `into` is over, or was itself merged into `from` at the same moment
 */
export async function merge(
  incidents: Incidents,
  { from, into, doing }: { from: Incident; into: Incident; doing: Doing },
): Promise<void> {
  if (from.id === into.id) throw new Refused('invalid', 'An incident cannot be merged into itself.');
  await incidents.execute(
    into.id,
    {
      type: 'take_in',
      from: { id: from.id, number: from.number, title: from.title },
      serviceIds: from.serviceIds,
      alerts: from.alerts,
      promisedAt: from.promisedUpdate?.dueAt,
      firstMessageAt: from.firstMessage?.notNeeded ? undefined : from.firstMessage?.at,
      toldClientIds: from.toldClientIds,
      clientClocks: from.clientClocks,
    },
    doing,
  );
  for (const { id, messageId, from: asker, via, dueAt } of (from.questions ?? []).filter(isOpen))
    await incidents.execute(
      into.id,
      {
        type: 'ask',
        questionId: id,
        messageId,
        from: asker,
        via,
        clocked: dueAt !== undefined,
        promisedAt: dueAt,
      },
      doing,
    );
  await incidents.execute(from.id, { type: 'merge', into: { id: into.id, number: into.number } }, doing);
}
