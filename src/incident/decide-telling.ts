/** Decisions about what people are told. A message without the time of the next one cannot be sent, unless it is the last. */
import { Refused } from '#platform/errors.ts';
import { clocksOf, isForOneClient } from './client-clocks.ts';
import type { Command } from './commands.ts';
import { type Circumstances, needs, reasoned } from './decide.ts';
import type { FactBody } from './facts.ts';
import type { Incident, State, UpdateKind, UpdateSent } from './types.ts';

type TellingCommand = Extract<
  Command,
  {
    type:
      | 'skip_first_message'
      | 'send_update'
      | 'skip_message'
      | 'owe_correction'
      | 'stretch_cadence'
      | 'record_client_report'
      | 'log_call';
  }
>;

const OPEN: State[] = ['detected', 'confirmed', 'restored', 'resolved'];
// Clients' clocks and ours differ; a time that has just passed is still the one they meant.
const CADENCE_GRACE_MILLISECONDS = 60_000;

export function decideTelling(
  incident: Incident,
  command: TellingCommand,
  circumstances: Circumstances,
): FactBody[] {
  switch (command.type) {
    case 'skip_first_message':
      needs(incident, OPEN, 'kept quiet about', 'It is over.');
      if (incident.firstMessage)
        throw new Refused('conflict', 'The first message has been dealt with already.');
      return [{ kind: 'first_message_not_needed', reason: reasoned(command.reason, 'Not telling anybody') }];
    case 'send_update':
      return send(incident, command.update, circumstances);
    case 'skip_message':
      return [
        { kind: 'message_not_owed', what: command.what, reason: reasoned(command.reason, 'Not sending it') },
      ];
    case 'owe_correction':
      return incident.updatesSent
        ? [{ kind: 'correction_owed', what: reasoned(command.what, 'A correction') }]
        : [];
    case 'stretch_cadence':
      return stretch(incident, command, circumstances);
    case 'record_client_report':
      needs(incident, OPEN, 'reported', 'It is over; declare what they report now as a new incident.');
      return clocksOf(incident)[command.clientId]?.reportedAt
        ? []
        : [{ kind: 'client_reported', clientId: command.clientId, clientName: command.clientName }];
    case 'log_call': {
      const { type: _, ...call } = command;
      return [{ kind: 'client_called', ...call, said: reasoned(call.said, 'A call') }];
    }
  }
}

const STATES: Record<UpdateKind, State[]> = {
  first: ['detected', 'confirmed', 'restored'],
  next: OPEN,
  works_again: ['restored', 'resolved'],
  is_back: ['detected', 'confirmed'],
  stand_down: ['dismissed'],
  correction: [...OPEN, 'dismissed', 'closed'],
  final: ['resolved', 'closed'],
  late: OPEN,
};

const WITHOUT_NEXT: UpdateKind[] = ['final', 'stand_down', 'correction'];

function send(incident: Incident, update: UpdateSent, circumstances: Circumstances): FactBody[] {
  needs(
    incident,
    STATES[update.kind],
    `told about with a message of the kind "${update.kind}"`,
    'Choose the message that fits its state.',
  );
  if (update.kind === 'first' && incident.firstMessage && !incident.firstMessage.notNeeded)
    throw new Refused('conflict', 'The first message has been sent already.', {
      mend: 'Send an update instead.',
    });
  if (update.kind === 'final' && incident.finalMessageAt)
    throw new Refused('conflict', 'The final message has been sent already.', {
      mend: 'Send a correction instead.',
    });
  if (incident.restricted && update.publicPage)
    throw new Refused('conflict', 'A restricted incident is never on the public page.', {
      mend: 'Send it to named clients only.',
    });
  if (!update.impact.trim())
    throw new Refused('invalid', 'The message does not say who cannot do what.', {
      mend: 'Fill in the impact.',
    });
  if (!update.action.trim())
    throw new Refused('invalid', 'The message does not say what is being done.', {
      mend: 'Fill in the action.',
    });
  const onlyClientId = isForOneClient(incident, update) ? update.clientIds[0] : undefined;
  checkNextTime(incident, update, circumstances, onlyClientId);
  return [{ kind: 'update_sent', update, ...(onlyClientId ? { onlyClientId } : {}) }];
}

function checkNextTime(
  incident: Incident,
  update: UpdateSent,
  { now, policy }: Circumstances,
  onlyClientId: string | undefined,
): void {
  if (!update.nextAt) {
    if (WITHOUT_NEXT.includes(update.kind)) return;
    throw new Refused('invalid', 'The message does not name the time of the next one.', {
      mend: 'Every message names the next one; only the last does not.',
    });
  }
  if (Temporal.Instant.compare(update.nextAt, now) <= 0)
    throw new Refused('invalid', 'The time of the next message has passed.', {
      mend: 'Name a time that is still to come.',
    });
  // The machine names when a person will have spoken, which is late by every contract already.
  if (onlyClientId && !update.automatic) checkContract(incident, update.nextAt, onlyClientId, now);
  const cadence = policy.cadence[incident.severity];
  if (cadence === undefined || update.automatic) return;
  const latest = now.add({ milliseconds: cadence * incident.cadenceStretch + CADENCE_GRACE_MILLISECONDS });
  if (Temporal.Instant.compare(update.nextAt, latest) > 0)
    throw new Refused(
      'invalid',
      `A ${incident.severity} is told about at least every ${Math.round((cadence * incident.cadenceStretch) / 60_000)} minutes.`,
      {
        mend: 'Name an earlier time; after two hours the lead may stretch the cadence.',
      },
    );
}

/** Whatever the common cadence is, and however it was stretched: a contract is not stretched. */
function checkContract(
  incident: Incident,
  nextAt: Temporal.Instant,
  clientId: string,
  now: Temporal.Instant,
): void {
  const clock = clocksOf(incident)[clientId];
  const minutes = clock?.contract?.cadenceMinutes[incident.severity];
  if (!clock || minutes === undefined) return;
  const latest = now.add({ milliseconds: minutes * 60_000 + CADENCE_GRACE_MILLISECONDS });
  if (Temporal.Instant.compare(nextAt, latest) > 0)
    throw new Refused('invalid', `${clock.name} is told at least every ${minutes} minutes, by contract.`, {
      mend: 'Name an earlier time.',
    });
}

function stretch(
  incident: Incident,
  command: Extract<Command, { type: 'stretch_cadence' }>,
  { now, actor, policy }: Circumstances,
): FactBody[] {
  needs(incident, ['confirmed', 'restored'], 'stretched', 'The cadence runs only while it is open.');
  if (!incident.lead || incident.lead.personId !== actor.personId)
    throw new Refused('forbidden', 'Only the lead stretches the cadence.', {
      mend: 'Ask the lead, or take the lead first.',
    });
  if (command.factor < 1 || command.factor > policy.cadenceStretchMax)
    throw new Refused(
      'invalid',
      `The cadence can be stretched to at most ${policy.cadenceStretchMax} times.`,
    );
  const since = now.epochMilliseconds - incident.detectedAt.epochMilliseconds;
  if (command.factor > 1 && since < policy.cadenceStretchAfter)
    throw new Refused(
      'conflict',
      `The cadence can be stretched ${Math.round(policy.cadenceStretchAfter / 3_600_000)} hours after detection, not before.`,
    );
  return [
    {
      kind: 'cadence_stretched',
      factor: command.factor,
      reason: reasoned(command.reason, 'Stretching the cadence'),
    },
  ];
}
