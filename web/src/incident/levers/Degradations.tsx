/** Providers that we can work without: what still works, on or off, by a lever where there is one. */
import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { put, remove } from '../../api/http.ts';
import { useMayAct } from '../../api/session.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { useAct } from '../../pieces/acting.ts';
import { Confirm } from '../../pieces/Confirm.tsx';
import { Time } from '../../pieces/Time.tsx';
import type { Degradation, Offered } from './levers.ts';
import { PullSheet } from './PullSheet.tsx';

export function Degradations({
  incident,
  degradations,
  levers,
}: {
  incident: IncidentView;
  degradations: Degradation[];
  levers: Offered[];
}) {
  if (!degradations.length) return null;
  return (
    <>
      <h3 className="label section">Without a provider</h3>
      <ul className="rows">
        {degradations.map((each) => (
          <One key={each.thirdPartyId} incident={incident} party={each} levers={levers} />
        ))}
      </ul>
    </>
  );
}

function One({ incident, party, levers }: { incident: IncidentView; party: Degradation; levers: Offered[] }) {
  const mayAct = useMayAct();
  const on = party.since !== null;
  const lever = levers.find((each) => each.id === (on ? party.offLeverId : party.onLeverId));
  return (
    <li className="pull">
      <div className="pull-words">
        <span className="strong">
          {party.name}
          {on ? <span className="amber"> · working without it</span> : null}
        </span>
        <span className="small">
          {party.stillWorks ?? (
            <span className="quiet">Nobody has written down what still works without it.</span>
          )}
        </span>
        {party.since ? (
          <span className="small quiet">
            since <Time at={party.since} show="both" />; these words go into the next update
          </span>
        ) : null}
        {lever?.running ? (
          <span className="small">
            {lever.running.ownerName} pulled “{lever.name}”; its answer is awaited.
          </span>
        ) : null}
      </div>
      {mayAct && !lever?.running ? (
        lever ? (
          <ByLever incident={incident} lever={lever} />
        ) : on ? (
          <Off id={incident.id} party={party} />
        ) : (
          <On id={incident.id} party={party} />
        )
      ) : null}
    </li>
  );
}

function ByLever({ incident, lever }: { incident: IncidentView; lever: Offered }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        {lever.name}…
      </Button>
      {open ? (
        <PullSheet incident={incident} lever={lever} changeId={undefined} close={() => setOpen(false)} />
      ) : null}
    </>
  );
}

function On({ id, party }: { id: string; party: Degradation }) {
  const [open, setOpen] = useState(false);
  const [words, setWords] = useState(party.stillWorks ?? '');
  const start = useAct({
    does: () => put(`/incidents/${id}/degradations/${party.thirdPartyId}`, { stillWorks: words.trim() }),
    doubt: [['incidents', id]],
    done: () => setOpen(false),
  });
  if (!open)
    return (
      <Button variant="default" onClick={() => setOpen(true)}>
        Work without it…
      </Button>
    );
  return (
    <div className="stack pull-whole">
      <Textarea
        label="What still works? Clients read this in the next update"
        placeholder="Orders are taken; cards are charged later"
        size="md"
        autosize
        minRows={2}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        autoFocus
      />
      <div className="next-actions">
        <ActButton busy={start.isPending} disabled={!words.trim()} onClick={() => start.mutate()}>
          We work without {party.name}
        </ActButton>
        <Button variant="subtle" onClick={() => setOpen(false)}>
          Cancel
        </Button>
      </div>
    </div>
  );
}

function Off({ id, party }: { id: string; party: Degradation }) {
  const stop = useAct({
    does: () => remove(`/incidents/${id}/degradations/${party.thirdPartyId}`),
    doubt: [['incidents', id]],
  });
  return (
    <Confirm
      words="Work with it again…"
      title={`Work with ${party.name} again`}
      button={`We work with ${party.name} again`}
      busy={stop.isPending}
      act={(close) => stop.mutate(undefined, { onSettled: close })}
    >
      <p>The next update is drafted without “{party.stillWorks}”.</p>
    </Confirm>
  );
}
