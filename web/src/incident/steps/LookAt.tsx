/** A small thing gets an owner, so that it is not forgotten. */
import { useState } from 'react';
import { ActButton } from '../../pieces/ActButton.tsx';
import { Because } from '../../pieces/Because.tsx';
import { PersonSelect } from '../../pieces/Choosers.tsx';
import { useCommand } from '../command.ts';
import type { Step } from './acting.ts';

export function LookAt({ incident, me }: Step) {
  const [ownerId, setOwnerId] = useState<string | null>(me);
  const look = useCommand(incident.id, 'looking');
  const dismiss = useCommand<{ reason: string }>(incident.id, 'dismissal');
  const open = incident.state === 'detected' || incident.state === 'confirmed';
  return (
    <>
      <PersonSelect label="Who looks after it?" value={ownerId} choose={setOwnerId} />
      <div className="next-actions">
        <ActButton busy={look.isPending} disabled={!ownerId} onClick={() => look.mutate({ ownerId })}>
          {ownerId === me ? 'I look after it' : 'They look after it'}
        </ActButton>
        {open ? (
          <Because
            words="False alarm, because…"
            label="Why is it a false alarm?"
            button="Dismiss as a false alarm"
            busy={dismiss.isPending}
            send={(reason) => dismiss.mutate({ reason })}
          />
        ) : null}
      </div>
    </>
  );
}
