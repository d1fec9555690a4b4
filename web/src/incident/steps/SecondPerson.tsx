/** A second person in a P1: one decides, another repairs. */
import { useState } from 'react';
import { ActButton } from '../../pieces/ActButton.tsx';
import { Because } from '../../pieces/Because.tsx';
import { PersonSelect } from '../../pieces/Choosers.tsx';
import { useCommand } from '../command.ts';
import type { Step } from './acting.ts';

export function SecondPerson({ incident, me }: Step) {
  const [personId, setPersonId] = useState<string | null>(null);
  const give = useCommand(incident.id, 'roles');
  const call = useCommand(incident.id, 'calls', { said: 'The backup is being called.' });
  const alone = useCommand<{ reason: string }>(incident.id, 'stay-alone');
  const iLead = incident.roles.lead?.personId === me;
  return (
    <>
      {iLead ? (
        <PersonSelect label="Who is with you?" value={personId} choose={setPersonId} not={me ? [me] : []} />
      ) : null}
      <div className="next-actions">
        {iLead ? (
          <ActButton
            busy={give.isPending}
            disabled={!personId}
            onClick={() => give.mutate({ role: 'hands', personId, how: 'given' })}
          >
            They have the hands
          </ActButton>
        ) : (
          <ActButton busy={give.isPending} onClick={() => give.mutate({ role: 'hands', how: 'taken' })}>
            I am in: I take the hands
          </ActButton>
        )}
        <ActButton
          variant="default"
          busy={call.isPending}
          busyText="Calling…"
          onClick={() => call.mutate({ level: 'backup', reason: 'A second person is needed.' })}
        >
          Call the backup now
        </ActButton>
        <Because
          words="I stay alone, because…"
          label="Why is one person enough?"
          placeholder="The roll-back runs by itself; nothing is left to do"
          button="I stay alone"
          busy={alone.isPending}
          send={(reason) => alone.mutate({ reason })}
        />
      </div>
    </>
  );
}
