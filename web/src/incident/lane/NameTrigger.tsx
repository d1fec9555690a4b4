/** Afterwards: what set it off. A change or not a change; it teaches the order of the next lane. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { useMayAct } from '../../api/session.ts';
import { Because } from '../../pieces/Because.tsx';
import { useCommand } from '../command.ts';
import { laneQuery } from './lane.ts';
import './lane.css';

const AFTERWARDS = new Set(['restored', 'resolved', 'closed']);
const OFFERED = 5;

export function NameTrigger({ incident }: { incident: IncidentView }) {
  const afterwards = AFTERWARDS.has(incident.state);
  const items = useQuery({ ...laneQuery(incident.id), enabled: afterwards }).data?.items ?? [];
  const mayAct = useMayAct();
  const [again, setAgain] = useState(false);
  const name = useCommand(incident.id, 'trigger', {
    said: 'What set it off is on the timeline.',
    done: () => setAgain(false),
  });
  if (!afterwards) return null;
  const { trigger } = incident;
  return (
    <section className="trigger">
      <h2 className="label">What set it off?</h2>
      {trigger ? (
        <p>{trigger.kind === 'change' ? trigger.summary : `Not a change: ${trigger.what}`}</p>
      ) : (
        <p className="quiet small">
          The trigger, not the root cause: a change, or not a change. It teaches the order of the next lane.
        </p>
      )}
      {mayAct && (!trigger || again) ? (
        <div className="trigger-choices">
          {items.slice(0, OFFERED).map((each) => (
            <Button
              key={each.id}
              variant="default"
              disabled={name.isPending}
              onClick={() => name.mutate({ changeId: each.id })}
            >
              <span className="trigger-choice">{each.summary}</span>
            </Button>
          ))}
          <Because
            words="Not a change…"
            label="What was it instead?"
            placeholder="The disk was full"
            button="It was not a change"
            busy={name.isPending}
            send={(notAChange) => name.mutate({ notAChange })}
          />
        </div>
      ) : null}
      {mayAct && trigger && !again ? (
        <Button variant="subtle" onClick={() => setAgain(true)}>
          Name another
        </Button>
      ) : null}
    </section>
  );
}
