/** What an incident answers to a command: facts, or a refusal that says what to do. Pure; the guards read as the rules of the process. */
import { Refused } from '#platform/errors.ts';
import type { Policy } from '#promise/policy.ts';
import type { Command } from './commands.ts';
import { decideAlerts, decideDeclaration } from './decide-detection.ts';
import { decideEnding } from './decide-ending.ts';
import { decideHypothesis } from './decide-hypotheses.ts';
import { decideLevers } from './decide-levers.ts';
import { decidePeople } from './decide-people.ts';
import { decidePlaybook } from './decide-playbook.ts';
import { decideQuestion } from './decide-questions.ts';
import { decideSeverity } from './decide-severity.ts';
import { decideTelling } from './decide-telling.ts';
import { decideTriage } from './decide-triage.ts';
import { decideWake } from './decide-wake.ts';
import { decideWork } from './decide-work.ts';
import type { FactBody } from './facts.ts';
import type { Actor, Incident, State } from './types.ts';

/** What a decision may know besides the incident itself. */
export type Circumstances = { now: Temporal.Instant; actor: Actor; policy: Policy };

/**
 * @param incident undefined only for `declare`
 * @returns facts to record, possibly none when nothing would change
 * @throws Refused when a rule of the process stands against it
 */
export function decide(
  incident: Incident | undefined,
  command: Command,
  circumstances: Circumstances,
): FactBody[] {
  if (command.type === 'declare') return decideDeclaration(incident, command, circumstances);
  if (!incident) throw new Refused('not_found', 'There is no such incident.');
  if (incident.state === 'merged' && !allowedWhenMerged(command))
    throw new Refused('conflict', `This incident was merged into INC-${incident.mergedInto?.number}.`, {
      mend: 'Do this there instead.',
    });
  switch (command.type) {
    case 'join_alerts':
    case 'recover_alerts':
      return decideAlerts(incident, command, circumstances);
    case 'acknowledge':
    case 'acknowledge_upstream':
    case 'record_page':
    case 'take_role':
    case 'offer_role':
    case 'leave_role':
    case 'stay_alone':
    case 'restrict':
    case 'change_viewers':
      return decidePeople(incident, command, circumstances);
    case 'confirm':
    case 'classify':
    case 'raise':
    case 'lower':
    case 'check_data':
      return decideSeverity(incident, command, circumstances);
    case 'skip_first_message':
    case 'send_update':
    case 'skip_message':
    case 'owe_correction':
    case 'stretch_cadence':
    case 'record_client_report':
    case 'log_call':
      return decideTelling(incident, command, circumstances);
    case 'ask':
    case 'answer':
    case 'set_question_aside':
      return decideQuestion(incident, command, circumstances);
    case 'date_impact':
    case 'suspect_change':
    case 'suspect_none':
    case 'rule_out_change':
    case 'review_what_changed':
    case 'name_trigger':
      return decideTriage(incident, command, circumstances);
    case 'open_hypothesis':
    case 'add_evidence':
    case 'extend_hypothesis':
    case 'end_hypothesis':
      return decideHypothesis(incident, command, circumstances);
    case 'retitle':
    case 'change_services':
    case 'set_client_impact':
    case 'add_note':
    case 'choose_category':
    case 'start_action':
    case 'end_action':
    case 'settle_fix':
      return decideWork(incident, command, circumstances);
    case 'start_playbook':
    case 'stop_playbook':
    case 'take_step':
    case 'tick_step':
    case 'untick_step':
    case 'skip_step':
    case 'note_step':
    case 'collect_evidence':
      return decidePlaybook(incident, command, circumstances);
    case 'pull_lever':
    case 'note_lever':
    case 'try_lever':
    case 'switch_degradation':
      return decideLevers(incident, command, circumstances);
    case 'dismiss':
    case 'restore':
    case 'approve_watch':
    case 'break_watch':
    case 'resolve':
    case 'reopen':
    case 'merge':
    case 'take_in':
    case 'split':
    case 'look_at':
    case 'decide_fate':
    case 'open_postmortem':
    case 'choose_postmortem_owner':
    case 'publish_postmortem':
    case 'cover_postmortem':
    case 'uncover_postmortem':
    case 'publish_postmortem_text':
    case 'withdraw_postmortem_text':
    case 'close':
      return decideEnding(incident, command, circumstances);
    case 'wake':
      return decideWake(incident, command, circumstances);
  }
}

function allowedWhenMerged(command: Command): boolean {
  return (
    command.type === 'wake' ||
    command.type === 'record_page' ||
    command.type === 'note_lever' ||
    command.type === 'add_note'
  );
}

/** Refuses unless the incident is in one of `states`. `doing` completes "An incident that is … cannot be …". */
export function needs(incident: Incident, states: State[], doing: string, mend: string): void {
  if (states.includes(incident.state)) return;
  throw new Refused('conflict', `An incident that is ${incident.state} cannot be ${doing}.`, { mend });
}

/** A text that somebody wrote as a reason, or a refusal that asks for one. */
export function reasoned(text: string, forWhat: string): string {
  const trimmed = text.trim();
  if (!trimmed)
    throw new Refused('invalid', `${forWhat} needs a reason.`, {
      mend: 'Write one sentence; it stands on the timeline.',
    });
  return trimmed;
}
