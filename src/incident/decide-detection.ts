/** Decisions about how an incident begins: declaration, and alerts that join it, recover or come back. */
import { Refused } from '#platform/errors.ts';
import type { Policy } from '#promise/policy.ts';
import type { Command, Declare } from './commands.ts';
import type { Circumstances } from './decide.ts';
import { raised } from './decide-severity.ts';
import type { FactBody } from './facts.ts';
import { isSameCheck } from './firing.ts';
import { higherOf, isHigher } from './severity.ts';
import type { AlertSeen, Incident, Severity } from './types.ts';

const TITLE_CHARACTERS_MAX = 300;
// More than these are counted, not told one by one: a storm must not bury the timeline.
const ALERTS_TOLD_MAX = 10;

export function decideDeclaration(
  incident: Incident | undefined,
  command: Declare,
  { now }: Circumstances,
): FactBody[] {
  if (incident) throw new Refused('conflict', 'This incident has been declared already.');
  const title = command.title.trim().slice(0, TITLE_CHARACTERS_MAX);
  if (!title)
    throw new Refused('invalid', 'An incident needs a few words on what is wrong.', {
      mend: 'Write what people cannot do.',
    });
  const viewers = command.restricted ? (command.viewers ?? []) : [];
  if (command.restricted && viewers.length === 0)
    throw new Refused('invalid', 'A restricted incident needs at least one person who may see it.', {
      mend: 'Name them.',
    });
  return [
    {
      kind: 'declared',
      title,
      number: command.number,
      reference: command.reference,
      severity: command.proposedSeverity ?? 'P1',
      severityBy: command.proposedSeverity ? 'rule' : 'default',
      rule: command.rule,
      noticed: command.noticed,
      serviceIds: [...new Set(command.serviceIds)],
      automatic: command.automatic ?? false,
      stormKey: command.stormKey,
      restricted: command.restricted ?? false,
      viewers,
      drill: command.drill ?? false,
      policyVersion: command.policyVersion,
      zone: command.zone ?? 'UTC',
      detectedAt:
        command.detectedAt && Temporal.Instant.compare(command.detectedAt, now) < 0
          ? command.detectedAt
          : now,
      splitFrom: command.splitFrom,
    },
    ...joined(command.alerts ?? []),
  ];
}

/** Another alert of one of its services that is no worse says nothing new: so many have been told of one by one. */
export function alertsJoinQuietly({ state, drill, quietSince, alerts, alertsMore }: Incident): boolean {
  const worked = state === 'detected' || state === 'confirmed';
  return worked && !drill && !quietSince && alerts.length + alertsMore >= ALERTS_TOLD_MAX;
}

function joined(alerts: AlertSeen[]): FactBody[] {
  const told = alerts.slice(0, ALERTS_TOLD_MAX);
  const facts: FactBody[] = told.map((alert) => ({ kind: 'alert_joined', alert }));
  return alerts.length > told.length
    ? [...facts, { kind: 'more_alerts_joined', count: alerts.length - told.length }]
    : facts;
}

export function decideAlerts(
  incident: Incident,
  command: Extract<Command, { type: 'join_alerts' | 'recover_alerts' }>,
  circumstances: Circumstances,
): FactBody[] {
  return command.type === 'join_alerts'
    ? join(incident, command.alerts, circumstances)
    : recover(incident, command);
}

function join(incident: Incident, alerts: AlertSeen[], { now, policy }: Circumstances): FactBody[] {
  const known = new Map(incident.alerts.map((alert) => [alert.alertId, alert]));
  const fresh = alerts.filter((alert) => !known.has(alert.alertId));
  const again = alerts.filter((alert) => known.get(alert.alertId)?.firing === false);
  if (fresh.length + again.length === 0) return [];
  const facts: FactBody[] = [
    ...again.map(
      (alert): FactBody => ({ kind: 'alert_fired_again', alertId: alert.alertId, title: alert.title }),
    ),
    ...joined(fresh),
  ];
  facts.push(...widened(incident, alerts), ...worse(incident, alerts, now, policy));
  const reason =
    proofFailed(incident, [...again, ...fresh]) ?? reopensBecause(incident, now, policy.refirePagesWithin);
  if (!reason) return facts;
  const broken: FactBody[] = incident.watch
    ? [{ kind: 'watch_broken', why: proofFailed(incident, [...again, ...fresh]) ?? 'an alert fired again' }]
    : [];
  return [...facts, ...broken, { kind: 'reopened', reason, byAlert: true }];
}

/** Alerts of a storm bring their services with them. */
function widened(incident: Incident, alerts: AlertSeen[]): FactBody[] {
  const added = [...new Set(alerts.flatMap((alert) => alert.serviceId ?? []))].filter(
    (id) => !incident.serviceIds.includes(id),
  );
  return added.length
    ? [{ kind: 'services_changed', serviceIds: [...incident.serviceIds, ...added], added, removed: [] }]
    : [];
}

/** Until a person has classified it, a worse proposal raises the severity. */
function worse(incident: Incident, alerts: AlertSeen[], now: Temporal.Instant, policy: Policy): FactBody[] {
  const proposed = alerts
    .flatMap((alert) => alert.proposes ?? [])
    .reduce<Severity>(higherOf, incident.severity);
  return !incident.classified && isHigher(proposed, incident.severity)
    ? [raised(incident, proposed, 'a rule proposes it for a further alert', now, policy)]
    : [];
}

/** The very check that stood for it being back is bad again. */
function proofFailed({ state, proof, alerts }: Incident, firing: AlertSeen[]): string | undefined {
  const stood = alerts.find((each) => each.alertId === proof?.alertId);
  const check = stood && firing.find((each) => isSameCheck(each, stood));
  return state === 'restored' && check ? `the proof failed: “${check.title}” fires again` : undefined;
}

/** An alert during the watch period, or soon after an incident recovered by itself, brings it back. */
function reopensBecause(
  incident: Incident,
  now: Temporal.Instant,
  refireWithinMilliseconds: number,
): string | undefined {
  if (incident.state === 'restored') return 'an alert fired within the watch period';
  if (incident.state === 'resolved') return 'an alert fired again';
  const dismissedAt = incident.dismissedAt;
  if (incident.state === 'dismissed' && incident.dismissal?.recoveredByItself && dismissedAt)
    return now.epochMilliseconds - dismissedAt.epochMilliseconds <= refireWithinMilliseconds
      ? 'it had recovered by itself and fires again'
      : undefined;
  return undefined;
}

function recover(incident: Incident, command: Extract<Command, { type: 'recover_alerts' }>): FactBody[] {
  const firing = new Set(incident.alerts.filter((alert) => alert.firing).map((alert) => alert.alertId));
  const known = command.alerts.filter((alert) => firing.has(alert.alertId));
  const allQuiet = command.stillFiring === 0;
  if (known.length === 0 && !(allQuiet && command.alerts.length > 0 && !incident.quietSince)) return [];
  const told = (known.length ? known : command.alerts).slice(0, ALERTS_TOLD_MAX);
  const more = command.alerts.length - told.length;
  return told.map((alert, index) => {
    const last = index === told.length - 1;
    return {
      kind: 'alert_recovered',
      alertId: alert.alertId,
      title: alert.title,
      more: last ? more : 0,
      allQuiet: last && allQuiet,
      ...(last ? { othersFiring: Math.max(0, command.stillFiring - (firing.size - known.length)) } : {}),
    };
  });
}
