/** Exactly one thing to do next, in the order of the process. A clock interrupts that order only in its last five minutes. Pure. */
import { clientOf, ruleKindOf } from '#promise/kind.ts';
import type { Policy } from '#promise/policy.ts';
import { clocksOf } from './client-clocks.ts';
import { watchEnd } from './decide-ending.ts';
import { stillFires } from './firing.ts';
import type { Incident } from './types.ts';
import { urgentFrom } from './urgency.ts';
import type { NextStep, NextStepKind } from './view.ts';

/** An open promise as far as the next step is concerned. */
export type OpenPromise = {
  kind: string;
  /** Tells apart promises of one kind, as the two roles that are handed over. */
  cycle: number;
  openedAt: Temporal.Instant;
  dueAt: Temporal.Instant;
  soonFrom: Temporal.Instant;
};

type Step = {
  kind: NextStepKind;
  stage: NextStep['stage'];
  title: string;
  explanation: string;
  promise?: string;
  role?: 'lead' | 'comms';
  client?: { id: string; name: string };
};

/**
 * @param open the incident's open promises
 * @param policy the one that the incident was declared under
 * @param cutOff names of clients whom the newest message cannot reach because mail is down
 * @returns the one step that the room shows as its card
 */
export function nextStep(
  incident: Incident,
  open: OpenPromise[],
  now: Temporal.Instant,
  policy: Policy,
  cutOff: readonly string[] = [],
): NextStep {
  const inOrder = whileMailIsDown(incident, cutOff) ?? firstOf(incident, now, policy);
  const urgent = interrupting(incident, open, inOrder, now);
  const step = urgent ?? inOrder;
  const kept = open
    .filter((each) => step.promise !== undefined && keeps(step, each.kind))
    .toSorted((one, other) => Temporal.Instant.compare(one.dueAt, other.dueAt))[0];
  const due = kept?.dueAt ?? (step.kind === 'watch' ? incident.watch?.until : undefined);
  return {
    kind: step.kind,
    stage: step.stage,
    title: step.title,
    explanation: step.explanation,
    dueAt: due?.toString() ?? null,
    soonFrom: kept?.soonFrom.toString() ?? null,
    overdue: due !== undefined && step.kind !== 'watch' && Temporal.Instant.compare(due, now) <= 0,
    promiseKind: step.promise ?? null,
    role: step.role ?? null,
    client: step.client ?? null,
  };
}

/** The holding message goes to everybody, and so keeps what a contract asks earlier as well. */
function keeps(step: Step, kind: string): boolean {
  return kind === step.promise || (step.kind === 'tell' && ruleKindOf(kind) === 'client_first_message');
}

/** A promise in its last five minutes, or past them, comes first; the earliest of them. */
function interrupting(
  incident: Incident,
  open: OpenPromise[],
  inOrder: Step,
  now: Temporal.Instant,
): Step | undefined {
  const soon = open
    .filter(
      ({ openedAt, dueAt }) =>
        urgentFrom(openedAt.epochMilliseconds, dueAt.epochMilliseconds) <= now.epochMilliseconds,
    )
    .toSorted((one, other) => Temporal.Instant.compare(one.dueAt, other.dueAt));
  if (soon.some((each) => each.kind === inOrder.promise)) return undefined;
  for (const each of soon) {
    const step = stepFor(each, incident);
    if (step) return step;
  }
  return undefined;
}

const NAMED_MAX = 3;

/** What was said has reached nobody there: saying it by telephone comes before everything else but saying it at all. */
function whileMailIsDown(incident: Incident, cutOff: readonly string[]): Step | undefined {
  const told = incident.state === 'confirmed' || incident.state === 'restored';
  if (!told || !incident.updatesSent || !cutOff.length) return undefined;
  const count = cutOff.length;
  const parts = [...cutOff.slice(0, NAMED_MAX), ...(count > NAMED_MAX ? [`${count - NAMED_MAX} more`] : [])];
  const named = [parts.slice(0, -1).join(', '), parts.at(-1)].filter(Boolean).join(' and ');
  return {
    ...STEPS.call_untold,
    title: count === 1 ? `Mail is down: call ${named}` : `Mail is down: call ${count} clients`,
    explanation: `${named} ${count === 1 ? 'has' : 'have'} not been told. ${STEPS.call_untold.explanation}`,
  };
}

