/** Everything that was done about it, and what is running now. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { useMayAct } from '../../api/session.ts';
import { restorationQuery } from '../changes.ts';
import { LeverCard } from '../LeverCard.tsx';
import { Levers } from '../levers/Levers.tsx';
import { Playbooks } from '../playbooks/Running.tsx';
import { ChooseCategory } from '../steps/ChooseCategory.tsx';
import { ActionList } from './ActionList.tsx';
import { StartAction } from './StartAction.tsx';

type Props = {
  incident: IncidentView;
  me: string | null;
  /** The card of the next step shows the lever and the step that is under way; they are not said twice. */
  cardAbove: boolean;
};

export function Actions({ incident, me, cardAbove }: Props) {
  const card = useQuery(restorationQuery(incident.id)).data;
  const [open, setOpen] = useState<'action' | 'kind'>();
  const mayAct = useMayAct();
  return (
    <>
      {card?.card && !cardAbove ? (
        <LeverCard card={card.card} incidentId={incident.id} restrictFirst={card.restrictFirst} />
      ) : null}
      <Playbooks incident={incident} me={me} cardAbove={cardAbove} />
      {cardAbove ? null : <Levers incident={incident} />}
      {incident.actions.length ? (
        <ActionList incident={incident} actions={incident.actions.toReversed()} />
      ) : incident.playbooks.length ? null : (
        <p className="nothing">Nothing has been done yet. Each action gets one owner and a time box.</p>
      )}
      {open === 'action' ? (
        <StartAction incident={incident} done={() => setOpen(undefined)} suggestions={card?.suspects ?? []} />
      ) : null}
      {open === 'kind' ? <ChooseCategory incident={incident} /> : null}
      {mayAct && !open ? (
        <div className="next-actions">
          <Button variant="default" onClick={() => setOpen('action')}>
            Start an action
          </Button>
          <Button variant="subtle" onClick={() => setOpen('kind')}>
            {incident.category ? 'It is another kind of failure' : 'Choose the kind of failure'}
          </Button>
        </div>
      ) : null}
    </>
  );
}
