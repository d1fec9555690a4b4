/** What was agreed to do, the next due on top: done with evidence, or decided against with a reason. */
import { Link } from '@tanstack/react-router';
import { post } from '../api/http.ts';
import { useMayAct } from '../api/session.ts';
import { useAct } from '../pieces/acting.ts';
import { Because } from '../pieces/Because.tsx';
import { Listed } from '../pieces/Listed.tsx';
import { useListing } from '../pieces/listing.ts';
import { type ActionItem, LEARN_KEYS } from './postmortem.ts';

export function ActionItems() {
  const listing = useListing<ActionItem>(['action_items'], '/action-items', { state: 'open', limit: 50 });
  return (
    <Listed
      of={listing}
      label="Open action items"
      row={(item) => <ActionItemRow key={item.id} item={item} linked />}
      empty={<p>No action item is open. They are agreed at the end of a postmortem, or after a near miss.</p>}
    />
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
        {item.ownerName} · done when {item.doneCondition} · {item.strength}
        {linked ? (
          <>
            {' · '}
            {item.nearMissId ? (
              <Link to={`/near-misses/${item.nearMissId}` as '/'}>near miss</Link>
            ) : (
              <Link to={`/postmortems/${item.postmortemId}` as '/'}>INC-{item.incidentNumber}</Link>
            )}
          </>
        ) : null}
        {item.evidence ? ` · shown by: ${item.evidence}` : ''}
        {item.droppedBecause ? ` · not done, because ${item.droppedBecause}` : ''}
      </span>
      {item.state === 'open' && mayAct ? <Ending id={item.id} /> : null}
    </li>
  );
}

function Ending({ id }: { id: string }) {
  const complete = useAct({
    does: (evidence: string) => post(`/action-items/${id}/completion`, { evidence }),
    doubt: LEARN_KEYS,
  });
  const drop = useAct({
    does: (reason: string) => post(`/action-items/${id}/dropping`, { reason }),
    doubt: LEARN_KEYS,
  });
  return (
    <div className="small item-ending">
      <Because
        words="It is done…"
        label="What shows that it is done?"
        placeholder="A link, a number, a document"
        button="Done"
        busy={complete.isPending}
        send={(evidence) => complete.mutate(evidence)}
      />
      <Because
        words="Decide against it, because…"
        label="Why is not doing it right?"
        button="Decide against it"
        busy={drop.isPending}
        send={(reason) => drop.mutate(reason)}
      />
    </div>
  );
}
