/** Nobody could be made the owner by itself: somebody is asked for by name, with until when the others rest. */
import { useQuery } from '@tanstack/react-query';
import { put } from '../api/http.ts';
import { useMayAct } from '../api/session.ts';
import { useAct } from '../pieces/acting.ts';
import { PersonSelect } from '../pieces/Choosers.tsx';
import { Refusal } from '../pieces/Refusal.tsx';
import { Time } from '../pieces/Time.tsx';
import { ownerQuery } from './agree.ts';
import { LEARN_KEYS, type Postmortem } from './postmortem.ts';

export function OwnerAsked({ postmortem }: { postmortem: Postmortem }) {
  const wanted = postmortem.ownerId === null && !postmortem.coveredBy && postmortem.state === 'draft';
  const asked = useQuery({ ...ownerQuery(postmortem.id), enabled: wanted }).data;
  const mayAct = useMayAct();
  const own = useAct({
    does: (ownerId: string) => put(`/postmortems/${postmortem.id}/owner`, { ownerId }),
    doubt: LEARN_KEYS,
    inForm: true,
  });
  if (!wanted || !asked) return null;
  const resting = asked.candidates.filter((each) => each.restsUntil);
  return (
    <div className="notice">
      <p className="strong">Nobody owns this postmortem yet. Who does?</p>
      {resting.length ? (
        <p className="small">
          {resting.map(({ id, name, restsUntil }, index) => (
            <span key={id}>
              {index ? ' · ' : ''}
              {name} rests until <Time at={restsUntil!} /> UTC
            </span>
          ))}
        </p>
      ) : (
        <p className="small">No team owns the service, and nobody led: name somebody.</p>
      )}
      {mayAct ? (
        <div style={{ maxWidth: 320, marginTop: 8 }}>
          <PersonSelect
            label="Owner, by name"
            value={null}
            choose={(ownerId) => ownerId && own.mutate(ownerId)}
            not={resting.map((each) => each.id)}
          />
        </div>
      ) : null}
      <Refusal error={own.error} />
    </div>
  );
}
