/** Restore service: the first lever, the actions under way, and the proof that users can do it again. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { restorationQuery } from '../changes.ts';
import { LeverCard } from '../LeverCard.tsx';
import { Levers } from '../levers/Levers.tsx';
import { RestoredForm } from '../RestoredForm.tsx';
import { ActionList } from '../tabs/ActionList.tsx';
import { StartAction } from '../tabs/StartAction.tsx';
import type { Step } from './acting.ts';

export function Restore({ incident }: Step) {
  const card = useQuery(restorationQuery(incident.id)).data;
  const [open, setOpen] = useState<'restored' | 'action'>();
  const running = incident.actions.filter((action) => !action.outcome);
  if (open === 'restored') return <RestoredForm incident={incident} cancel={() => setOpen(undefined)} />;
  return (
    <>
      {card?.card ? <LeverCard card={card.card} /> : null}
      <Levers incident={incident} />
      {running.length ? <ActionList incident={incident} actions={running} /> : null}
      {open === 'action' ? (
        <StartAction incident={incident} done={() => setOpen(undefined)} suggestions={card?.suspects ?? []} />
      ) : null}
      <div className="next-actions">
        <Button onClick={() => setOpen('restored')}>It works again: say how you know</Button>
        {open === 'action' ? null : (
          <Button variant="subtle" onClick={() => setOpen('action')}>
            Start an action
          </Button>
        )}
      </div>
    </>
  );
}
