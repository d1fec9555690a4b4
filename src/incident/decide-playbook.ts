/** Decisions about playbooks: a version is started here, its steps are ticked, skipped and noted, and nothing that two people do at once is lost. */
import { Refused } from '#platform/errors.ts';
import type { Command } from './commands.ts';
import { type Circumstances, needs, reasoned } from './decide.ts';
import type { FactBody, PersonRef, StepRef } from './facts.ts';
import type { Incident, PlaybookRun, PlaybookStep } from './types.ts';

type PlaybookCommand = Extract<
  Command,
  {
    type:
      | 'start_playbook'
      | 'stop_playbook'
      | 'take_step'
      | 'tick_step'
      | 'untick_step'
      | 'skip_step'
      | 'note_step'
      | 'collect_evidence';
  }
>;

/** All of them lie in the incident's own document. */
const RUNS_MAX = 20;

export function decidePlaybook(
  incident: Incident,
  command: PlaybookCommand,
  { now, actor }: Circumstances,
): FactBody[] {
  switch (command.type) {
    case 'start_playbook':
      return start(incident, command, now, actor.name);
    case 'stop_playbook': {
      const run = runOf(incident, command.runId);
      if (run.stoppedAt) return [];
      const reason = reasoned(command.reason, 'Stopping a playbook');
      return [{ kind: 'playbook_stopped', runId: run.id, title: run.title, reason }];
    }
    case 'take_step': {
      const { step, ref } = running(incident, command);
      if (step.state !== 'open')
        throw new Refused('conflict', `Step ${step.number} is ${WORDS[step.state]} already.`);
      return step.owner?.personId === command.who.personId
        ? []
        : [{ kind: 'step_taken', ...ref, who: command.who }];
    }
    case 'tick_step':
      return tick(incident, command);
    case 'untick_step': {
      const { step, ref } = running(incident, command);
      return step.state === 'open' ? [] : [{ kind: 'step_unticked', ...ref }];
    }
    case 'skip_step': {
      const { step, ref } = running(incident, command);
      const reason = reasoned(command.reason, 'Skipping a step');
      if (step.state === 'done')
        throw new Refused('conflict', `Step ${step.number} has been ticked by ${step.endedBy}.`, {
          mend: 'Take the tick back first if it has not been done.',
        });
      return step.state === 'skipped' ? [] : [{ kind: 'step_skipped', ...ref, reason }];
    }
    case 'note_step': {
      const run = runOf(incident, command.runId);
      const step = stepOf(run, command.stepId);
      return [{ kind: 'step_noted', ...refOf(run, step), text: reasoned(command.text, 'A note') }];
    }
    case 'collect_evidence': {
      const result = reasoned(command.result, 'Evidence');
      if (incident.collected?.[command.evidenceId]?.result === result) return [];
      return [{ kind: 'evidence_collected', evidenceId: command.evidenceId, what: command.what, result }];
    }
  }
}

const WORDS = { done: 'done', skipped: 'skipped' } as const;

function start(
  incident: Incident,
  command: Extract<Command, { type: 'start_playbook' }>,
  now: Temporal.Instant,
  startedBy: string,
): FactBody[] {
  needs(incident, ['detected', 'confirmed', 'restored', 'resolved'], 'worked on', 'Reopen it if it is back.');
  const runs = incident.playbooks ?? [];
  const same = runs.find((run) => run.playbookId === command.playbookId && isRunning(run));
  if (same)
    throw new Refused('conflict', `“${same.title}” runs already: ${same.startedBy} started it.`, {
      mend: 'Go on with it, or stop it first.',
    });
  if (runs.length >= RUNS_MAX)
    throw new Refused('too_many', `${RUNS_MAX} playbooks were started in this incident already.`, {
      mend: 'Go on with one of them, or write down what you do as an action.',
    });
  if (command.steps.length === 0)
    throw new Refused('invalid', `“${command.title}” has no step.`, {
      mend: 'Write its steps as “- [ ] …”, then start it.',
    });
  const run: PlaybookRun = {
    id: command.runId,
    playbookId: command.playbookId,
    version: command.version,
    title: command.title,
    startedAt: now,
    startedBy,
    steps: command.steps.map((step) => ({ ...step, state: 'open' })),
  };
  return [{ kind: 'playbook_started', run, values: command.values }];
}

