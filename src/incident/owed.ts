/** What an incident owes, to whom the clock points and by when: the table of promises of the process, as one pure function. */
import { endOfWorkingDay, zonedCalendarDue } from '#promise/calendar.ts';
import type { Owed, PromiseState } from '#promise/owed.ts';
import { type Policy, ruleOf } from '#promise/policy.ts';
import { handOverDue } from './hand-over.ts';
import { owedToClients } from './owed-to-clients.ts';
import type { Action, Incident, RoleHeld } from './types.ts';

type Ending = { state: PromiseState; endedAt?: Temporal.Instant | undefined };

/** @returns every promise of the incident whose state may have changed; what is no longer listed is void */
export function owed(incident: Incident, policy: Policy): Owed[] {
  return [
    ...confirmAndClassify(incident, policy),
    ...firstMessage(incident, policy),
    ...secondPerson(incident, policy),
    ...dataChecked(incident, policy),
    ...whatChanged(incident, policy),
    ...updates(incident, policy),
    ...owedToClients(incident, policy, {
      ownerId: tellerOf(incident),
      firstMessageDueAt: firstMessage(incident, policy)[0]?.dueAt,
    }),
    ...progress(incident, policy),
    ...closingMessages(incident, policy),
    ...handOvers(incident, policy),
    ...questions(incident, policy),
    ...postmortem(incident, policy),
    ...lookedAt(incident, policy),
    ...temporaryFixes(incident, policy),
  ];
}

/** Who owes what people are told: comms, else the lead, else the first acknowledger; without any, the primary is found by oncall. */
export function tellerOf(incident: Incident): string | undefined {
  return incident.comms?.personId ?? incident.lead?.personId ?? incident.acknowledgedBy?.personId;
}

/** Clocks start at detection, at reaching the severity, or when it came back, whichever is latest. */
function clockStart(incident: Incident): Temporal.Instant {
  return later(
    later(incident.detectedAt, incident.severitySince),
    incident.reopenedAt ?? incident.detectedAt,
  );
}

/** What was not done before an incident came back is owed anew from then on. */
function cycleOf(incident: Incident, doneAt: Temporal.Instant | undefined, first: number): number {
  const { reopenedAt, reopenedSeq } = incident;
  if (!reopenedAt || reopenedSeq === undefined) return first;
  return doneAt && Temporal.Instant.compare(doneAt, reopenedAt) < 0 ? first : reopenedSeq;
}

function later(one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(one, other) >= 0 ? one : other;
}

function earlier(one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(one, other) <= 0 ? one : other;
}

/** Kept at `at`, or open. */
function keptAt(at: Temporal.Instant | undefined): Ending {
  return at ? { state: 'kept', endedAt: at } : { state: 'open' };
}

function promise(
  policy: Policy,
  kind: string,
  what: Pick<Owed, 'cycle' | 'ownerId' | 'openedAt' | 'dueAt'> & Ending,
): Owed {
  const rule = ruleOf(policy, kind);
  return { kind, ladder: rule.ladder, repeatLastAfter: rule.repeatLastAfter, ...what };
}

function dueAfter(policy: Policy, kind: string, incident: Incident, index = 0): number | undefined {
  const due = ruleOf(policy, kind).due[incident.severity];
  return typeof due === 'string' ? undefined : due?.[index];
}

const over = (incident: Incident): boolean => incident.state === 'dismissed' || incident.state === 'merged';
const broken = (incident: Incident): boolean =>
  incident.state === 'detected' || incident.state === 'confirmed';

function confirmAndClassify(incident: Incident, policy: Policy): Owed[] {
  const after = dueAfter(policy, 'confirm_and_classify', incident);
  const kept = incident.classified ? incident.confirmedAt : undefined;
  if (after === undefined && !kept) return [];
  if (over(incident) && !kept) return [];
  const latest = later(incident.detectedAt, incident.reopenedAt ?? incident.detectedAt).add({
    milliseconds: ruleOf(policy, 'confirm_and_classify').latestFromDetection ?? after ?? 0,
  });
  const dueAt = incident.acknowledgedAt
    ? earlier(incident.acknowledgedAt.add({ milliseconds: after ?? 0 }), latest)
    : latest;
  const ending: Ending = kept ? keptAt(later(kept, incident.classifiedAt ?? kept)) : { state: 'open' };
  return [
    promise(policy, 'confirm_and_classify', {
      cycle: cycleOf(incident, incident.confirmedAt, incident.declaredSeq),
      ownerId: incident.acknowledgedBy?.personId,
      openedAt: incident.detectedAt,
      dueAt,
      ...ending,
    }),
  ];
}

