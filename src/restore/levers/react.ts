/** A lever that was pulled becomes a row and a job; an action that a person has ended is not waited for any more. */
import type { Reaction } from '#incident/room.ts';
import { json } from '#platform/db/database.ts';
import { Refused } from '#platform/errors.ts';
import { PULL_QUEUE } from './run.ts';

export const leverReaction: Reaction = async (fact, { incident, now, tx }) => {
  if (fact.kind === 'action_ended') {
    const run = incident.actions.find((action) => action.id === fact.actionId)?.run;
    if (run)
      await tx
        .updateTable('lever_run')
        .set({ ended_at: now, next_at: null })
        .where('id', '=', run.runId)
        .where('ended_at', 'is', null)
        .execute();
    return [];
  }
  if (fact.kind !== 'action_started' || !fact.action.run) return [];
  const { run, what } = fact.action;
  const row = await tx
    .insertInto('lever_run')
    .values({
      id: run.runId,
      lever_id: run.leverId,
      incident_id: incident.id,
      service_id: run.serviceId ?? null,
      effect: what,
      inputs: json(run.inputs.map(({ name, value }) => ({ name, value }))),
      asked_by: fact.actor.name,
      state: 'asked',
      asked_at: now,
      gives_up_at: run.waitsUntil,
      next_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!row)
    throw new Refused('conflict', `“${run.lever}” was pulled just now in another incident.`, {
      mend: 'Wait for its answer there; then it can be pulled again.',
    });
  return [{ queue: PULL_QUEUE, data: { runId: run.runId }, urgent: true }];
};
