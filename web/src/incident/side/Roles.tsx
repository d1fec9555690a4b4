/** Who leads, who speaks, who repairs: taken, given, offered or left in one tap. */
import { Menu, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import type { IncidentView, PersonView } from '#incident/view.ts';
import { useMayAct } from '../../api/session.ts';
import { useCommand, useLeaveRole } from '../command.ts';
import { isOver } from '../Header.tsx';
import { GiveRole, type RoleName } from './GiveRole.tsx';

type Props = { incident: IncidentView; me: string | null };
const NAMES: Record<RoleName, string> = { lead: 'Lead', comms: 'Comms', hands: 'Hands' };

export function Roles({ incident, me }: Props) {
  const [giving, setGiving] = useState<{ role: RoleName; how: 'given' | 'offered' }>();
  const mayAct = useMayAct() && !isOver(incident);
  return (
    <section className="section">
      <h2 className="label">Roles</h2>
      {(['lead', 'comms', 'hands'] as const).map((role) => (
        <div className="role" key={role}>
          <span className="quiet">{NAMES[role]}</span>
          <span>{words(incident, role, me)}</span>
          {mayAct ? (
            <Doings incident={incident} role={role} me={me} give={(how) => setGiving({ role, how })} />
          ) : null}
        </div>
      ))}
      {incident.staysAlone ? <p className="quiet small">Stays alone: {incident.staysAlone}</p> : null}
      {giving ? <GiveRole incident={incident} {...giving} close={() => setGiving(undefined)} /> : null}
    </section>
  );
}

function holders(incident: IncidentView, role: RoleName): PersonView[] {
  const held = incident.roles[role];
  return Array.isArray(held) ? held : held ? [held] : [];
}

function words(incident: IncidentView, role: RoleName, me: string | null): string {
  const names = holders(incident, role).map((each) => (each.personId === me ? 'you' : each.name));
  const offered = role === 'hands' ? null : incident.roles[role]?.offeredTo;
  if (names.length === 0) return 'nobody';
  return offered
    ? `${names.join(', ')}, offered to ${offered.personId === me ? 'you' : offered.name}`
    : names.join(', ');
}

function Doings({
  incident,
  role,
  me,
  give,
}: Props & { role: RoleName; give: (how: 'given' | 'offered') => void }) {
  const take = useCommand(incident.id, 'roles');
  const leave = useLeaveRole(incident.id);
  const call = useCommand(incident.id, 'calls', { said: 'The backup is being called.' });
  const held = holders(incident, role);
  const mine = held.some((each) => each.personId === me);
  const offeredToMe = role !== 'hands' && incident.roles[role]?.offeredTo?.personId === me;
  const busy = take.isPending || leave.isPending || call.isPending;
  if (busy) return <span className="quiet small">Sending…</span>;
  if (!mine && (held.length === 0 || offeredToMe))
    return (
      <button type="button" className="linkish" onClick={() => take.mutate({ role, how: 'taken' })}>
        {offeredToMe ? 'I have it' : 'take'}
        <VisuallyHidden> {NAMES[role]}</VisuallyHidden>
      </button>
    );
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <button type="button" className="linkish">
          {mine ? 'hand over' : 'change'}
          <VisuallyHidden> {NAMES[role]}</VisuallyHidden>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {mine ? null : (
          <Menu.Item onClick={() => take.mutate({ role, how: role === 'hands' ? 'taken' : 'relieved' })}>
            {role === 'hands' ? 'I join' : 'I take it: no hand-over'}
          </Menu.Item>
        )}
        {role === 'hands' ? null : (
          <Menu.Item onClick={() => give('offered')}>Offer it to somebody</Menu.Item>
        )}
        <Menu.Item onClick={() => give('given')}>
          {role === 'hands' ? 'Bring somebody in' : 'Give it to somebody'}
        </Menu.Item>
        <Menu.Item onClick={() => call.mutate({ level: 'backup', reason: `${NAMES[role]} is needed.` })}>
          Call the backup now
        </Menu.Item>
        {mine ? <Menu.Item onClick={() => leave.mutate(role)}>Leave it</Menu.Item> : null}
      </Menu.Dropdown>
    </Menu>
  );
}
