/** What was agreed to do, the next due on top: done with evidence, or decided against with a reason. */
import { Button, SegmentedControl, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { post } from '../api/http.ts';
import { useMayAct, useSession } from '../api/session.ts';
import { useAct } from '../pieces/acting.ts';
import { Because } from '../pieces/Because.tsx';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { ImportItems } from './ImportItems.tsx';
import { IssueWays, ItemIssue, trackersQuery } from './ItemIssue.tsx';
import { type ActionItem, LEARN_KEYS } from './postmortem.ts';

type Whose = 'all' | 'mine' | 'late' | 'ended';
const WHOSE: { value: Whose; label: string }[] = [
  { value: 'all', label: 'Open' },
  { value: 'mine', label: 'Mine' },
  { value: 'late', label: 'Overdue' },
  { value: 'ended', label: 'Done' },
];
const ASKED: Record<Whose, Record<string, string>> = {
  all: { state: 'open' },
  mine: { state: 'open', owner: 'me' },
  late: { overdue: 'true' },
  ended: { state: 'done' },
};
const EMPTY: Record<Whose, string> = {
  all: 'No action item is open. They are agreed at the end of a postmortem, or after a near miss.',
  mine: 'You owe no action item.',
  late: 'Nothing is overdue.',
  ended: 'None is done yet.',
};

export function ActionItems() {
  const [whose, setWhose] = useState<Whose>('all');
  const [tracker, setTracker] = useState<string | null>(null);
  const [importing, setImporting] = useState(false);
  const administrator = useSession()?.role === 'administrator';
  const trackers = useQuery(trackersQuery).data?.items ?? [];
  const listing = useListing<ActionItem>(['action_items'], '/action-items', {
    ...ASKED[whose],
    tracker: tracker ?? undefined,
    limit: 50,
  });
  if (importing) return <ImportItems close={() => setImporting(false)} />;
  return (
    <>
      <div className="filters">
        <SegmentedControl
          aria-label="Whose, and which"
          data={WHOSE}
          value={whose}
          onChange={(value) => setWhose(value as Whose)}
          style={{ flex: '0 1 auto' }}
        />
        {trackers.length ? (
          <Select
            aria-label="In which tracker"
            placeholder="Any tracker"
            style={{ flex: '1 0 180px', maxWidth: 260 }}
            clearable
            data={[
              ...trackers.map(({ id, name }) => ({ value: id, label: name })),
              { value: 'none', label: 'In no tracker' },
            ]}
            value={tracker}
            onChange={setTracker}
          />
        ) : null}
      </div>
      <Listed
        of={listing}
        label="Action items"
        row={(item) => <ActionItemRow key={item.id} item={item} linked />}
        empty={<p>{EMPTY[whose]}</p>}
        noMatch={tracker ? <p>None of them is there.</p> : undefined}
      />
      <div className="form-end" style={{ marginTop: 16 }}>
        <Button component="a" variant="subtle" href="/api/v1/action-items/export.csv" download>
          Download all as CSV
        </Button>
        {administrator ? (
          <Button variant="subtle" onClick={() => setImporting(true)}>
            Import…
          </Button>
        ) : null}
      </div>
    </>
  );
}

export function ActionItemRow({ item, linked = false }: { item: ActionItem; linked?: boolean }) {
  const mayAct = useMayAct();
  return (
    <li className="record">
      <span className="record-title">{item.text}</span>
      <span className={item.overdue ? 'record-end red' : 'record-end'}>
        {item.overdue ? 'late: was due ' : item.state === 'open' ? 'by ' : ''}
        {item.state === 'open' ? <span className="mono">{item.dueOn}</span> : item.state}
      </span>
      <span className="small quiet">
        {item.ownerGone ? (
          <span className="red">{item.ownerName} has left: name a new owner</span>
        ) : (
          item.ownerName
        )}{' '}
        · done when: {item.doneCondition} · {item.strength}
        {linked ? <ComesOf item={item} /> : null}
        {item.evidence ? ` · shown by: ${item.evidence}` : ''}
        {item.droppedBecause ? ` · not done, because ${item.droppedBecause}` : ''}
      </span>
      <ItemIssue item={item} />
      {mayAct ? (
        <div className="small item-ending">
          {item.state === 'open' ? <Ending id={item.id} /> : null}
          {item.endedThere ? <Better id={item.id} /> : null}
          <IssueWays item={item} />
        </div>
      ) : null}
    </li>
  );
}

function ComesOf({ item }: { item: ActionItem }) {
  const { nearMissId, postmortemId, incidentId, incidentNumber } = item;
  return (
    <>
      {' · '}
      {nearMissId ? (
        <Link to={`/near-misses/${nearMissId}` as '/'} className="unbroken">
          near miss
        </Link>
      ) : postmortemId ? (
        <Link to={`/postmortems/${postmortemId}` as '/'} className="unbroken">
          INC-{incidentNumber}
        </Link>
      ) : incidentId ? (
        <Link to="/incidents/$id" params={{ id: incidentId }} className="unbroken">
          INC-{incidentNumber}
        </Link>
      ) : (
        'agreed elsewhere'
      )}
    </>
  );
}

function useComplete(id: string) {
  return useAct({
    does: (evidence: string) => post(`/action-items/${id}/completion`, { evidence }),
    doubt: LEARN_KEYS,
  });
}

/** A tracker closed it: that is its evidence until somebody has better. */
function Better({ id }: { id: string }) {
  const complete = useComplete(id);
  return (
    <Because
      small
      words="Say what shows that it is done…"
      label="What shows that it is done?"
      placeholder="A link, a number, a document"
      button="Keep it"
      busy={complete.isPending}
      send={(evidence) => complete.mutate(evidence)}
    />
  );
}

function Ending({ id }: { id: string }) {
  const complete = useComplete(id);
  const drop = useAct({
    does: (reason: string) => post(`/action-items/${id}/dropping`, { reason }),
    doubt: LEARN_KEYS,
  });
  return (
    <>
      <Because
        small
        words="It is done…"
        label="What shows that it is done?"
        placeholder="A link, a number, a document"
        button="Done"
        busy={complete.isPending}
        send={(evidence) => complete.mutate(evidence)}
      />
      <Because
        small
        words="Decide against it, because…"
        label="Why is not doing it right?"
        button="Decide against it"
        busy={drop.isPending}
        send={(reason) => drop.mutate(reason)}
      />
    </>
  );
}
