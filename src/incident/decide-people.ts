/** Decisions about who has it: acknowledging, roles, staying alone, who may see it. */
import { Refused } from '#platform/errors.ts';
import type { Command } from './commands.ts';
import { type Circumstances, needs, reasoned } from './decide.ts';
import type { FactBody, PersonRef } from './facts.ts';
import type { Incident, RoleName } from './types.ts';

const OPEN: Incident['state'][] = ['detected', 'confirmed', 'restored', 'resolved'];

type PeopleCommand = Extract<
  Command,
  {
    type:
      | 'acknowledge'
      | 'acknowledge_upstream'
      | 'record_page'
      | 'take_role'
      | 'offer_role'
      | 'leave_role'
      | 'stay_alone'
      | 'restrict'
      | 'change_viewers';
  }
>;

export function decidePeople(
  incident: Incident,
  command: PeopleCommand,
  { actor }: Circumstances,
): FactBody[] {
  switch (command.type) {
    case 'acknowledge':
      return acknowledge(incident, command);
    case 'acknowledge_upstream':
      return [{ kind: 'acknowledged_upstream', source: command.source }];
    case 'record_page':
      return [command.fact];
    case 'take_role':
      return takeRole(incident, command);
    case 'offer_role':
      return offerRole(incident, command.role, command.to);
    case 'leave_role':
      return holds(incident, command.role, command.who)
        ? [{ kind: 'role_left', role: command.role, who: command.who }]
        : [];
    case 'stay_alone':
      needs(incident, ['detected', 'confirmed'], 'worked on alone', 'It is over; nothing has to be said.');
      return [{ kind: 'stayed_alone', reason: reasoned(command.reason, 'Staying alone') }];
    case 'restrict':
      return [{ kind: 'restricted', viewers: viewersWith(command.viewers, actor.personId) }];
    case 'change_viewers':
      if (!incident.restricted)
        throw new Refused('conflict', 'Everybody may see this incident.', { mend: 'Restrict it first.' });
      return [{ kind: 'viewers_changed', viewers: viewersWith(command.viewers, actor.personId) }];
  }
}

function viewersWith(viewers: string[], personId: string | undefined): string[] {
  const all = [...new Set([...viewers, ...(personId ? [personId] : [])])];
  if (all.length === 0)
    throw new Refused('invalid', 'A restricted incident needs at least one person who may see it.', {
      mend: 'Name them.',
    });
  return all;
}

function acknowledge(incident: Incident, command: Extract<Command, { type: 'acknowledge' }>): FactBody[] {
  needs(incident, OPEN, 'acknowledged', 'It is over; nothing has to be done.');
  const { by, zone = 'UTC' } = command;
  const first = !incident.acknowledgedBy && !incident.lead;
  const facts: FactBody[] = [
    { kind: 'acknowledged', by, via: command.via, noComputer: command.noComputer ?? false },
  ];
  if (first && !command.noComputer)
    for (const role of ['lead', 'comms'] as const)
      facts.push({ kind: 'role_taken', role, who: by, zone, how: 'first_acknowledger' });
  const second =
    !first && incident.lead?.personId !== by.personId && incident.hands.length === 0 && !command.noComputer;
  if (second)
    facts.push(
      takesOver(incident)
        ? lead(by, zone)
        : { kind: 'role_taken', role: 'hands', who: by, zone, how: 'second_person' },
    );
  return facts;
}

/** Somebody acknowledged from afar and nobody leads: the next one who can work leads. */
function takesOver(incident: Incident): boolean {
  return !incident.lead;
}

function lead(who: PersonRef, zone: string): FactBody {
  return { kind: 'role_taken', role: 'lead', who, zone, how: 'first_acknowledger' };
}

function takeRole(incident: Incident, command: Extract<Command, { type: 'take_role' }>): FactBody[] {
  needs(incident, OPEN, 'taken on', 'Reopen it if it is back.');
  const { role, who } = command;
  if (holds(incident, role, who)) return [];
  const inP1 = incident.severity === 'P1' && !incident.staysAlone;
  if (inP1 && role === 'hands' && incident.lead?.personId === who.personId)
    throw new Refused('conflict', 'In a P1 the lead decides and does not repair.', {
      mend: 'Give the lead away first, or say that you stay alone and why.',
    });
  const facts: FactBody[] = [
    { kind: 'role_taken', role, who, zone: command.zone ?? 'UTC', how: command.how },
  ];
  if (inP1 && role === 'lead' && holds(incident, 'hands', who))
    facts.push({ kind: 'role_left', role: 'hands', who });
  return facts;
}

function offerRole(incident: Incident, role: RoleName, to: PersonRef): FactBody[] {
  needs(incident, OPEN, 'handed over', 'Reopen it if it is back.');
  if (role !== 'hands' && !incident[role])
    throw new Refused('conflict', `Nobody holds the role ${role}.`, { mend: 'It can simply be taken.' });
  if (holds(incident, role, to)) throw new Refused('conflict', `${to.name} holds it already.`);
  return [{ kind: 'role_offered', role, to }];
}

export function holds(incident: Incident, role: RoleName, who: PersonRef): boolean {
  if (role === 'hands') return incident.hands.some((each) => each.personId === who.personId);
  return incident[role]?.personId === who.personId;
}
