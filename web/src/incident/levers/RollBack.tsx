/** Taking back a suspected change: by its service's lever where there is one, else by hand where that is safe; else why not. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { useMayAct } from '../../api/session.ts';
import type { NearChange } from '../changes.ts';
import { useCommand } from '../command.ts';
import { leversQuery } from './levers.ts';
import { PullSheet } from './PullSheet.tsx';

type Props = { incident: IncidentView; change: Pick<NearChange, 'id' | 'summary' | 'rollback'> };

export function RollBack({ incident, change }: Props) {
  const found = useQuery(leversQuery(incident.id, change.id)).data;
  const [open, setOpen] = useState(false);
  const mayAct = useMayAct();
  if (!found || !mayAct) return null;
  const lever = found.levers.find(
    (each) =>
      each.does === 'roll_back' &&
      !each.cannot &&
      each.inputs.every(({ input, value }) => value !== null || !input.required),
  );
  const says = <p className="small amber pull-whole">{found.change?.says}</p>;
  // The sheet asks why it is rolled back all the same; most senders of deployments never say.
  if (change.rollback === 'unsafe' || (change.rollback === 'unknown' && !lever)) return says;
  if (!lever) return <ByHand incident={incident} change={change} />;
  if (lever.running)
    return (
      <span className="small">{lever.running.ownerName} is rolling it back; the answer is awaited.</span>
    );
  return (
    <>
      {change.rollback === 'unknown' ? says : null}
      <Button onClick={() => setOpen(true)}>Roll back…</Button>
      {open ? (
        <PullSheet incident={incident} lever={lever} changeId={change.id} close={() => setOpen(false)} />
      ) : null}
    </>
  );
}

function ByHand({ incident, change }: Props) {
  const start = useCommand(incident.id, 'actions', {
    said: 'The action is on the timeline, with you as its owner.',
  });
  const what = `Roll back ${change.summary}`;
  if (incident.actions.some((action) => action.what === what)) return null;
  return (
    <Button
      disabled={start.isPending}
      onClick={() => start.mutate({ what, changeId: change.id, timeBoxMinutes: 15, temporary: true })}
    >
      I roll it back
    </Button>
  );
}
