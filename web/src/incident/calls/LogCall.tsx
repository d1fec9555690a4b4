/** A call that was just made, logged with one tap: the sentence is written already, and it says whether somebody answered. */
import { Button, Modal, Textarea } from '@mantine/core';
import { useState } from 'react';
import { ActButton } from '../../pieces/ActButton.tsx';
import { useCommand } from '../command.ts';

export type Called = { contactId: string; reached: boolean; said: string };

type Props = {
  incidentId: string;
  contact: { contactId: string; name: string };
  client: string;
  close: () => void;
};

export function LogCall({ incidentId, contact, client, close }: Props) {
  const [said, setSaid] = useState('Told what our last message says, and when the next one comes.');
  const log = useCommand<Called>(incidentId, 'client-calls', {
    said: `The call to ${contact.name} stands on the timeline.`,
    done: close,
  });
  const send = (reached: boolean, words: string) =>
    log.mutate({ contactId: contact.contactId, reached, said: words });
  return (
    <Modal opened onClose={close} title={`Called ${contact.name} of ${client}`}>
      <div className="stack">
        <Textarea
          label="What was said"
          description="It stands on the timeline, as evidence that they were told."
          size="md"
          autosize
          minRows={2}
          maxRows={6}
          maxLength={2000}
          value={said}
          onChange={(event) => setSaid(event.currentTarget.value)}
        />
        <div className="next-actions">
          <ActButton busy={log.isPending} disabled={!said.trim()} onClick={() => send(true, said.trim())}>
            Log it: {contact.name} was told
          </ActButton>
          <Button
            variant="default"
            disabled={log.isPending}
            onClick={() => send(false, 'It rang; nobody answered.')}
          >
            Not reached
          </Button>
        </div>
      </div>
    </Modal>
  );
}
