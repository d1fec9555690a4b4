/** The words in which promises, states and categories are shown. Pure, so that the web and the mails say the same. */

import { ruleKindOf } from '#promise/kind.ts';

export const PROMISE_NAMES: Record<string, string> = {
  acknowledge: 'Page acknowledged',
  confirm_and_classify: 'Confirmed and classified',
  first_message: 'First message',
  second_person_in: 'Second person in',
  data_checked: 'Data checked',
  what_changed_reviewed: 'What changed, reviewed',
  next_update: 'Next update',
  client_first_message: 'First message by contract',
  client_next_update: 'Next update by contract',
  client_call: 'Call by contract',
  progress: 'Progress, or more people',
  progress_second_team: 'Progress, or a second team',
  it_works_again: '“It works again” sent',
  it_is_back: '“It is back” sent',
  stand_down: 'Stand-down sent',
  correction: 'Correction sent',
  final_message: 'Final message',
  question_answered: 'Question answered',
  hand_over: 'Hand over',
  postmortem_published: 'Postmortem published',
  action_item_done: 'Action item done',
  fix_settled: 'Temporary fixes have an owner and a date',
  fix_removed: 'Temporary fix removed',
  looked_at: 'Looked at',
  decided: 'Fix, accept or close decided',
};

/** What is owed to one client alone is named with it: “First message to Northwind”. */
const NAMES_TO_CLIENT: Record<string, string> = {
  client_first_message: 'First message to',
  client_next_update: 'Next update to',
  client_call: 'Call to',
};

export function promiseName(kind: string, clientName?: string): string {
  const rule = ruleKindOf(kind);
  const to = clientName && NAMES_TO_CLIENT[rule];
  return to ? `${to} ${clientName}` : (PROMISE_NAMES[rule] ?? rule.replaceAll('_', ' '));
}

export const RUNG_NAMES: Record<string, string> = {
  owner: 'whoever owes it',
  lead: 'the lead',
  comms: 'comms',
  hands: 'the hands',
  primary: 'the primary',
  backup: 'the backup',
  manager: 'the manager',
  second_team: 'a second team',
  next_level: 'the next level',
  service_owner: 'the service owner',
  everyone: 'everyone',
};

export const CATEGORY_NAMES: Record<string, string> = {
  deployment_regression: 'Deployment regression',
  infrastructure: 'Infrastructure failure',
  third_party: 'Provider outage',
  data: 'Data issue',
  security: 'Security',
  other: 'Something else',
};

export const STATE_NAMES: Record<string, string> = {
  detected: 'detected',
  confirmed: 'confirmed',
  restored: 'restored, being watched',
  resolved: 'resolved',
  closed: 'closed',
  dismissed: 'dismissed',
  merged: 'merged',
};
