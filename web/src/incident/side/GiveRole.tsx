/** Giving a role is done; offering it waits until the other says "I have it". */
import { Modal } from '@mantine/core';
import { useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { PersonSelect } from '../../pieces/Choosers.tsx';
import { useCommand } from '../command.ts';

export type RoleName = 'lead' | 'comms' | 'hands';

type Props = { incident: IncidentView; role: RoleName; how: 'given' | 'offered'; close: () => void };

export function GiveRole({ incident, role, how, close }: Props) {
  const [personId, setPersonId] = useState<string | null>(null);
  const give = useCommand(incident.id, how === 'offered' ? 'roles/offers' : 'roles', { done: close });
  return (
    <Modal
      opened
      onClose={close}
      title={how === 'offered' ? `Offer ${role}` : role === 'hands' ? 'Bring somebody in' : `Give ${role}`}
    >
      <PersonSelect label="To whom?" value={personId} choose={setPersonId} />
      <ActButton
        mt="md"
        busy={give.isPending}
        disabled={!personId}
        onClick={() => give.mutate(how === 'offered' ? { role, personId } : { role, personId, how: 'given' })}
      >
        {how === 'offered' ? 'Offer it' : 'They have it'}
      </ActButton>
    </Modal>
  );
}
