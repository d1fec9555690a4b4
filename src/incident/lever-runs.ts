/** How the record of a lever, of a degradation and of a temporary fix changes by one fact. Pure. */
import type { FactOf } from './facts.ts';
import type { Action, Incident } from './types.ts';

/** Whether an answer would still count. What a person has ended waits for nothing. */
export function isAwaited({ run, outcome }: Action): boolean {
  if (!run || outcome) return false;
  return run.state === 'asked' || run.state === 'running' || run.state === 'unknown';
}

export function runOf(incident: Pick<Incident, 'actions'>, runId: string): Action | undefined {
  return incident.actions.find((action) => action.run?.runId === runId);
}

function withAction(incident: Incident, id: string, part: (action: Action) => Partial<Action>) {
  return {
    actions: incident.actions.map((each) => (each.id === id ? { ...each, ...part(each) } : each)),
  };
}

export function answered(incident: Incident, fact: FactOf<'lever_answered'>): Partial<Incident> {
  const { state, words, link, happenedAt } = fact;
  return withAction(incident, fact.actionId, ({ run }) =>
    run ? { run: { ...run, state, words, link: link ?? run.link, answeredAt: happenedAt } } : {},
  );
}

export function switched(incident: Incident, fact: FactOf<'degradation_switched'>): Partial<Incident> {
  const { [fact.what.thirdPartyId]: _, ...others } = incident.degraded ?? {};
  if (!fact.on) return { degraded: others };
  return { degraded: { ...others, [fact.what.thirdPartyId]: { ...fact.what, since: fact.happenedAt } } };
}

/** Who removes it by when stays known once it is gone, so that the promise to remove it is kept and not forgotten. */
export function fixSettled(incident: Incident, fact: FactOf<'fix_settled'>): Partial<Incident> {
  const { settled, seq, happenedAt } = fact;
  return withAction(incident, fact.actionId, ({ removal }) => ({
    settled,
    settledAt: happenedAt,
    removal:
      'gone' in settled
        ? removal && { ...removal, goneAt: happenedAt }
        : { seq, ownerId: settled.ownerId, by: settled.by, openedAt: happenedAt },
  }));
}
