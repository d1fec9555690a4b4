/** The policy in sentences that a person can agree to. Pure: the web shows the same words. */
import type { LadderStep, Policy, PromiseRule, Rung, Severity } from './policy.ts';

export type ReadableRule = { kind: string; name: string; learning: boolean; sentences: string[] };
export type ReadablePolicy = { version: number; name: string; general: string[]; promises: ReadableRule[] };

const MINUTE = 60_000;
const SEVERITIES: Severity[] = ['P1', 'P2', 'P3'];

/** What each promise is called, and from when its time is counted. */
const PROMISES: Record<string, { name: string; from: string }> = {
  confirm_and_classify: { name: 'Confirm and classify', from: 'of the acknowledgement' },
  first_message: { name: 'First message', from: 'of detection' },
  data_checked: { name: 'Data checked', from: 'of the answer “don’t know”' },
  second_person_in: { name: 'Second person in', from: 'of confirming' },
  what_changed_reviewed: { name: 'What changed, reviewed', from: 'of detection' },
  next_update: { name: 'Next update', from: '' },
  client_first_message: { name: 'First message to a client, by its contract', from: '' },
  client_next_update: { name: 'Next update to a client, by its contract', from: '' },
  client_call: { name: 'Call to a client whose contract asks for one', from: 'of detection' },
  progress: { name: 'Progress', from: 'of detection' },
  progress_second_team: { name: 'Progress with a second team', from: '' },
  it_works_again: { name: '“It works again”', from: 'of restoring' },
  it_is_back: { name: '“It is back”', from: 'of reopening' },
  stand_down: { name: 'Stand-down', from: 'of dismissing' },
  correction: { name: 'Correction', from: 'of finding the mistake' },
  final_message: { name: 'Final message', from: 'of resolving' },
  question_answered: { name: 'Question answered', from: 'of asking, or with the next update' },
  hand_over: { name: 'Hand over', from: 'of taking the role' },
  postmortem_published: { name: 'Postmortem published', from: 'of restoring' },
  action_item_done: { name: 'Action item done', from: '' },
  near_miss_answered: { name: 'Near miss answered', from: '' },
  looked_at: { name: 'A P3 looked at', from: '' },
  decided: { name: 'A P3 decided: fix, accept or close', from: 'of declaring' },
};

const WHEN_NOT_BY_TIME: Record<string, string> = {
  next_update: 'At the time that the last update named.',
  client_first_message: 'As soon as its contract says, where that is stricter.',
  client_next_update: 'As often as its contract says, where that is stricter.',
  progress_second_team: 'When the second of the two times for progress has passed.',
  action_item_done: 'On the date of the item.',
  near_miss_answered: 'At the end of the working day that is counted from the day of the report.',
};

const WHO: Record<Rung, string> = {
  owner: 'whoever owes it',
  lead: 'the lead',
  comms: 'comms',
  hands: 'the hands',
  primary: 'the primary',
  backup: 'the backup',
  manager: 'the manager',
  second_team: 'the second team',
  next_level: 'the next level',
  service_owner: 'the owner of the service',
  everyone: 'everyone',
};

export function readablePolicy(policy: Policy): ReadablePolicy {
  const promises = Object.entries(policy.promises).map(([kind, rule]) => ({
    kind,
    name: PROMISES[kind]?.name ?? kind.replaceAll('_', ' '),
    learning: rule.learning,
    sentences: readableRule(kind, rule),
  }));
  return { version: policy.version, name: policy.name, general: general(policy), promises };
}

function general(policy: Policy): string[] {
  const late = policy.lateMessage;
  const lateSeverities = late?.severities.join(' and ');
  return [
    `A page is to be acknowledged within ${perSeverity(policy.acknowledge)}.`,
    `Updates come at least every ${perSeverity(policy.cadence)}; their time is rounded down to ${durationWords(policy.nextUpdateRounding)}.`,
    `After ${durationWords(policy.cadenceStretchAfter)} the lead may stretch that to at most ${policy.cadenceStretchMax} times as long.`,
    late && lateSeverities
      ? `An update of a ${lateSeverities} that is ${durationWords(late.after)} late is replaced by an automatic message with nothing but facts, and by another one at each time that it names.`
      : 'No automatic message is sent when an update is late.',
    `After restoring we watch for ${perSeverity(policy.watch)}.`,
    `What recovers by itself is dismissed after ${durationWords(policy.quietDismissAfter)} of quiet; firing again within ${durationWords(policy.refirePagesWithin)} pages at once.`,
    `Alerts within ${durationWords(policy.stormWindow)} on services that share something join one incident.`,
    `A page acknowledged between ${policy.night.from} and ${policy.night.to} is followed by ${durationWords(policy.rest)} of rest.`,
    `One person gets at most one page every ${durationWords(policy.pageSpacing)}; whoever acted within ${durationWords(policy.presentWithin)} is reminded on the screen instead.`,
    `New near misses are found at ${policy.nearMisses.foundAt}, and answered within ${durationWords(policy.nearMisses.answeredWithin)}; within ${policy.nearMisses.againWorkingDays} working ${policy.nearMisses.againWorkingDays === 1 ? 'day' : 'days'} where it could happen again this week.`,
    `What changed is kept for ${durationWords(policy.changesKept)}.`,
  ];
}

