/** A message to one client alone, as its contract asks: already written, editable in place; nobody else reads it. */
import { Button, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ActButton } from '../../pieces/ActButton.tsx';
import { Shown } from '../../pieces/States.tsx';
import { useCommand } from '../command.ts';
import { AudienceChips } from '../message/AudienceChips.tsx';
import { type Draft, draftQuery, type Sending, type UpdateKind } from '../message/drafts.ts';
import { PreparedText } from '../message/PreparedText.tsx';
import type { Step } from './acting.ts';

const CHARACTERS_MAX = 2000;

export function ClientMessage({ incident, kind, compose }: Step & { kind: UpdateKind }) {
  const { client } = incident.nextStep;
  const draft = useQuery({
    ...draftQuery(incident.id, kind, false, client?.id ?? ''),
    enabled: client !== null,
  });
  if (!client) return null;
  return (
    <Shown of={draft} rows={2}>
      {(prepared) => (
        <Prepared
          key={client.id}
          id={incident.id}
          client={client}
          draft={prepared}
          toAll={() => compose(incident.firstMessage ? 'next' : 'first')}
        />
      )}
    </Shown>
  );
}

function Prepared({
  id,
  client,
  draft,
  toAll,
}: {
  id: string;
  client: { id: string; name: string };
  draft: Draft;
  toAll: () => void;
}) {
  const [own, setOwn] = useState<{ impact: string; action: string }>();
  const send = useCommand<Sending>(id, 'updates', { said: `On its way to ${client.name} alone.` });
  const { kind, status, nextAt } = draft;
  const words = own ?? { impact: draft.impact, action: draft.action };
  const write = (part: Partial<typeof words>) => setOwn({ ...words, ...part });
  return (
    <>
      {own ? (
        <div className="stack">
          <Textarea
            label="Impact"
            size="md"
            autosize
            minRows={2}
            maxLength={CHARACTERS_MAX}
            value={own.impact}
            onChange={(event) => write({ impact: event.currentTarget.value })}
          />
          <Textarea
            label="Action"
            size="md"
            autosize
            minRows={2}
            maxLength={CHARACTERS_MAX}
            value={own.action}
            onChange={(event) => write({ action: event.currentTarget.value })}
          />
        </div>
      ) : (
        <PreparedText draft={draft} />
      )}
      <AudienceChips
        audience={{
          ...draft.audience,
          clients: draft.audience.clients.filter((each) => each.id === client.id),
        }}
      />
      <div className="next-actions">
        <ActButton
          busy={send.isPending}
          disabled={!draft.audience.people || !words.impact.trim() || !words.action.trim()}
          onClick={() =>
            send.mutate({
              kind,
              status,
              ...words,
              nextAt,
              nothingNew: !own && draft.nothingNew,
              wordings: [],
              audience: { clientIds: [client.id], internal: false, publicPage: false },
            })
          }
        >
          {draft.audience.people
            ? `${draft.audience.button}, ${client.name} alone`
            : 'Nobody of it can be written to'}
        </ActButton>
        {own ? null : (
          <Button variant="subtle" onClick={() => write({})}>
            Edit wording
          </Button>
        )}
        <Button variant="subtle" onClick={toAll}>
          Tell everybody instead
        </Button>
      </div>
    </>
  );
}
