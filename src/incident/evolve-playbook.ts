/** Applies what happened in a playbook. Pure and total. The first open step is the one that is under way: its clock runs. */
import type { FactOf } from './facts.ts';
import type { Incident, PlaybookRun, PlaybookStep } from './types.ts';

type PlaybookFact = FactOf<
  | 'playbook_started'
  | 'playbook_stopped'
  | 'step_taken'
  | 'step_ticked'
  | 'step_unticked'
  | 'step_skipped'
  | 'step_overran'
>;

export function playbookChanged(incident: Incident, fact: PlaybookFact): Partial<Incident> {
  const runs = incident.playbooks ?? [];
  if (fact.kind === 'playbook_started') return { playbooks: [...runs, underWay(fact.run, fact.happenedAt)] };
  return {
    playbooks: runs.map((run) =>
      run.id === fact.runId ? underWay(changed(run, fact), fact.happenedAt) : run,
    ),
  };
}

export function evidenceCollected(incident: Incident, fact: FactOf<'evidence_collected'>): Partial<Incident> {
  const collected = { result: fact.result, by: fact.actor.name, at: fact.happenedAt };
  return { collected: { ...incident.collected, [fact.evidenceId]: collected } };
}

function changed(run: PlaybookRun, fact: Exclude<PlaybookFact, { kind: 'playbook_started' }>): PlaybookRun {
  const at = fact.happenedAt;
  if (fact.kind === 'playbook_stopped') return { ...run, stoppedAt: at, stopReason: fact.reason };
  return {
    ...run,
    steps: run.steps.map((step) => (step.id === fact.stepId ? { ...step, ...stepChange(step, fact) } : step)),
  };
}

function stepChange(
  step: PlaybookStep,
  fact: Exclude<PlaybookFact, { kind: 'playbook_started' | 'playbook_stopped' }>,
): Partial<PlaybookStep> {
  const ended = { endedAt: fact.happenedAt, endedBy: fact.actor.name, result: undefined, reason: undefined };
  switch (fact.kind) {
    case 'step_taken':
      return { owner: fact.who, beganAt: step.beganAt ?? fact.happenedAt };
    case 'step_ticked':
      return { state: 'done', ...ended, result: fact.result };
    case 'step_skipped':
      return { state: 'skipped', ...ended, reason: fact.reason };
    case 'step_unticked':
      return {
        state: 'open',
        beganAt: undefined,
        overranAt: undefined,
        endedAt: undefined,
        endedBy: undefined,
        result: undefined,
        reason: undefined,
      };
    case 'step_overran':
      return { overranAt: fact.happenedAt };
  }
}

function underWay(run: PlaybookRun, at: Temporal.Instant): PlaybookRun {
  const next = run.steps.find((step) => step.state === 'open');
  if (!next || next.beganAt || run.stoppedAt) return run;
  return { ...run, steps: run.steps.map((step) => (step === next ? { ...step, beganAt: at } : step)) };
}
