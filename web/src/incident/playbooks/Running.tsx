/** Playbooks in the room: what runs, with its next step open; what fits; and how one is started. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import '../../playbooks/playbooks.css';
import type { IncidentView } from '#incident/view.ts';
import { useMayAct } from '../../api/session.ts';
import { Shown } from '../../pieces/States.tsx';
import { offeredQuery, type RunView, runsQuery } from '../../playbooks/playbook.ts';
import { isOver } from '../Header.tsx';
import { Offered } from './Offered.tsx';
import { Run } from './Run.tsx';

/** Everything about playbooks, for the tab of actions. */
export function Playbooks({
  incident,
  me,
  cardAbove,
}: {
  incident: IncidentView;
  me: string | null;
  cardAbove: boolean;
}) {
  const runs = useQuery(runsQuery(incident.id));
  const mayAct = useMayAct() && !isOver(incident);
  const [choosing, setChoosing] = useState(false);
  const items = runs.data?.items ?? [];
  const running = items.some((run) => run.running);
  // Once users can work again nobody is pushed to do more; it can still be chosen.
  const fits = !running && incident.category !== null && incident.restoredAt === null;
  const offering = mayAct && (choosing || fits);
  return (
    <section className="room-playbooks" aria-label="Playbooks">
      {runs.isError && !runs.data ? <Shown of={runs}>{() => null}</Shown> : null}
      {items.map((run, index) => (
        <Run
          key={run.id}
          run={run}
          incident={incident}
          me={me}
          open={run.running && isFirst(items, index)}
          formAbove={cardAbove && isFirst(items, index)}
        />
      ))}
      {offering ? (
        <Offered incident={incident} cancel={choosing ? () => setChoosing(false) : undefined} />
      ) : null}
      {mayAct && !offering ? (
        <Button variant="subtle" onClick={() => setChoosing(true)}>
          {items.length ? 'Start another playbook' : 'Start a playbook'}
        </Button>
      ) : null}
    </section>
  );
}

function isFirst(items: RunView[], index: number): boolean {
  return items.findIndex((run) => run.running) === index;
}

/** For the card of the next step: the playbook that runs, or the one that fits best, and nothing if there is none. */
export function PlaybookNow({
  incident,
  me,
  show,
}: {
  incident: IncidentView;
  me: string | null;
  show: (tab: string) => void;
}) {
  const runs = useQuery(runsQuery(incident.id)).data?.items ?? [];
  const offered = useQuery(offeredQuery(incident.id)).data?.items ?? [];
  const running = runs.find((run) => run.running);
  if (running)
    return (
      <div className="playbook-now">
        <Run run={running} incident={incident} me={me} open onlyNext />
        <button type="button" className="linkish" onClick={() => show('actions')}>
          The whole playbook
        </button>
      </div>
    );
  const [best] = offered;
  if (!best || runs.length) return null;
  return (
    <div className="playbook-now">
      <Offered incident={incident} only={best.id} />
    </div>
  );
}
