/** Small corrections to an incident, each one sentence. */
import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { ActButton } from '../../pieces/ActButton.tsx';
import { Sentence } from '../../pieces/Sentence.tsx';
import { TimeField } from '../../pieces/TimeField.tsx';
import { useCommand } from '../command.ts';
import type { Form } from './More.tsx';

export function Retitle({ incident, done }: Form) {
  const retitle = useCommand<{ title: string }>(incident.id, 'title', { done });
  return (
    <Sentence
      label="What is wrong?"
      initial={incident.title}
      button="This is its title"
      busy={retitle.isPending}
      send={(title) => retitle.mutate({ title })}
      focus
    />
  );
}

export function Dismiss({ incident, done }: Form) {
  const dismiss = useCommand<{ reason: string }>(incident.id, 'dismissal', { done });
  return (
    <Sentence
      label="Why is it a false alarm? It counts against nobody."
      button="Dismiss as a false alarm"
      busy={dismiss.isPending}
      send={(reason) => dismiss.mutate({ reason })}
      focus
    />
  );
}

export function Reopen({ incident, done }: Form) {
  const reopen = useCommand<{ reason: string }>(incident.id, 'reopening', { done });
  return (
    <Sentence
      label="What do you see?"
      button="Reopen: it is back"
      busy={reopen.isPending}
      send={(reason) => reopen.mutate({ reason })}
      focus
    />
  );
}

export function ImpactStart({ incident, done }: Form) {
  const [at, setAt] = useState<string | null>(incident.impactStartedAt ?? incident.detectedAt);
  const date = useCommand(incident.id, 'impact-start', { done });
  return (
    <div className="stack">
      <TimeField label="Since when did users feel it?" direction="past" value={at} change={setAt} />
      <div>
        <ActButton busy={date.isPending} disabled={!at} onClick={() => date.mutate({ at })}>
          Since then
        </ActButton>
      </div>
    </div>
  );
}

export function Cadence({ incident, done }: Form) {
  const [factor, setFactor] = useState('2');
  const stretch = useCommand(incident.id, 'cadence', { done });
  return (
    <div className="stack">
      <p>
        Two hours after detection the lead may stretch the time between updates, at most twice. The next
        update tells everyone the new time.
      </p>
      <SegmentedControl
        aria-label="Cadence"
        data={[
          { value: '1', label: 'As usual' },
          { value: '1.5', label: '1.5 times' },
          { value: '2', label: 'Twice as long' },
        ]}
        value={factor}
        onChange={setFactor}
      />
      <Sentence
        label="Why?"
        button="Change the cadence"
        busy={stretch.isPending}
        send={(reason) => stretch.mutate({ factor: Number(factor), reason })}
      />
    </div>
  );
}
