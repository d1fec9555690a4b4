/** Anyone may raise it; only the lead lowers it. Either needs a reason, and re-times every promise. */
import { SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import { isHigher } from '#incident/severity.ts';
import type { SeverityText } from '#incident/view.ts';
import { Sentence } from '../../pieces/Sentence.tsx';
import { useCommand } from '../command.ts';
import type { Form } from './More.tsx';

export function ChangeSeverity({ incident, done }: Form) {
  const others = (['P1', 'P2', 'P3'] as const).filter((each) => each !== incident.severity);
  const [to, setTo] = useState<SeverityText>(others[0]!);
  const change = useCommand(incident.id, 'severity', { done });
  const raising = isHigher(to, incident.severity);
  return (
    <div className="stack">
      <p>
        It is a {incident.severity}. {raising ? 'Anyone may raise it.' : 'Only the lead lowers it.'} Every
        promise is timed again.
      </p>
      <SegmentedControl
        aria-label="New severity"
        data={others}
        value={to}
        onChange={(value) => setTo(value as SeverityText)}
      />
      <Sentence
        label="Why?"
        button={raising ? `Raise to ${to}` : `Lower to ${to}`}
        busy={change.isPending}
        send={(reason) => change.mutate({ to, reason })}
        focus
      />
    </div>
  );
}
