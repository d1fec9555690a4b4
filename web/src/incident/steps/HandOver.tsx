/** A role held for long goes to somebody who is fresh; both say so. */
import { useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { PersonSelect } from '../../pieces/Choosers.tsx';
import { useCommand } from '../command.ts';
import { OpenSteps } from '../playbooks/OpenSteps.tsx';
import type { Step } from './acting.ts';

export function HandOver(step: Step) {
  return (
    <>
      <OpenSteps incident={step.incident} />
      <HandingOver {...step} />
    </>
  );
}

function HandingOver({ incident, me }: Step) {
  const [personId, setPersonId] = useState<string | null>(null);
  const offer = useCommand(incident.id, 'roles/offers');
  const take = useCommand(incident.id, 'roles');
  const role = incident.nextStep.role ?? 'lead';
  const mine = me !== null && incident.roles[role]?.personId === me;
  const offered = offeredTo(incident, me);
  if (offered)
    return (
      <div className="next-actions">
        <ActButton busy={take.isPending} onClick={() => take.mutate({ role: offered, how: 'taken' })}>
          I have it: I take {offered === 'lead' ? 'the lead' : 'comms'}
        </ActButton>
      </div>
    );
  if (!mine)
    return (
      <div className="next-actions">
        <ActButton busy={take.isPending} onClick={() => take.mutate({ role, how: 'relieved' })}>
          I take {role === 'lead' ? 'the lead' : 'comms'}
        </ActButton>
        <span className="quiet small">Written down as “taken, no hand-over”.</span>
      </div>
    );
  return (
    <>
      <PersonSelect
        label={`Who takes ${role === 'lead' ? 'the lead' : 'comms'}?`}
        value={personId}
        choose={setPersonId}
        not={me ? [me] : []}
      />
      <div className="next-actions">
        <ActButton
          busy={offer.isPending}
          disabled={!personId}
          onClick={() => offer.mutate({ role, personId })}
        >
          Offer {role === 'lead' ? 'the lead' : 'comms'}
        </ActButton>
      </div>
    </>
  );
}

function offeredTo(incident: IncidentView, me: string | null): 'lead' | 'comms' | undefined {
  if (!me) return undefined;
  if (incident.roles.lead?.offeredTo?.personId === me) return 'lead';
  return incident.roles.comms?.offeredTo?.personId === me ? 'comms' : undefined;
}