/** A tick that was there already keeps what is new in the second: its result, as a note. */
function tick(incident: Incident, command: Extract<Command, { type: 'tick_step' }>): FactBody[] {
  const { step, ref } = running(incident, command);
  const result = command.result.trim();
  if (step.state !== 'done') return [{ kind: 'step_ticked', ...ref, ...(result ? { result } : {}) }];
  return result && result !== step.result ? [{ kind: 'step_noted', ...ref, text: result }] : [];
}

/** Whether something is left to do in it. */
export function isRunning(run: Pick<PlaybookRun, 'stoppedAt' | 'steps'>): boolean {
  return !run.stoppedAt && run.steps.some((step) => step.state === 'open');
}

function running(
  incident: Incident,
  { runId, stepId }: { runId: string; stepId: string },
): { step: PlaybookStep; ref: StepRef } {
  needs(incident, ['detected', 'confirmed', 'restored', 'resolved'], 'worked on', 'Reopen it if it is back.');
  const run = runOf(incident, runId);
  if (run.stoppedAt)
    throw new Refused('conflict', `“${run.title}” was stopped: ${run.stopReason}.`, {
      mend: 'Start it again to go on.',
    });
  const step = stepOf(run, stepId);
  return { step, ref: refOf(run, step) };
}

function runOf(incident: Incident, runId: string): PlaybookRun {
  const run = incident.playbooks?.find((each) => each.id === runId);
  if (!run) throw new Refused('not_found', 'This playbook was not started in this incident.');
  return run;
}

function stepOf(run: PlaybookRun, stepId: string): PlaybookStep {
  const step = run.steps.find((each) => each.id === stepId);
  if (!step) throw new Refused('not_found', `“${run.title}” has no such step.`);
  return step;
}

function refOf(run: PlaybookRun, step: PlaybookStep): StepRef {
  return { runId: run.id, stepId: step.id, number: step.number, what: step.what };
}

/** When a time box ends; undefined for a step without one, or whose clock does not run. */
export function boxEnds(step: Pick<PlaybookStep, 'beganAt' | 'minutes'>): Temporal.Instant | undefined {
  return step.beganAt && step.minutes !== undefined ? step.beganAt.add({ minutes: step.minutes }) : undefined;
}

/** Time boxes that still run, each with when it ends. They belong to a repair: once users can work, none reminds any more. */
export function openBoxes(
  incident: Incident,
): { run: PlaybookRun; step: PlaybookStep; at: Temporal.Instant }[] {
  if (incident.state !== 'detected' && incident.state !== 'confirmed') return [];
  return (incident.playbooks ?? [])
    .filter((run) => !run.stoppedAt)
    .flatMap((run) =>
      run.steps.flatMap((step) => {
        const at = step.state === 'open' && !step.overranAt ? boxEnds(step) : undefined;
        return at ? [{ run, step, at }] : [];
      }),
    );
}

/** What is recorded of every time box that is over by now. */
export function overran(incident: Incident, now: Temporal.Instant): FactBody[] {
  return openBoxes(incident)
    .filter(({ at }) => Temporal.Instant.compare(at, now) <= 0)
    .map(({ run, step }) => ({ kind: 'step_overran', ...refOf(run, step), minutes: step.minutes ?? 0 }));
}

/** Who took it, else whoever holds its role now: after a hand-over that is somebody else. */
export function doerOf(
  { lead, comms, hands }: Pick<Incident, 'lead' | 'comms' | 'hands'>,
  { owner, role }: Pick<PlaybookStep, 'owner' | 'role'>,
): PersonRef | undefined {
  const held = role === 'hands' ? hands[0] : role === 'lead' ? lead : role === 'comms' ? comms : undefined;
  return owner ?? held;
}
