/** How one client's own clock stands in an incident: its contract, when it was told, what it alone was promised. Pure. */
import type { FactOf } from './facts.ts';
import { isHigher } from './severity.ts';
import type { ClientClock, Incident, Severity, UpdateKind, UpdateSent } from './types.ts';

type Clocks = Record<string, ClientClock>;
type Changed = { clientClocks?: Clocks };

const MINUTE = 60_000;
const TO_ALL_WHO_WERE_TOLD: UpdateKind[] = ['final', 'stand_down', 'correction'];

/** Incidents declared before there were contracts have none. */
export function clocksOf(incident: Pick<Incident, 'clientClocks'>): Clocks {
  return incident.clientClocks ?? {};
}

/** @returns milliseconds; undefined when no contract sets a cadence for the severity that it has now */
export function contractCadence(
  incident: Pick<Incident, 'clientClocks' | 'severity'>,
  clientId: string,
): number | undefined {
  const minutes = clocksOf(incident)[clientId]?.contract?.cadenceMinutes[incident.severity];
  return minutes === undefined ? undefined : minutes * MINUTE;
}

/** The policy tells nobody of a P3 by itself; a contract does when it names a cadence for it. */
export function coversSeverity({ contract }: ClientClock, severity: Severity): boolean {
  return severity !== 'P3' || contract?.cadenceMinutes.P3 !== undefined;
}

/** A message to one client and nobody else is about the promise to that client alone; endings go to all who were told. */
export function isForOneClient(
  incident: Pick<Incident, 'restricted' | 'drill'>,
  update: Pick<UpdateSent, 'kind' | 'clientIds' | 'toAffected' | 'internal' | 'publicPage'>,
): boolean {
  return (
    !incident.restricted &&
    !incident.drill &&
    !update.internal &&
    !update.publicPage &&
    !update.toAffected &&
    update.clientIds.length === 1 &&
    !TO_ALL_WHO_WERE_TOLD.includes(update.kind)
  );
}

/** What was agreed when it began stays for this incident, as its policy does. */
export function contractsNoted(incident: Incident, fact: FactOf<'contracts_noted'>): Changed {
  const clocks = { ...clocksOf(incident) };
  for (const clientId of fact.leftClientIds)
    if (clocks[clientId]) clocks[clientId] = { ...clocks[clientId], left: true };
  for (const { clientId, clientName, contract, since } of fact.clients) {
    const known = clocks[clientId];
    clocks[clientId] = known
      ? { ...known, left: false }
      : { name: clientName, contract, startsAt: since, seq: fact.seq, left: false };
  }
  return { clientClocks: clocks };
}

export function clientReported(incident: Incident, fact: FactOf<'client_reported'>): Changed {
  const clock = clocksOf(incident)[fact.clientId];
  if (!clock || clock.reportedAt) return {};
  return withClock(incident, fact.clientId, {
    ...clock,
    reportedAt: fact.happenedAt,
    reportedSeq: fact.seq,
  });
}

/** A person's message: it keeps what its readers alone were promised, and opens what their contract asks next. */
export function clientsHeard(incident: Incident, fact: FactOf<'update_sent'>): Changed {
  const { update, onlyClientId, happenedAt: at } = fact;
  const over = update.kind === 'final' || update.kind === 'stand_down';
  const common = onlyClientId ? incident.promisedUpdate?.dueAt : update.nextAt;
  return eachClock(incident, (clock, clientId) => {
    const reader = update.clientIds.includes(clientId);
    if (!reader) return onlyClientId || over ? clock : left(clock, incident.severity, common, fact.seq);
    const named = onlyClientId ? update.nextAt : undefined;
    return {
      ...clock,
      toldAt: clock.toldAt ?? at,
      heardAt: at,
      kept: clock.promised ? { ...clock.promised, at } : clock.kept,
      promised: over
        ? undefined
        : promisedTo(clock, { severity: incident.severity, from: at, named, common, seq: fact.seq }),
    };
  });
}

/** A message to the others covers this client no longer: its contract alone times us from what it heard last. */
function left(
  clock: ClientClock,
  severity: Severity,
  common: Temporal.Instant | undefined,
  seq: number,
): ClientClock {
  if (!clock.heardAt || clock.promised) return clock;
  return { ...clock, promised: promisedTo(clock, { severity, from: clock.heardAt, common, seq }) };
}