function firstOf(incident: Incident, now: Temporal.Instant, policy: Policy): Step {
  switch (incident.state) {
    case 'detected':
    case 'confirmed':
      return whileBroken(incident);
    case 'restored':
      return whileWatched(incident, now, policy);
    case 'resolved':
      return toLearn(incident);
    case 'dismissed':
      if (incident.updatesSent && !incident.standDownAt) return STEPS.stand_down;
      return incident.dismissal?.recoveredByItself && !incident.lookedAt ? STEPS.look_at : STEPS.nothing;
    case 'closed':
    case 'merged':
      return STEPS.nothing;
  }
}

function whileBroken(incident: Incident): Step {
  if (
    incident.state === 'detected' &&
    !incident.acknowledgedAt &&
    incident.severity !== 'P3' &&
    incident.automatic
  )
    return STEPS.acknowledge;
  if (incident.state === 'detected') return STEPS.confirm;
  if (!incident.classified) return STEPS.classify;
  if (!incident.firstMessage && incident.severity !== 'P3' && !incident.restricted)
    return incident.serviceIds.length ? STEPS.tell : STEPS.ask_affected;
  if (incident.reopenedAt && !incident.isBackAt && incident.updatesSent) return STEPS.tell_is_back;
  if (!incident.whatChangedReviewedAt && incident.severity !== 'P3') return STEPS.what_changed;
  if (incident.severity === 'P3' && !incident.lookedAt) return STEPS.look_at;
  return incident.category ? STEPS.restore : STEPS.choose_category;
}

function whileWatched(incident: Incident, now: Temporal.Instant, policy: Policy): Step {
  if (incident.updatesSent && !incident.worksAgainAt) return STEPS.tell_works_again;
  if (incident.watch) return STEPS.watch;
  const end = watchEnd(incident, incident.restoredAt ?? now, policy);
  if (Temporal.Instant.compare(now, end) < 0) return STEPS.approve_watch;
  return stillFires(incident)
    ? {
        ...STEPS.resolve,
        title: 'Resolve it, or say that it is back',
        explanation: 'The watch period is over, and an alert still fires.',
      }
    : STEPS.resolve;
}

function toLearn(incident: Incident): Step {
  if (incident.updatesSent && !incident.finalMessageAt) return STEPS.tell_final;
  const serious = incident.highestSeverity !== 'P3';
  if (serious && !incident.postmortem?.publishedAt && !incident.postmortem?.coveredBy)
    return STEPS.write_postmortem;
  if (!serious && !incident.decided) return STEPS.decide;
  if (incident.actions.some((action) => action.temporary && !action.settled)) return STEPS.settle_fix;
  return STEPS.close;
}

/** Any message keeps the promised time; which one is due by then follows from what has happened since. */
function promisedMessage(incident: Incident): Step {
  if (incident.state === 'resolved') return STEPS.tell_final;
  if (incident.state === 'restored') return incident.worksAgainAt ? STEPS.update : STEPS.tell_works_again;
  return incident.reopenedAt && !incident.isBackAt ? STEPS.tell_is_back : STEPS.update;
}

/** Named with its client, whose words nobody else reads. */
function forClient(kind: string, incident: Incident): Step | undefined {
  const id = clientOf(kind);
  const name = clocksOf(incident)[id ?? '']?.name;
  if (!id || !name) return undefined;
  const made = (step: Step): Step => ({
    ...step,
    title: step.title.replace('the client', name),
    promise: kind,
    client: { id, name },
  });
  switch (ruleKindOf(kind)) {
    case 'client_first_message':
      return incident.firstMessage ? made(STEPS.tell_client) : STEPS.tell;
    case 'client_next_update':
      return made(STEPS.update_client);
    case 'client_call':
      return made(STEPS.call_client);
    default:
      return undefined;
  }
}