function firstMessage(incident: Incident, policy: Policy): Owed[] {
  const after = dueAfter(policy, 'first_message', incident);
  const done = incident.firstMessage;
  if (incident.restricted || (after === undefined && !done)) return [];
  if (over(incident) && !done) return [];
  const ending: Ending = done?.notNeeded ? { state: 'waived', endedAt: done.at } : keptAt(done?.at);
  const dueAt = clockStart(incident).add({ milliseconds: after ?? 0 });
  if (after === undefined) return [];
  return [
    promise(policy, 'first_message', {
      cycle: cycleOf(incident, done?.at, incident.declaredSeq),
      ownerId: tellerOf(incident),
      openedAt: incident.detectedAt,
      dueAt,
      ...ending,
    }),
  ];
}

function secondPerson(incident: Incident, policy: Policy): Owed[] {
  const after = dueAfter(policy, 'second_person_in', incident);
  const { confirmedAt, confirmedSeq } = incident;
  if (after === undefined || !confirmedAt || confirmedSeq === undefined || over(incident)) return [];
  const alone = incident.staysAlone;
  if (!broken(incident) && !incident.secondPersonAt && !alone) return [];
  const ending: Ending = incident.secondPersonAt
    ? keptAt(incident.secondPersonAt)
    : alone
      ? { state: 'waived', endedAt: alone.at }
      : { state: 'open' };
  const openedAt = later(confirmedAt, clockStart(incident));
  return [
    promise(policy, 'second_person_in', {
      cycle: cycleOf(incident, incident.secondPersonAt ?? alone?.at, confirmedSeq),
      ownerId: incident.lead?.personId,
      openedAt,
      dueAt: openedAt.add({ milliseconds: after }),
      ...ending,
    }),
  ];
}

function dataChecked(incident: Incident, policy: Policy): Owed[] {
  const after = dueAfter(policy, 'data_checked', incident);
  if (after === undefined || !incident.dataAskedAt || incident.dataAskedSeq === undefined || over(incident))
    return [];
  if (!incident.dataCheckedAt && incident.state === 'closed') return [];
  return [
    promise(policy, 'data_checked', {
      cycle: incident.dataAskedSeq,
      ownerId: incident.lead?.personId,
      openedAt: incident.dataAskedAt,
      dueAt: incident.dataAskedAt.add({ milliseconds: after }),
      ...keptAt(incident.dataCheckedAt),
    }),
  ];
}

function whatChanged(incident: Incident, policy: Policy): Owed[] {
  const after = dueAfter(policy, 'what_changed_reviewed', incident);
  const reviewed = incident.whatChangedReviewedAt;
  if (
    after === undefined ||
    incident.confirmedSeq === undefined ||
    over(incident) ||
    (!broken(incident) && !reviewed)
  )
    return [];
  return [
    promise(policy, 'what_changed_reviewed', {
      cycle: cycleOf(incident, reviewed, incident.confirmedSeq),
      ownerId: incident.lead?.personId,
      openedAt: incident.confirmedAt ?? incident.detectedAt,
      dueAt: clockStart(incident).add({ milliseconds: after }),
      ...keptAt(reviewed),
    }),
  ];
}

/** The chain of updates: the one that was kept last, and the one that is promised. Late is late, whoever it was that kept it. */
function updates(incident: Incident, policy: Policy): Owed[] {
  const { keptUpdate, promisedUpdate } = incident;
  const list: Owed[] = [];
  const ownerId = tellerOf(incident);
  if (keptUpdate)
    list.push(
      promise(policy, 'next_update', {
        cycle: keptUpdate.seq,
        ownerId,
        openedAt: keptUpdate.openedAt,
        dueAt: keptUpdate.dueAt,
        state: 'kept',
        endedAt: keptUpdate.at,
      }),
    );
  const running = broken(incident) || incident.state === 'restored' || incident.state === 'resolved';
  if (promisedUpdate && running)
    list.push(
      promise(policy, 'next_update', {
        cycle: promisedUpdate.seq,
        ownerId,
        openedAt: promisedUpdate.openedAt,
        dueAt: promisedUpdate.dueAt,
        state: 'open',
      }),
    );
  return list;
}

