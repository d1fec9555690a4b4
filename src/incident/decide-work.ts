/** Decisions about the work itself: what is affected, what is being done. */
import { Refused } from '#platform/errors.ts';
import type { Command } from './commands.ts';
import { type Circumstances, needs, reasoned } from './decide.ts';
import { withClosing } from './decide-ending.ts';
import type { FactBody } from './facts.ts';
import type { Action, Incident } from './types.ts';

type WorkCommand = Extract<
  Command,
  {
    type:
      | 'retitle'
      | 'change_services'
      | 'set_client_impact'
      | 'add_note'
      | 'choose_category'
      | 'start_action'
      | 'end_action'
      | 'settle_fix';
  }
>;

export const ACTIONS_MAX = 200;

export function decideWork(incident: Incident, command: WorkCommand, { now }: Circumstances): FactBody[] {
  switch (command.type) {
    case 'retitle':
      return command.title.trim() === incident.title
        ? []
        : [{ kind: 'retitled', from: incident.title, to: reasoned(command.title, 'A title') }];
    case 'change_services':
      return changeServices(incident, [...new Set(command.serviceIds)]);
    case 'set_client_impact':
      return incident.clientImpacts[command.clientId] === command.impact
        ? []
        : [{ kind: 'client_impact_set', clientId: command.clientId, impact: command.impact }];
    case 'add_note':
      return [
        { kind: 'note_added', text: reasoned(command.text, 'A note'), parked: command.parked ?? false },
      ];
    case 'choose_category':
      return incident.category === command.category
        ? []
        : [{ kind: 'category_chosen', category: command.category }];
    case 'start_action':
      return startAction(incident, command, now);
    case 'end_action':
      return endAction(incident, command);
    case 'settle_fix':
      return settleFix(incident, command);
  }
}

function changeServices(incident: Incident, serviceIds: string[]): FactBody[] {
  const added = serviceIds.filter((id) => !incident.serviceIds.includes(id));
  const removed = incident.serviceIds.filter((id) => !serviceIds.includes(id));
  return added.length + removed.length ? [{ kind: 'services_changed', serviceIds, added, removed }] : [];
}

function startAction(
  incident: Incident,
  command: Extract<Command, { type: 'start_action' }>,
  now: Temporal.Instant,
): FactBody[] {
  needs(incident, ['detected', 'confirmed', 'restored', 'resolved'], 'worked on', 'Reopen it if it is back.');
  if (incident.actions.length >= ACTIONS_MAX)
    throw new Refused('too_many', `An incident holds at most ${ACTIONS_MAX} actions.`);
  const action: Action = {
    id: command.id,
    what: reasoned(command.what, 'An action'),
    ownerId: command.owner.personId,
    ownerName: command.owner.name,
    timeBoxMinutes: command.timeBoxMinutes,
    startedAt: now,
    temporary: command.temporary ?? false,
    changeId: command.changeId,
  };
  return [{ kind: 'action_started', action }];
}

function endAction(incident: Incident, command: Extract<Command, { type: 'end_action' }>): FactBody[] {
  const action = actionOf(incident, command.actionId);
  if (action.outcome)
    throw new Refused('conflict', `"${action.what}" has ended already.`, {
      mend: 'Add a note if something has to be corrected.',
    });
  return [
    {
      kind: 'action_ended',
      actionId: action.id,
      what: action.what,
      outcome: command.outcome,
      note: command.note.trim(),
    },
  ];
}

function settleFix(incident: Incident, command: Extract<Command, { type: 'settle_fix' }>): FactBody[] {
  const action = actionOf(incident, command.actionId);
  if (!action.temporary) throw new Refused('conflict', `"${action.what}" is not a temporary fix.`);
  const settled: NonNullable<Action['settled']> =
    'gone' in command.settled
      ? { gone: true }
      : {
          ownerId: command.settled.owner.personId,
          ownerName: command.settled.owner.name,
          by: command.settled.by,
        };
  return withClosing(incident, { kind: 'fix_settled', actionId: action.id, what: action.what, settled });
}

function actionOf(incident: Incident, id: string): Action {
  const action = incident.actions.find((each) => each.id === id);
  if (!action) throw new Refused('not_found', 'This incident has no such action.');
  return action;
}
