/** It is over; where it went, and the way back. */
import { Link } from '@tanstack/react-router';
import { Time } from '../../pieces/Time.tsx';
import type { Step } from './acting.ts';
import { ItIsBack } from './ItIsBack.tsx';

export function Nothing({ incident }: Step) {
  if (incident.mergedInto)
    return (
      <p>
        It goes on in{' '}
        <Link to="/incidents/$id" params={{ id: incident.mergedInto.id }}>
          INC-{incident.mergedInto.number}
        </Link>
        .
      </p>
    );
  return (
    <>
      {incident.dismissal ? (
        <p>
          {incident.dismissal.recoveredByItself
            ? 'It recovered by itself.'
            : `A false alarm: ${incident.dismissal.reason}`}
        </p>
      ) : null}
      {incident.endedAt ? (
        <p className="quiet">
          Over since <Time at={incident.endedAt} show="full" />.
        </p>
      ) : null}
      <div className="next-actions">
        <ItIsBack id={incident.id} />
      </div>
    </>
  );
}
