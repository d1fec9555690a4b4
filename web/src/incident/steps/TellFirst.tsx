/** People can be told before anything else: from opening the incident to the holding message sent, two taps. */
import { Button } from '@mantine/core';
import type { Step } from './acting.ts';

export function TellFirst({ incident, compose }: Step) {
  if (incident.firstMessage || incident.restricted || incident.drill) return null;
  return (
    <Button variant="subtle" onClick={() => compose('first')}>
      Tell people now
    </Button>
  );
}