function stepFor({ kind, cycle }: OpenPromise, incident: Incident): Step | undefined {
  switch (kind) {
    case 'confirm_and_classify':
      return incident.state === 'detected' ? STEPS.confirm : STEPS.classify;
    case 'first_message':
      return incident.serviceIds.length ? STEPS.tell : STEPS.ask_affected;
    case 'second_person_in':
      return STEPS.second_person;
    case 'data_checked':
      return STEPS.check_data;
    case 'what_changed_reviewed':
      return STEPS.what_changed;
    case 'next_update':
      return { ...promisedMessage(incident), promise: kind };
    case 'it_works_again':
      return STEPS.tell_works_again;
    case 'it_is_back':
      return STEPS.tell_is_back;
    case 'stand_down':
      return STEPS.stand_down;
    case 'correction':
      return STEPS.correct;
    case 'final_message':
      return STEPS.tell_final;
    case 'hand_over':
      return handOver(incident, cycle);
    case 'looked_at':
      return STEPS.look_at;
    case 'decided':
      return STEPS.decide;
    case 'postmortem_published':
      return STEPS.write_postmortem;
    default:
      return forClient(kind, incident);
  }
}

/** Says whose role it is: everybody sees this card, and one of them has just taken the other role. */
function handOver({ lead, comms }: Incident, cycle: number): Step | undefined {
  const role = lead?.seq === cycle ? 'lead' : 'comms';
  const held = role === 'lead' ? lead : comms;
  if (held?.seq !== cycle) return undefined;
  return {
    ...STEPS.hand_over,
    role,
    title: role === 'lead' ? 'Hand over the lead' : 'Hand over comms',
    explanation: `${held.name} has had it for long. ${STEPS.hand_over.explanation}`,
  };
}