function progress(incident: Incident, policy: Policy): Owed[] {
  if (incident.confirmedSeq === undefined || over(incident)) return [];
  const ended =
    incident.firstRestoredAt && !broken(incident)
      ? keptAt(incident.restoredAt ?? incident.firstRestoredAt)
      : { state: 'open' as const };
  const start = clockStart(incident);
  return ['progress', 'progress_second_team'].flatMap((kind, index) => {
    const after = dueAfter(policy, 'progress', incident, index);
    if (after === undefined || incident.confirmedSeq === undefined) return [];
    return [
      promise(policy, kind, {
        cycle: incident.reopenedSeq ?? incident.confirmedSeq,
        ownerId: incident.lead?.personId,
        openedAt: start,
        dueAt: start.add({ milliseconds: after }),
        ...ended,
      }),
    ];
  });
}

type Closing = {
  kind: string;
  seq: number | undefined;
  from: Temporal.Instant | undefined;
  kept: Temporal.Instant | undefined;
  while: boolean;
};

/** Messages that an ending or a return owes to everybody who was told of it before. */
function closingMessages(incident: Incident, policy: Policy): Owed[] {
  const told = incident.updatesSent > 0;
  const { correction } = incident;
  const list: Closing[] = [
    {
      kind: 'it_works_again',
      seq: incident.restoredSeq,
      from: incident.restoredAt,
      kept: incident.worksAgainAt,
      while: !broken(incident) && !over(incident),
    },
    {
      kind: 'it_is_back',
      seq: incident.reopenedSeq,
      from: incident.reopenedAt,
      kept: incident.isBackAt,
      while: broken(incident),
    },
    {
      kind: 'stand_down',
      seq: incident.dismissedSeq,
      from: incident.dismissedAt,
      kept: incident.standDownAt,
      while: incident.state === 'dismissed',
    },
    { kind: 'correction', seq: correction?.seq, from: correction?.at, kept: correction?.sentAt, while: true },
    {
      kind: 'final_message',
      seq: incident.resolvedSeq,
      from: incident.resolvedAt,
      kept: incident.finalMessageAt,
      while: incident.state === 'resolved' || incident.state === 'closed',
    },
  ];
  return list.flatMap(({ kind, seq, from, kept, while: applies }) => {
    const after = dueAfter(policy, kind, incident);
    if (!told || seq === undefined || !from || after === undefined || !(applies || kept)) return [];
    return [
      promise(policy, kind, {
        cycle: seq,
        ownerId: tellerOf(incident),
        openedAt: from,
        dueAt: from.add({ milliseconds: after }),
        ...keptAt(kept),
      }),
    ];
  });
}

function handOvers(incident: Incident, policy: Policy): Owed[] {
  const limit = dueAfter(policy, 'hand_over', incident);
  if (limit === undefined) return [];
  const entry = (held: Pick<RoleHeld, 'seq' | 'since' | 'zone' | 'personId'>, ending: Ending): Owed =>
    promise(policy, 'hand_over', {
      cycle: held.seq,
      ownerId: held.personId,
      openedAt: held.since,
      dueAt: handOverDue(held.since, held.zone, limit, policy.night),
      ...ending,
    });
  const working = broken(incident) || (incident.state === 'restored' && !incident.watch);
  const open = working
    ? [incident.lead, incident.comms]
        .filter((held) => held !== undefined)
        .map((held) => entry(held, { state: 'open' }))
    : [];
  return [...incident.handedOver.map((held) => entry(held, keptAt(held.at))), ...open];
}

/** Every question is owed an answer of its own. After a merge it is owed there. */
function questions(incident: Incident, policy: Policy): Owed[] {
  if (incident.state === 'merged') return [];
  return (incident.questions ?? []).flatMap(({ seq, askedAt, dueAt, answeredAt, setAsideAt }) => {
    if (!dueAt) return [];
    const ending: Ending = setAsideAt ? { state: 'waived', endedAt: setAsideAt } : keptAt(answeredAt);
    return [
      promise(policy, 'question_answered', {
        cycle: seq,
        ownerId: tellerOf(incident),
        openedAt: askedAt,
        dueAt,
        ...ending,
      }),
    ];
  });
}