/** A call that reached somebody is a message to this client alone; without a cadence it names no next time and keeps none. */
export function clientCalled(incident: Incident, fact: FactOf<'client_called'>): Changed {
  const clock = clocksOf(incident)[fact.clientId];
  if (!clock || !fact.reached) return {};
  const at = fact.happenedAt;
  const called = { ...clock, toldAt: clock.toldAt ?? at, calledAt: clock.calledAt ?? at, heardAt: at };
  if (clock.contract?.cadenceMinutes[incident.severity] === undefined)
    return withClock(incident, fact.clientId, called);
  const common = incident.promisedUpdate?.dueAt;
  return withClock(incident, fact.clientId, {
    ...called,
    kept: clock.promised ? { ...clock.promised, at } : clock.kept,
    promised: promisedTo(clock, { severity: incident.severity, from: at, common, seq: fact.seq }),
  });
}

/** A raise brings the shorter cadence at once; on lowering, what was promised stands. */
export function clocksRaised(
  incident: Incident,
  to: Severity,
  common: Temporal.Instant | undefined,
  fact: { happenedAt: Temporal.Instant; seq: number },
): Changed {
  if (!isHigher(to, incident.severity)) return {};
  const at = fact.happenedAt;
  return eachClock(incident, (clock) => {
    if (!clock.toldAt)
      return !coversSeverity(clock, incident.severity) && coversSeverity(clock, to)
        ? { ...clock, startsAt: later(clock.startsAt, at) }
        : clock;
    const raised = promisedTo(clock, { severity: to, from: at, common, seq: fact.seq });
    if (!clock.promised) return { ...clock, promised: raised };
    return raised && Temporal.Instant.compare(raised.dueAt, clock.promised.dueAt) < 0
      ? { ...clock, promised: { ...clock.promised, dueAt: raised.dueAt } }
      : clock;
  });
}

/** A merge must not break silently what the other incident promised a client. */
export function clocksMerged(incident: Incident, fact: FactOf<'merged_in'>): Changed {
  const clocks = { ...clocksOf(incident) };
  for (const [clientId, other] of Object.entries(fact.clientClocks ?? {})) {
    const own = clocks[clientId];
    const promised = earliest([own?.promised?.dueAt, other.promised?.dueAt]);
    clocks[clientId] = {
      ...other,
      ...own,
      seq: own?.seq ?? fact.seq,
      // What was kept there is a row there.
      kept: own?.kept,
      toldAt: earliest([own?.toldAt, other.toldAt]),
      calledAt: earliest([own?.calledAt, other.calledAt]),
      promised: promised && {
        seq: own?.promised?.seq ?? fact.seq,
        openedAt: own?.promised?.openedAt ?? fact.happenedAt,
        dueAt: promised,
      },
    };
  }
  return { clientClocks: clocks };
}

/**
 * What this client alone is promised: the time named to it, or its cadence, whichever comes first.
 * @returns undefined when the common update comes as early: then that one covers it
 */
function promisedTo(
  clock: ClientClock,
  what: {
    severity: Severity;
    from: Temporal.Instant;
    named?: Temporal.Instant | undefined;
    common: Temporal.Instant | undefined;
    seq: number;
  },
): ClientClock['promised'] {
  const cadence = clock.contract?.cadenceMinutes[what.severity];
  const dueAt = earliest([
    what.named,
    cadence === undefined ? undefined : what.from.add({ milliseconds: cadence * MINUTE }),
  ]);
  if (!dueAt || (what.common && Temporal.Instant.compare(dueAt, what.common) >= 0)) return undefined;
  return { seq: what.seq, openedAt: what.from, dueAt };
}

function eachClock(
  incident: Incident,
  change: (clock: ClientClock, clientId: string) => ClientClock,
): Changed {
  const clocks = Object.entries(clocksOf(incident));
  if (!clocks.length) return {};
  return {
    clientClocks: Object.fromEntries(
      clocks.map(([clientId, clock]) => [clientId, clock.left ? clock : change(clock, clientId)]),
    ),
  };
}

function withClock(incident: Incident, clientId: string, clock: ClientClock): Changed {
  return { clientClocks: { ...clocksOf(incident), [clientId]: clock } };
}

function later(one: Temporal.Instant, other: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(one, other) >= 0 ? one : other;
}

function earliest(times: (Temporal.Instant | undefined)[]): Temporal.Instant | undefined {
  return times.filter((each) => each !== undefined).toSorted(Temporal.Instant.compare)[0];
}
