/** Decisions about what changed: when it began, which change is suspected or ruled out, that none is, and what set it off. */
import { Refused } from '#platform/errors.ts';
import type { Command } from './commands.ts';
import { type Circumstances, needs, reasoned } from './decide.ts';
import type { FactBody } from './facts.ts';
import type { Incident, Trigger } from './types.ts';

export type TriageCommand = Extract<
  Command,
  {
    type:
      | 'date_impact'
      | 'suspect_change'
      | 'suspect_none'
      | 'rule_out_change'
      | 'review_what_changed'
      | 'name_trigger';
  }
>;

export function decideTriage(incident: Incident, command: TriageCommand, { now }: Circumstances): FactBody[] {
  switch (command.type) {
    case 'date_impact':
      return dateImpact(incident, command, now);
    case 'suspect_change':
      return incident.suspects[command.changeId]?.state === 'suspect'
        ? []
        : [{ kind: 'change_suspected', changeId: command.changeId, summary: command.summary }];
    case 'suspect_none':
      return [
        { kind: 'no_change_suspected', reason: reasoned(command.reason, 'Saying that it is no change') },
      ];
    case 'rule_out_change':
      return [
        {
          kind: 'change_ruled_out',
          changeId: command.changeId,
          summary: command.summary,
          reason: reasoned(command.reason, 'Ruling a change out'),
        },
      ];
    case 'review_what_changed':
      needs(incident, ['detected', 'confirmed', 'restored'], 'reviewed', 'It is over.');
      return incident.whatChangedReviewedAt
        ? []
        : [{ kind: 'what_changed_reviewed', note: command.note.trim() }];
    case 'name_trigger':
      needs(
        incident,
        ['restored', 'resolved', 'closed'],
        'given a trigger',
        'Restore first; what set it off is asked afterwards.',
      );
      return same(incident.trigger, command.trigger)
        ? []
        : [{ kind: 'trigger_named', trigger: command.trigger }];
  }
}

function dateImpact(
  incident: Incident,
  { impactStartedAt, uncertaintyMinutes }: Extract<Command, { type: 'date_impact' }>,
  now: Temporal.Instant,
): FactBody[] {
  if (Temporal.Instant.compare(impactStartedAt, now) > 0)
    throw new Refused('invalid', 'That time is still to come.', { mend: 'Say when users began to feel it.' });
  const known = incident.impactStartedAt;
  return known?.equals(impactStartedAt) && incident.impactUncertaintyMinutes === uncertaintyMinutes
    ? []
    : [{ kind: 'impact_dated', impactStartedAt, uncertaintyMinutes }];
}

function same(one: Trigger | undefined, other: Trigger): boolean {
  if (one?.kind === 'change') return other.kind === 'change' && one.changeId === other.changeId;
  return one?.kind === 'not_a_change' && other.kind === 'not_a_change' && one.what === other.what;
}
