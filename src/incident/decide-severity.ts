/** Decisions about whether it is real and how bad it is. Anyone may raise the severity; only the lead lowers it, with a reason. */
import { Refused } from '#platform/errors.ts';
import type { Policy } from '#promise/policy.ts';
import type { Command } from './commands.ts';
import { type Circumstances, needs, reasoned } from './decide.ts';
import { personOf } from './evolve.ts';
import type { FactBody } from './facts.ts';
import { isHigher, severityOf } from './severity.ts';
import type { Actor, Incident, Severity } from './types.ts';

const OPEN: Incident['state'][] = ['detected', 'confirmed', 'restored', 'resolved'];

type SeverityCommand = Extract<Command, { type: 'confirm' | 'classify' | 'raise' | 'lower' | 'check_data' }>;

export function decideSeverity(
  incident: Incident,
  command: SeverityCommand,
  { now, actor, policy }: Circumstances,
): FactBody[] {
  switch (command.type) {
    case 'confirm':
      return confirm(incident, command, actor);
    case 'classify':
      return classify(incident, command, { now, actor, policy });
    case 'raise':
      needs(incident, OPEN, 'raised', 'Reopen it if it is back.');
      if (!isHigher(command.to, incident.severity))
        throw new Refused('conflict', `It is ${incident.severity} already.`, {
          mend: 'Lowering is for the lead, with a reason.',
        });
      return [raised(incident, command.to, reasoned(command.reason, 'Raising the severity'), now, policy)];
    case 'lower':
      return lower(incident, command, actor);
    case 'check_data':
      return checkData(incident, command, now, policy);
  }
}

function confirm(
  incident: Incident,
  command: Extract<Command, { type: 'confirm' }>,
  actor: Actor,
): FactBody[] {
  needs(
    incident,
    ['detected'],
    'confirmed',
    incident.state === 'dismissed' ? 'Reopen it if it was real after all.' : 'It has been confirmed already.',
  );
  const evidence = command.evidence.trim();
  if (!evidence)
    throw new Refused('invalid', 'Confirming records that a person looked.', {
      mend: 'Write what you saw, for example "three failed test payments", or paste a link.',
    });
  const by = command.by ?? personOf(actor);
  return [...firstLook(incident, by), { kind: 'confirmed', evidence }];
}

/** Who confirms without having been paged has it: first acknowledger, lead and comms. */
function firstLook(incident: Incident, by: { personId: string; name: string } | undefined): FactBody[] {
  if (!by || incident.acknowledgedBy || incident.lead) return [];
  const zone = incident.zone;
  return [
    { kind: 'acknowledged', by, via: 'confirmation', noComputer: false },
    { kind: 'role_taken', role: 'lead', who: by, zone, how: 'first_acknowledger' },
    { kind: 'role_taken', role: 'comms', who: by, zone, how: 'first_acknowledger' },
  ];
}

function classify(
  incident: Incident,
  command: Extract<Command, { type: 'classify' }>,
  { now, actor, policy }: Circumstances,
): FactBody[] {
  needs(incident, OPEN, 'classified', 'Reopen it if it is back.');
  const severity = severityOf(command.answers);
  if (incident.classified && isHigher(incident.severity, severity))
    mayLower(incident, actor, command.reason ?? '');
  const updateDueAt = isHigher(severity, incident.severity)
    ? earlierUpdate(incident, severity, now, policy)
    : undefined;
  return [
    {
      kind: 'classified',
      answers: command.answers,
      severity,
      from: incident.severity,
      usersAffected: command.usersAffected,
      updateDueAt,
    },
  ];
}

function lower(incident: Incident, command: Extract<Command, { type: 'lower' }>, actor: Actor): FactBody[] {
  needs(incident, OPEN, 'lowered', 'Reopen it if it is back.');
  if (!isHigher(incident.severity, command.to))
    throw new Refused('conflict', `It is ${incident.severity}, which is not higher than ${command.to}.`);
  return [
    {
      kind: 'severity_lowered',
      from: incident.severity,
      to: command.to,
      reason: mayLower(incident, actor, command.reason),
    },
  ];
}

function mayLower(incident: Incident, actor: Actor, reason: string): string {
  if (!incident.lead || incident.lead.personId !== actor.personId)
    throw new Refused('forbidden', 'Only the lead lowers the severity.', {
      mend: incident.lead ? `Ask ${incident.lead.name}, or take the lead first.` : 'Take the lead first.',
    });
  return reasoned(reason, 'Lowering the severity');
}

function checkData(
  incident: Incident,
  command: Extract<Command, { type: 'check_data' }>,
  now: Temporal.Instant,
  policy: Policy,
): FactBody[] {
  if (incident.data === command.result) return [];
  const checked: FactBody = {
    kind: 'data_checked',
    result: command.result,
    note: reasoned(command.note, 'What you found about the data'),
  };
  if (command.result === 'safe' || incident.severity === 'P1') return [checked];
  return [checked, raised(incident, 'P1', 'data is affected', now, policy)];
}

/** The fact that the severity rose, with the promised update moved to the earlier of its time and now plus the new cadence. */
export function raised(
  incident: Incident,
  to: Severity,
  reason: string,
  now: Temporal.Instant,
  policy: Policy,
): FactBody {
  return {
    kind: 'severity_raised',
    from: incident.severity,
    to,
    reason,
    updateDueAt: earlierUpdate(incident, to, now, policy),
  };
}

function earlierUpdate(
  incident: Incident,
  to: Severity,
  now: Temporal.Instant,
  policy: Policy,
): Temporal.Instant | undefined {
  const promised = incident.promisedUpdate?.dueAt;
  const cadence = policy.cadence[to];
  if (!promised || cadence === undefined) return undefined;
  const byCadence = now.add({ milliseconds: cadence });
  return Temporal.Instant.compare(byCadence, promised) < 0 ? byCadence : undefined;
}
