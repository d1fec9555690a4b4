/** What changed? The nearest changes on the card itself; one button says that somebody has looked. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Sentence } from '../../pieces/Sentence.tsx';
import { Shown } from '../../pieces/States.tsx';
import { changesQuery } from '../changes.ts';
import { useCommand } from '../command.ts';
import { ChangeRow } from '../tabs/ChangeRow.tsx';
import type { Step } from './acting.ts';

const NEAREST = 3;

export function ReviewChanges({ incident, show }: Step) {
  const changes = useQuery(changesQuery(incident.id));
  const review = useCommand<{ note: string }>(incident.id, 'what-changed-review');
  return (
    <>
      <Shown of={changes} rows={2}>
        {(found) => (
          <>
            {found.items.length === 0 ? (
              <p>{found.services.map((each) => each.note).join(' ') || found.note}</p>
            ) : null}
            <ul className="rows">
              {found.items.slice(0, NEAREST).map((change) => (
                <ChangeRow key={change.id} incident={incident} change={change} />
              ))}
            </ul>
            {found.items.length > NEAREST ? (
              <Button variant="subtle" onClick={() => show('changes')}>
                All {found.items.length} changes
              </Button>
            ) : null}
          </>
        )}
      </Shown>
      <Sentence
        label="What did you find? (may stay empty)"
        placeholder="Nothing changed in payments; the deployment of 01:58 fits"
        button="What changed is reviewed"
        busy={review.isPending}
        optional
        send={(note) => review.mutate({ note })}
      />
    </>
  );
}