function postmortem(incident: Incident, policy: Policy): Owed[] {
  const due = ruleOf(policy, 'postmortem_published').due[incident.highestSeverity];
  const after = typeof due === 'string' ? undefined : due?.[0];
  const { restoredAt, restoredSeq } = incident;
  if (after === undefined || !restoredAt || restoredSeq === undefined || over(incident)) return [];
  const covered = incident.postmortem?.coveredBy;
  const ending: Ending = covered
    ? { state: 'waived', endedAt: restoredAt }
    : keptAt(incident.postmortem?.publishedAt);
  return [
    promise(policy, 'postmortem_published', {
      cycle: restoredSeq,
      ownerId: incident.postmortem?.ownerId,
      openedAt: restoredAt,
      dueAt: restoredAt.add({ milliseconds: after }),
      ...ending,
    }),
  ];
}

function lookedAt(incident: Incident, policy: Policy): Owed[] {
  const recovered = incident.state === 'dismissed' && incident.dismissal?.recoveredByItself;
  if (recovered && incident.dismissedAt && incident.dismissedSeq !== undefined)
    return [
      promise(policy, 'looked_at', {
        cycle: incident.dismissedSeq,
        ownerId: undefined,
        openedAt: incident.dismissedAt,
        dueAt: zonedCalendarDue(incident.dismissedAt, incident.zone, { hour: 10, workingDay: false }),
        ...keptAt(incident.lookedAt?.at),
      }),
    ];
  if (incident.severity !== 'P3' || over(incident)) return [];
  const start = clockStart(incident);
  const looked = incident.lookedAt?.at ?? incident.decided?.at;
  const list = [
    promise(policy, 'looked_at', {
      cycle: incident.severitySeq,
      ownerId: undefined,
      openedAt: start,
      dueAt: zonedCalendarDue(start, incident.zone, { hour: 12, workingDay: true }),
      ...keptAt(looked),
    }),
  ];
  const after = dueAfter(policy, 'decided', incident);
  if (after !== undefined)
    list.push(
      promise(policy, 'decided', {
        cycle: incident.severitySeq,
        ownerId: incident.lookedAt?.ownerId,
        openedAt: start,
        dueAt: start.add({ milliseconds: after }),
        ...keptAt(incident.decided?.at),
      }),
    );
  return list;
}

/** Temporary fixes get an owner and a date after restoring, together; then each is removed by its date, by its owner. */
function temporaryFixes(incident: Incident, policy: Policy): Owed[] {
  const fixes = incident.actions.filter((action) => action.temporary);
  if (!fixes.length || over(incident)) return [];
  return [...fixesSettled(incident, fixes, policy), ...fixesRemoved(incident, fixes, policy)];
}

function fixesSettled(incident: Incident, fixes: Action[], policy: Policy): Owed[] {
  const { restoredAt, restoredSeq, lead } = incident;
  const due = ruleOf(policy, 'fix_settled').due[incident.highestSeverity];
  const after = typeof due === 'string' ? undefined : due?.[0];
  if (!restoredAt || restoredSeq === undefined || after === undefined) return [];
  const open = fixes.find((fix) => !fix.settled);
  const settledAt = fixes
    .flatMap((fix) => fix.settledAt ?? [])
    .toSorted(Temporal.Instant.compare)
    .at(-1);
  return [
    promise(policy, 'fix_settled', {
      cycle: restoredSeq,
      ownerId: open?.ownerId ?? lead?.personId,
      openedAt: restoredAt,
      dueAt: restoredAt.add({ milliseconds: after }),
      ...keptAt(open ? undefined : later(settledAt ?? restoredAt, restoredAt)),
    }),
  ];
}

function fixesRemoved(incident: Incident, fixes: Action[], policy: Policy): Owed[] {
  return fixes.flatMap(({ removal }) =>
    removal
      ? [
          promise(policy, 'fix_removed', {
            cycle: removal.seq,
            ownerId: removal.ownerId,
            openedAt: removal.openedAt,
            dueAt: endOfWorkingDay(removal.by, incident.zone),
            ...keptAt(removal.goneAt),
          }),
        ]
      : [],
  );
}
