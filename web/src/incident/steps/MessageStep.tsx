/** A message that is owed: already written, with who would read it; one button sends it. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ActButton } from '../../pieces/ActButton.tsx';
import { Because } from '../../pieces/Because.tsx';
import { Shown } from '../../pieces/States.tsx';
import { count } from '../../words/count.ts';
import { useCommand } from '../command.ts';
import { AudienceChips } from '../message/AudienceChips.tsx';
import { type Draft, draftQuery, type Readers, type Sending, type UpdateKind } from '../message/drafts.ts';
import { PreparedText } from '../message/PreparedText.tsx';
import type { Step } from './acting.ts';

type Waivable = Exclude<UpdateKind, 'next'>;

export function MessageStep({ incident, compose, kind }: Step & { kind: UpdateKind }) {
  const draft = useQuery(draftQuery(incident.id, kind));
  return (
    <Shown of={draft} rows={2}>
      {(prepared) => <Prepared id={incident.id} draft={prepared} edit={() => compose(kind)} />}
    </Shown>
  );
}

function Prepared({ id, draft, edit }: { id: string; draft: Draft; edit: () => void }) {
  const send = useCommand<Sending>(id, 'updates', { said: sentWords(draft.audience) });
  const { audience } = draft;
  const sendable = audience.people > 0 || audience.publicPage;
  const message = messageOf(draft);
  return (
    <>
      <PreparedText draft={draft} />
      <AudienceChips audience={audience} />
      {audience.notSent.map((each) => (
        <p className="quiet small not-sent" key={each}>
          {each}
        </p>
      ))}
      <div className="next-actions">
        <ActButton busy={send.isPending} disabled={!sendable} onClick={() => send.mutate(message)}>
          {audience.button}
        </ActButton>
        <Button variant="subtle" onClick={edit}>
          {draft.nothingNew ? 'There is something new' : 'Edit wording'}
        </Button>
        {draft.kind === 'next' ? null : <NotNeeded id={id} kind={draft.kind} />}
      </div>
    </>
  );
}

function sentWords({ people, publicPage }: Readers): string {
  const who = people ? `On its way to ${count(people, 'person', 'people')}` : 'Told';
  return publicPage ? `${who}${people ? ', and' : ':'} on the status page.` : `${who}.`;
}

export function messageOf(draft: Draft): Sending {
  const { kind, status, impact, action, nextAt, nothingNew, audience } = draft;
  return {
    kind,
    status,
    impact,
    action,
    nextAt,
    nothingNew,
    audience: { clientIds: 'affected', internal: audience.internal > 0, publicPage: audience.publicPage },
  };
}

function NotNeeded({ id, kind }: { id: string; kind: Waivable }) {
  const waive = useCommand<{ reason: string; what?: string }>(
    id,
    kind === 'first' ? 'first-message-waiver' : 'message-waiver',
  );
  return (
    <Because
      words="Not needed, because…"
      label="Why does nobody have to be told?"
      placeholder="Nobody outside can have noticed it"
      button="Not needed"
      busy={waive.isPending}
      send={(reason) => waive.mutate(kind === 'first' ? { reason } : { reason, what: kind })}
    />
  );
}
