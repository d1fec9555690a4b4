/** Publishing without a sign-off that was asked for is said once more, and never prevented. */
import { Button, Group, Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ActButton } from '../pieces/ActButton.tsx';
import { list } from '../words/count.ts';
import { type Review, reviewsQuery } from './agree.ts';

type Props = {
  id: string;
  again: boolean;
  busy: boolean;
  disabled: boolean;
  publish: (withoutSignOff: boolean) => void;
};

/** "Bo Falk asks for changes. " of those whose review stands so; nothing where nobody's does. */
function sentenceOf(
  waiting: Review[],
  state: Review['state'],
  [one, more]: [string, string],
  rest: string,
): string {
  const names = waiting.filter((each) => each.state === state).map((each) => each.name);
  return names.length ? `${list(names)} ${names.length === 1 ? one : more} ${rest} ` : '';
}

export function PublishButton({ id, again, busy, disabled, publish }: Props) {
  const [asking, setAsking] = useState(false);
  const waiting = (useQuery(reviewsQuery(id)).data?.items ?? []).filter(
    (each) => each.state !== 'signed_off',
  );
  const words = again ? 'Publish it again, as it is now' : 'Publish the postmortem';
  return (
    <>
      <ActButton
        variant={again ? 'default' : 'filled'}
        busy={busy}
        busyText="Publishing…"
        disabled={disabled}
        onClick={() => (waiting.length ? setAsking(true) : publish(false))}
      >
        {words}
      </ActButton>
      <Modal opened={asking} onClose={() => setAsking(false)} title="Publish without a sign-off?">
        <p>
          {sentenceOf(waiting, 'changes_asked', ['asks', 'ask'], 'for changes.')}
          {sentenceOf(waiting, 'asked', ['has', 'have'], 'not answered.')}
          The promise of 48 hours does not wait for reviewers; it can be published again after a change.
        </p>
        <Group mt="lg">
          <ActButton
            busy={busy}
            busyText="Publishing…"
            onClick={() => {
              setAsking(false);
              publish(true);
            }}
          >
            Publish without waiting
          </ActButton>
          <Button variant="subtle" onClick={() => setAsking(false)}>
            Wait for them
          </Button>
        </Group>
      </Modal>
    </>
  );
}
