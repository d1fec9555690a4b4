/** What a stricter contract makes us owe one client alone: its first message, its next update, a call. Pure. */
import { owedTo } from '#promise/kind.ts';
import type { Owed } from '#promise/owed.ts';
import { type Policy, ruleOf } from '#promise/policy.ts';
import { clocksOf, coversSeverity } from './client-clocks.ts';
import type { ClientClock, Incident } from './types.ts';

const MINUTE = 60_000;

/** `firstMessageDueAt`: when everybody is owed the first message; a contract that is no stricter opens nothing. */
export type Common = { ownerId: string | undefined; firstMessageDueAt: Temporal.Instant | undefined };

type What = Pick<Owed, 'cycle' | 'openedAt' | 'dueAt' | 'state' | 'endedAt'>;

export function owedToClients(incident: Incident, policy: Policy, common: Common): Owed[] {
  return Object.entries(clocksOf(incident)).flatMap(([clientId, clock]) => {
    const made =
      (rule: string) =>
      (what: What): Owed => {
        const { ladder, repeatLastAfter } = ruleOf(policy, rule);
        return { kind: owedTo(rule, clientId), ladder, repeatLastAfter, ownerId: common.ownerId, ...what };
      };
    if (clock.left) return [];
    return [
      ...firstMessage(incident, clock, common.firstMessageDueAt).map(made('client_first_message')),
      ...nextUpdate(incident, clock).map(made('client_next_update')),
      ...call(incident, clock, policy).map(made('client_call')),
    ];
  });
}

function running({ state }: Incident): boolean {
  return state === 'detected' || state === 'confirmed' || state === 'restored' || state === 'resolved';
}

type Start = { at: Temporal.Instant; cycle: number };

/** From our detection or from their report, or from when it came back, if nothing was done before. */
function startOf(
  incident: Incident,
  clock: ClientClock,
  doneAt: Temporal.Instant | undefined,
): Start | undefined {
  const { reopenedAt, reopenedSeq } = incident;
  const reported = clock.contract?.clock === 'report';
  const at = reported ? clock.reportedAt : clock.startsAt;
  const cycle = reported ? clock.reportedSeq : clock.seq;
  if (!at || cycle === undefined || !clock.contract) return undefined;
  // A restricted incident is told only to those whom somebody names; until then nothing is owed.
  if (incident.restricted && !clock.toldAt) return undefined;
  if (!coversSeverity(clock, incident.severity)) return undefined;
  if (!reopenedAt || reopenedSeq === undefined || (doneAt && before(doneAt, reopenedAt)))
    return { at, cycle };
  return { at: before(at, reopenedAt) ? reopenedAt : at, cycle: reopenedSeq };
}

function firstMessage(
  incident: Incident,
  clock: ClientClock,
  commonDueAt: Temporal.Instant | undefined,
): What[] {
  const within = clock.contract?.firstResponseMinutes ?? undefined;
  const start = startOf(incident, clock, clock.toldAt);
  if (within === undefined || !start || (clock.toldAt && !before(start.at, clock.toldAt))) return [];
  const dueAt = start.at.add({ milliseconds: within * MINUTE });
  if (commonDueAt && !before(dueAt, commonDueAt)) return [];
  return ended(incident, clock.toldAt, { cycle: start.cycle, openedAt: start.at, dueAt });
}

function call(incident: Incident, clock: ClientClock, policy: Policy): What[] {
  const start = startOf(incident, clock, clock.calledAt);
  const due = ruleOf(policy, 'client_call').due[incident.severity];
  const byPolicy = typeof due === 'string' ? undefined : due?.[0];
  const response = clock.contract?.firstResponseMinutes;
  const within = response ? response * MINUTE : byPolicy;
  if (!clock.contract?.needsCall || within === undefined || !start) return [];
  if (clock.calledAt && !before(start.at, clock.calledAt)) return [];
  const dueAt = start.at.add({ milliseconds: within });
  return ended(incident, clock.calledAt, { cycle: start.cycle, openedAt: start.at, dueAt });
}

function ended(
  incident: Incident,
  doneAt: Temporal.Instant | undefined,
  what: Pick<What, 'cycle' | 'openedAt' | 'dueAt'>,
): What[] {
  if (doneAt) return [{ ...what, state: 'kept', endedAt: doneAt }];
  const waived = incident.firstMessage?.notNeeded ? incident.firstMessage.at : undefined;
  if (waived) return [{ ...what, state: 'waived', endedAt: waived }];
  return running(incident) ? [{ ...what, state: 'open' }] : [];
}

function nextUpdate(incident: Incident, { kept, promised }: ClientClock): What[] {
  const list: What[] = [];
  if (kept)
    list.push({
      cycle: kept.seq,
      openedAt: kept.openedAt,
      dueAt: kept.dueAt,
      state: 'kept',
      endedAt: kept.at,
    });
  if (promised && running(incident))
    list.push({
      cycle: promised.seq,
      openedAt: promised.openedAt,
      dueAt: promised.dueAt,
      state: 'open',
    });
  return list;
}

function before(one: Temporal.Instant, other: Temporal.Instant): boolean {
  return Temporal.Instant.compare(one, other) < 0;
}
