/** The postmortem is drafted from the record; its page is one tap away. */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Step } from './acting.ts';
import { ItIsBack } from './ItIsBack.tsx';

export function WritePostmortem({ incident }: Step) {
  return (
    <div className="next-actions">
      {incident.postmortem ? (
        <Button component={Link} to={`/postmortems/${incident.postmortem.id}` as '/'}>
          Write the postmortem
        </Button>
      ) : (
        <p className="quiet">It is being opened.</p>
      )}
      <ItIsBack id={incident.id} />
    </div>
  );
}
