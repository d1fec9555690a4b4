/** Restore service: the first lever, the actions under way, and the proof that users can do it again. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { restorationQuery } from '../changes.ts';
import { LeverCard } from '../LeverCard.tsx';
import { Levers } from '../levers/Levers.tsx';
import { PlaybookNow } from '../playbooks/Running.tsx';
import { RestoredForm } from '../RestoredForm.tsx';
import { ActionList } from '../tabs/ActionList.tsx';
import { StartAction } from '../tabs/StartAction.tsx';
import type { Step } from './acting.ts';

export function Restore({ incident, me, show }: Step) {
  const card = useQuery(restorationQuery(incident.id)).data;
  const [open, setOpen] = useState<'restored' | 'action'>();
  const running = incident.actions.filter((action) => !action.outcome);
  const carriedOut = incident.playbooks.some((each) => each.running);
  const playbook = <PlaybookNow incident={incident} me={me} show={show} />;
  const first = card?.card ? (
    <LeverCard card={card.card} incidentId={incident.id} restrictFirst={card.restrictFirst} />
  ) : null;
  if (open === 'restored') return <RestoredForm incident={incident} cancel={() => setOpen(undefined)} />;
  return (
    <>
      {/* What is being carried out comes first: its next step is the next thing to do, and the rest can wait folded. */}
      {carriedOut ? (
        <>
          {playbook}
          <details className="folded">
            <summary>The levers, what not to do, and what to keep</summary>
            {first}
            <Levers incident={incident} />
          </details>
        </>
      ) : (
        <>
          {first}
          {playbook}
          <Levers incident={incident} />
        </>
      )}
      {running.length ? <ActionList incident={incident} actions={running} /> : null}
      {open === 'action' ? (
        <StartAction incident={incident} done={() => setOpen(undefined)} suggestions={card?.suspects ?? []} />
      ) : null}
      <div className="next-actions">
        <Button variant={carriedOut ? 'default' : 'filled'} onClick={() => setOpen('restored')}>
          It works again: say how you know
        </Button>
        {open === 'action' ? null : (
          <Button variant="subtle" onClick={() => setOpen('action')}>
            Start an action
          </Button>
        )}
      </div>
    </>
  );
}
