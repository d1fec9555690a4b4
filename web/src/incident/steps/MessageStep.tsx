/** A message that is owed: already written, with who would read it; one button sends it. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ActButton } from '../../pieces/ActButton.tsx';
import { Because } from '../../pieces/Because.tsx';
import { Shown } from '../../pieces/States.tsx';
import { Time } from '../../pieces/Time.tsx';
import { capital, count } from '../../words/count.ts';
import { useCommand } from '../command.ts';
import { AudienceChips } from '../message/AudienceChips.tsx';
import {
  audiencesOf,
  type Draft,
  draftQuery,
  messageOf,
  type Readers,
  type Sending,
  type UpdateKind,
} from '../message/drafts.ts';
import { PreparedText } from '../message/PreparedText.tsx';
import type { Step } from './acting.ts';

type Waivable = Exclude<UpdateKind, 'next'>;

export function MessageStep({ incident, compose, kind }: Step & { kind: UpdateKind }) {
  const [nothingNew, setNothingNew] = useState(false);
  const draft = useQuery(draftQuery(incident.id, kind, nothingNew));
  return (
    <Shown of={draft} rows={2}>
      {(prepared) => (
        <Prepared
          id={incident.id}
          draft={prepared}
          edit={() => compose(kind)}
          sayNothingNew={() => setNothingNew(true)}
        />
      )}
    </Shown>
  );
}

type PreparedProps = { id: string; draft: Draft; edit: () => void; sayNothingNew: () => void };

function Prepared({ id, draft, edit, sayNothingNew }: PreparedProps) {
  const send = useCommand<Sending>(id, 'updates', { said: sentWords(draft.audience) });
  const { audience } = draft;
  const sendable = audience.people > 0 || audience.publicPage;
  const message = messageOf(draft);
  return (
    <>
      <PreparedText draft={draft} />
      {message.wordings.map((own) => (
        <p className="small" key={own.audience}>
          <span className="quiet">{capital(nameOf(draft, own.audience))} will read:</span> {own.impact}{' '}
          {own.action}
        </p>
      ))}
      <DraftedFrom lines={draft.since} />
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
        {draft.since.length ? (
          <Button variant="subtle" onClick={sayNothingNew}>
            Say “nothing new” instead
          </Button>
        ) : null}
        {draft.kind === 'next' ? null : <NotNeeded id={id} kind={draft.kind} />}
      </div>
    </>
  );
}

/** Nothing in a draft is invented: these lines of the timeline are where it is from. */
function DraftedFrom({ lines }: { lines: Draft['since'] }) {
  if (lines.length === 0) return null;
  return (
    <details className="small quiet">
      <summary>Drafted from {count(lines.length, 'line', 'lines')} of the timeline</summary>
      <ul>
        {lines.map((line) => (
          <li key={line.seq}>
            <Time at={line.at} /> {line.words}
          </li>
        ))}
      </ul>
    </details>
  );
}

function nameOf({ audience }: Draft, key: string): string {
  const everybody = audiencesOf(audience, { clientIds: 'affected', internal: true, publicPage: true });
  return everybody.find((each) => each.key === key)?.name ?? key;
}

function sentWords({ people, publicPage }: Readers): string {
  const who = people ? `On its way to ${count(people, 'person', 'people')}` : 'Told';
  return publicPage ? `${who}${people ? ', and' : ':'} on the status page.` : `${who}.`;
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