const STEPS = {
  acknowledge: {
    kind: 'acknowledge',
    stage: 'confirm',
    title: 'Say that you have it',
    explanation: 'Somebody is being called. Who takes it leads and speaks until it is handed on.',
  },
  confirm: {
    kind: 'confirm',
    stage: 'confirm',
    title: 'Look whether it is real',
    explanation: 'Try what a user would do, then write what you saw. A false alarm is a normal ending.',
    promise: 'confirm_and_classify',
  },
  classify: {
    kind: 'classify',
    stage: 'confirm',
    title: 'Answer four questions',
    explanation: 'They decide how serious it is and which clocks run. When unsure, take the higher.',
    promise: 'confirm_and_classify',
  },
  ask_affected: {
    kind: 'ask_affected',
    stage: 'tell',
    title: 'Say who could be affected',
    explanation: 'Nobody can be told before this is known. A guess is enough; it can be corrected.',
    promise: 'first_message',
  },
  tell: {
    kind: 'tell',
    stage: 'tell',
    title: 'Send the holding message',
    explanation: 'Before repairing anything: people can bear downtime, they cannot bear silence.',
    promise: 'first_message',
  },
  second_person: {
    kind: 'second_person',
    stage: 'tell',
    title: 'Get a second person in',
    explanation: 'In a P1 one person decides and another repairs.',
    promise: 'second_person_in',
  },
  check_data: {
    kind: 'check_data',
    stage: 'restore',
    title: 'Find out whether data is affected',
    explanation:
      'The message says that we are checking. If it is still unknown after 30 minutes, this becomes a P1.',
    promise: 'data_checked',
  },
  what_changed: {
    kind: 'what_changed',
    stage: 'changed',
    title: 'Look at what changed',
    explanation: 'More than half of all incidents begin with a change. That nothing changed is evidence too.',
    promise: 'what_changed_reviewed',
  },
  choose_category: {
    kind: 'choose_category',
    stage: 'restore',
    title: 'Choose what kind of failure it is',
    explanation: 'The kind decides the first lever. Restore first; the cause comes afterwards.',
  },
  restore: {
    kind: 'restore',
    stage: 'restore',
    title: 'Restore service',
    explanation:
      'A temporary fix that gets users working beats a perfect one in four hours. Then say how you know.',
  },
  update: {
    kind: 'update',
    stage: 'restore',
    title: 'Send the promised update',
    explanation: '“Nothing new” is a good update: it says that we are still there.',
    promise: 'next_update',
  },
  tell_client: {
    kind: 'tell_client',
    stage: 'tell',
    title: 'Send the first message to the client',
    explanation:
      'Its contract is stricter than ours. This goes to it alone; everybody else hears as promised.',
  },
  update_client: {
    kind: 'update_client',
    stage: 'restore',
    title: 'Send the client its update',
    explanation:
      'Its contract is stricter than ours. This goes to it alone; everybody else hears as promised.',
  },
  call_client: {
    kind: 'call_client',
    stage: 'tell',
    title: 'Call the client',
    explanation: 'Its contract asks for a call. Say what the message says; then log it, so that it counts.',
  },
  call_untold: {
    kind: 'call_untold',
    stage: 'tell',
    title: 'Mail is down: call the clients',
    explanation:
      'Call from the list and say what the message says; then log each call, so that it counts. The mails wait, and go when mail is back.',
  },
  tell_works_again: {
    kind: 'tell_works_again',
    stage: 'watch',
    title: 'Say that it works again',
    explanation: 'Everybody who was told that it is broken is told that it works.',
    promise: 'it_works_again',
  },
  tell_is_back: {
    kind: 'tell_is_back',
    stage: 'tell',
    title: 'Say that it is back',
    explanation: 'The same people hear that it has not gone away.',
    promise: 'it_is_back',
  },
  approve_watch: {
    kind: 'approve_watch',
    stage: 'watch',
    title: 'Let Humdrum watch',
    explanation:
      'Approve the last message now. If no alert fires until then, it resolves and sends it; otherwise the on-call is paged.',
  },
  watch: {
    kind: 'watch',
    stage: 'watch',
    title: 'Nothing to do: Humdrum is watching',
    explanation: 'At the end of the watch it resolves and sends the message that you approved.',
  },
  resolve: {
    kind: 'resolve',
    stage: 'watch',
    title: 'Resolve it',
    explanation: 'It has been stable for the whole watch period.',
  },
  tell_final: {
    kind: 'tell_final',
    stage: 'learn',
    title: 'Send the final message',
    explanation: 'It says that it is over, and what it left behind, if anything.',
    promise: 'final_message',
  },
  stand_down: {
    kind: 'stand_down',
    stage: 'learn',
    title: 'Tell them that it was a false alarm',
    explanation: 'Exactly the people who were told get this one, too.',
    promise: 'stand_down',
  },
  correct: {
    kind: 'correct',
    stage: 'tell',
    title: 'Send the correction',
    explanation: 'Something that was sent was not true. The same people hear it.',
    promise: 'correction',
  },
  hand_over: {
    kind: 'hand_over',
    stage: 'restore',
    title: 'Hand over a role',
    explanation: 'Both say it: “I gave it”, “I have it”.',
    promise: 'hand_over',
  },
  write_postmortem: {
    kind: 'write_postmortem',
    stage: 'learn',
    title: 'Write the postmortem',
    explanation: 'Its timeline is drafted from the record. It examines the system, never a person.',
    promise: 'postmortem_published',
  },
  settle_fix: {
    kind: 'settle_fix',
    stage: 'learn',
    title: 'Give every temporary fix an owner and a date',
    explanation: 'What was patched at night stays patched until somebody owns it.',
  },
  look_at: {
    kind: 'look_at',
    stage: 'confirm',
    title: 'Give it an owner',
    explanation: 'It waits for working hours, and is not forgotten.',
    promise: 'looked_at',
  },
  decide: {
    kind: 'decide',
    stage: 'learn',
    title: 'Decide: fix it, accept it, or close it',
    explanation: 'A small thing that nobody decides about becomes a big one.',
    promise: 'decided',
  },
  close: {
    kind: 'close',
    stage: 'learn',
    title: 'Close it',
    explanation: 'Everything that was promised has been done.',
  },
  nothing: { kind: 'nothing', stage: 'learn', title: 'Nothing is left to do', explanation: 'It is over.' },
} as const satisfies Record<NextStepKind, Step>;
