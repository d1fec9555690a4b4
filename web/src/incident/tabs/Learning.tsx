/** What is learnt from it: its postmortem, or why none is owed. */
import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { IncidentView } from '#incident/view.ts';
import { Time } from '../../pieces/Time.tsx';
import { term } from '../../words/time.ts';
import { NameTrigger } from '../lane/NameTrigger.tsx';

export function Learning({ incident }: { incident: IncidentView }) {
  return (
    <>
      <NameTrigger incident={incident} />
      <Postmortem incident={incident} />
    </>
  );
}

function Postmortem({ incident }: { incident: IncidentView }) {
  const { postmortem } = incident;
  const promise = incident.promises.find(
    (each) => each.kind === 'postmortem_published' && each.state === 'open',
  );
  if (!postmortem)
    return (
      <p className="nothing">
        {incident.postmortemWithinHours === null
          ? `A ${incident.severity} owes no postmortem.`
          : `It opens by itself when the service is restored, with its timeline drafted from the record, and is due ${term(incident.postmortemWithinHours)} later.`}
      </p>
    );
  if (postmortem.coveredBy)
    return (
      <p>
        Covered by the postmortem of{' '}
        <Link to="/incidents/$id" params={{ id: postmortem.coveredBy.id }}>
          INC-{postmortem.coveredBy.number}
        </Link>
        .
      </p>
    );
  return (
    <>
      <p>
        {postmortem.publishedAt ? (
          <span className="green">
            Published <Time at={postmortem.publishedAt} show="both" />
          </span>
        ) : promise ? (
          <>
            Due by <Time at={promise.dueAt} show="full" />
            {promise.ownerName ? ` · ${promise.ownerName} owns it` : ''}
          </>
        ) : (
          'Open'
        )}
      </p>
      <div className="next-actions">
        <Button component={Link} to={`/postmortems/${postmortem.id}` as '/'} variant="default">
          {postmortem.publishedAt ? 'Read the postmortem' : 'Write the postmortem'}
        </Button>
      </div>
    </>
  );
}
