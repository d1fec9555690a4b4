/** Who could be affected? A guess is enough; without it nobody can be told. */
import { useState } from 'react';
import { ActButton } from '../../pieces/ActButton.tsx';
import { Because } from '../../pieces/Because.tsx';
import { ServicesSelect } from '../../pieces/Choosers.tsx';
import { count } from '../../words/count.ts';
import { useCommand } from '../command.ts';
import type { Step } from './acting.ts';

export function AskAffected({ incident, compose }: Step) {
  const [serviceIds, setServiceIds] = useState<string[]>([]);
  const choose = useCommand(incident.id, 'services');
  const waive = useCommand<{ reason: string }>(incident.id, 'first-message-waiver');
  return (
    <>
      <ServicesSelect
        label="Which services could be affected?"
        placeholder="Type a name"
        value={serviceIds}
        choose={setServiceIds}
      />
      <div className="next-actions">
        <ActButton
          busy={choose.isPending}
          disabled={serviceIds.length === 0}
          onClick={() => choose.mutate({ serviceIds })}
        >
          {serviceIds.length
            ? `These ${count(serviceIds.length, 'service')} could be affected`
            : 'Choose services'}
        </ActButton>
        <ActButton busy={false} variant="subtle" onClick={() => compose('first')}>
          Tell “one of our services”
        </ActButton>
        <Because
          words="Nobody, because…"
          label="Why does nobody have to be told?"
          placeholder="Only our own test system is affected"
          button="Nobody has to be told"
          busy={waive.isPending}
          send={(reason) => waive.mutate({ reason })}
        />
      </div>
    </>
  );
}
