/** What changed? The first of the lane on the card itself; one button says that somebody has looked. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Sentence } from '../../pieces/Sentence.tsx';
import { Shown } from '../../pieces/States.tsx';
import { useCommand } from '../command.ts';
import { laneQuery } from '../lane/lane.ts';
import '../lane/lane.css';
import { SuspectRow } from '../lane/SuspectRow.tsx';
import type { Step } from './acting.ts';

const FIRST = 3;

export function ReviewChanges({ incident, show }: Step) {
  const lane = useQuery(laneQuery(incident.id));
  const review = useCommand<{ note: string }>(incident.id, 'what-changed-review');
  return (
    <>
      <Shown of={lane} rows={2}>
        {(found) => (
          <>
            {found.items.length === 0 ? (
              <p>{found.evidence.map((each) => `${each.text}.`).join(' ') || found.note}</p>
            ) : null}
            <ul className="rows">
              {found.items.slice(0, FIRST).map((suspect) => (
                <SuspectRow key={suspect.id} incident={incident} suspect={suspect} />
              ))}
            </ul>
            <Button variant="subtle" onClick={() => show('changes')}>
              {found.total > FIRST
                ? `All ${found.total} changes, and what did not change`
                : 'What did not change'}
            </Button>
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