function readableRule(kind: string, rule: PromiseRule): string[] {
  const steps = rule.ladder.map((step) => stepWords(step, rule.learning));
  const last = rule.ladder.at(-1);
  return [
    ...dueWords(kind, rule),
    ...(rule.latestFromDetection === undefined
      ? []
      : [`At the latest ${durationWords(rule.latestFromDetection)} after detection.`]),
    ...(rule.offeredAfter === undefined ? [] : [`Offered after ${durationWords(rule.offeredAfter)}.`]),
    ...(steps.length ? [sentence(steps.join('; '))] : ['Nobody is reminded.']),
    ...(rule.repeatLastAfter === undefined || !last
      ? []
      : [`The last step repeats every ${durationWords(rule.repeatLastAfter)} until somebody keeps it.`]),
    ...(rule.raiseToP1After === undefined
      ? []
      : [`Still open ${durationWords(rule.raiseToP1After)} after the question: the incident becomes P1.`]),
    ...(rule.learning ? ['By mail in working hours, never by a page.'] : []),
  ];
}

function dueWords(kind: string, rule: PromiseRule): string[] {
  const from = PROMISES[kind]?.from ?? '';
  const words = (due: number[] | string): string =>
    typeof due === 'string'
      ? `by ${due}`
      : `within ${listWords(due.map(durationWords))}${from && ` ${from}`}`;
  const bySeverity = SEVERITIES.flatMap((severity) => {
    const due = rule.due[severity];
    return due === undefined ? [] : [{ severity, text: words(due) }];
  });
  if (!bySeverity.length) return [WHEN_NOT_BY_TIME[kind] ?? 'No time is set.'];
  const groups = [...Map.groupBy(bySeverity, (each) => each.text)];
  if (groups.length === 1 && bySeverity.length === SEVERITIES.length)
    return [sentence(bySeverity[0]?.text ?? '')];
  return groups.map(([text, list]) => `${list.map((each) => each.severity).join(' and ')}: ${text}.`);
}

function stepWords({ at, do: action, who }: LadderStep, learning: boolean): string {
  const when =
    at === 0 ? 'when it is due' : at < 0 ? `${durationWords(-at)} before` : `${durationWords(at)} late`;
  switch (action) {
    case 'remind':
      return `${when}: ${learning ? 'a note' : 'a reminder'} to ${WHO[who]}`;
    case 'page':
      return `${when}: a page to ${WHO[who]}`;
    case 'escalate':
      return `${when}: ${WHO[who]} is told`;
  }
}

/** For example "10 min", "1 h 30 min", "2 days". */
export function durationWords(milliseconds: number): string {
  if (milliseconds < MINUTE) return `${Math.round(milliseconds / 100) / 10} s`;
  const minutes = Math.round(milliseconds / MINUTE);
  const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60), minutes % 60];
  const parts =
    days >= 3 || (days > 0 && !hours && !rest)
      ? [days && `${days} ${days === 1 ? 'day' : 'days'}`, hours && `${hours} h`]
      : [days * 24 + hours && `${days * 24 + hours} h`];
  return [...parts, rest && `${rest} min`].filter(Boolean).join(' ') || '0 s';
}

function perSeverity(values: Partial<Record<Severity, number>>): string {
  const given = SEVERITIES.flatMap((severity) => {
    const value = values[severity];
    return value === undefined ? [] : [`${durationWords(value)} (${severity})`];
  });
  return listWords(given);
}

function listWords(list: string[]): string {
  return list.length < 2 ? (list[0] ?? '') : `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
