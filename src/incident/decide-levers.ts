/** Decisions about levers that other programs pull for us, and about working without a third party. */
import { Refused } from '#platform/errors.ts';
import type { Command } from './commands.ts';
import { type Circumstances, needs, reasoned } from './decide.ts';
import { ACTIONS_MAX } from './decide-work.ts';
import type { FactBody } from './facts.ts';
import { isAwaited, runOf } from './lever-runs.ts';
import type { Action, Incident, SwitchedFor } from './types.ts';

type LeverCommand = Extract<
  Command,
  { type: 'pull_lever' | 'note_lever' | 'try_lever' | 'switch_degradation' }
>;

export function decideLevers(incident: Incident, command: LeverCommand, { now }: Circumstances): FactBody[] {
  switch (command.type) {
    case 'pull_lever':
      return pull(incident, command, now);
    case 'note_lever':
      return note(incident, command);
    case 'try_lever': {
      needs(incident, OPEN, 'worked on', 'Reopen it if it is back.');
      const { type: _, ...body } = command;
      return [{ kind: 'lever_tried', ...body }];
    }
    case 'switch_degradation':
      return switchOne(incident, command.on, command.what);
  }
}

const OPEN: Incident['state'][] = ['detected', 'confirmed', 'restored', 'resolved'];

function pull(
  incident: Incident,
  command: Extract<Command, { type: 'pull_lever' }>,
  now: Temporal.Instant,
): FactBody[] {
  needs(incident, OPEN, 'worked on', 'Reopen it if it is back.');
  const { run } = command;
  const running = incident.actions.find((each) => isAwaited(each) && sameLever(each, run));
  if (running)
    throw new Refused(
      'conflict',
      `${running.ownerName} pulled “${run.lever}” at ${hour(running.startedAt)}: ${running.what}.`,
      { mend: 'Wait for its answer, or say how that action ended; then it can be pulled again.' },
    );
  if (incident.actions.length >= ACTIONS_MAX)
    throw new Refused('too_many', `An incident holds at most ${ACTIONS_MAX} actions.`);
  const action: Action = {
    id: command.id,
    what: reasoned(command.what, 'An action'),
    ownerId: command.owner.personId,
    ownerName: command.owner.name,
    timeBoxMinutes: command.timeBoxMinutes,
    startedAt: now,
    temporary: command.temporary,
    changeId: command.changeId,
    run: { ...run, state: 'asked' },
  };
  return [{ kind: 'action_started', action }];
}

function sameLever(action: Action, run: { leverId: string; serviceId?: string | undefined }): boolean {
  return action.run?.leverId === run.leverId && action.run.serviceId === run.serviceId;
}

/** What is over stays as it was answered first: a second answer says nothing new. */
function note(incident: Incident, command: Extract<Command, { type: 'note_lever' }>): FactBody[] {
  const action = runOf(incident, command.runId);
  if (!action?.run || !isAwaited(action)) return [];
  const { state, words, link } = command;
  // What it says on its way stands with the run; the timeline hears of each state once.
  if (action.run.state === state) return [];
  const facts: FactBody[] = [
    {
      kind: 'lever_answered',
      actionId: action.id,
      runId: command.runId,
      what: action.what,
      lever: action.run.lever,
      state,
      words,
      link,
    },
  ];
  if (state === 'failed')
    facts.push({
      kind: 'action_ended',
      actionId: action.id,
      what: action.what,
      outcome: 'did_not_work',
      note: words,
    });
  const { switches } = action.run;
  if (state === 'done' && switches) facts.push(...switchOne(incident, switches.on, switches.what));
  return facts;
}

function switchOne(incident: Incident, on: boolean, what: SwitchedFor): FactBody[] {
  const before = incident.degraded?.[what.thirdPartyId];
  if (!on && !before) return [];
  if (!on && before) return [{ kind: 'degradation_switched', on, what: named(before) }];
  needs(incident, OPEN, 'worked on', 'Reopen it if it is back.');
  const stillWorks = reasoned(what.stillWorks, 'Working without a provider: what still works');
  if (before?.stillWorks === stillWorks) return [];
  return [{ kind: 'degradation_switched', on, what: named({ ...what, stillWorks }) }];
}

function named({ thirdPartyId, name, stillWorks }: SwitchedFor): SwitchedFor {
  return { thirdPartyId, name, stillWorks };
}

function hour(at: Temporal.Instant): string {
  return `${at.toString().slice(11, 16)} UTC`;
}
