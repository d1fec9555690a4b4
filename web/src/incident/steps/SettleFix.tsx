/** What was patched at night stays patched until somebody owns it, with a date. */
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { PersonSelect } from '../../pieces/Choosers.tsx';
import { nowMs } from '../../words/clock.ts';
import { useCommand } from '../command.ts';
import type { Step } from './acting.ts';

export function SettleFix({ incident }: Step) {
  const open = incident.actions.filter((action) => action.temporary && !action.settled);
  return open.map((action) => <Settle key={action.id} incident={incident} action={action} />);
}

export function Settle({
  incident,
  action,
}: {
  incident: IncidentView;
  action: IncidentView['actions'][number];
}) {
  const [ownerId, setOwnerId] = useState<string | null>(action.ownerId);
  const [by, setBy] = useState('');
  const settle = useCommand(incident.id, `actions/${action.id}/settlement`);
  return (
    <fieldset className="stack plain">
      <legend className="strong">{action.what}</legend>
      <div className="two">
        <PersonSelect label="Who removes it?" value={ownerId} choose={setOwnerId} />
        <TextInput
          label="By when?"
          type="date"
          size="md"
          min={new Date(nowMs()).toISOString().slice(0, 10)}
          value={by}
          onChange={(event) => setBy(event.currentTarget.value)}
        />
      </div>
      <div className="next-actions">
        <ActButton
          busy={settle.isPending}
          disabled={!ownerId || !by}
          onClick={() => settle.mutate({ ownerId, by })}
        >
          It has an owner and a date
        </ActButton>
        <ActButton variant="subtle" busy={settle.isPending} onClick={() => settle.mutate({ gone: true })}>
          It is gone already
        </ActButton>
      </div>
    </fieldset>
  );
}
