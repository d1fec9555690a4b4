/** The channels of somebody as they are kept: tested or not, off and why, with a test that really sends. */
import { Button, Code } from '@mantine/core';
import { useState } from 'react';
import type { ToldChannel } from '#directory/channels.ts';
import { TOLD_BY_WORDS } from '#directory/told-by.ts';
import { post } from '../api/http.ts';
import { useAct } from '../pieces/acting.ts';
import { Time } from '../pieces/Time.tsx';
import { DIRECTORY_KEYS } from './kinds.ts';
import './directory.css';

export type ToldByOwner = { contactId?: string; personId?: string };
type Tested = { sent: boolean; delivered: boolean; words: string };

type Props = { channels: readonly ToldChannel[]; owner: ToldByOwner; mayTest: boolean; doubt?: unknown[][] };

export function ToldByList({ channels, owner, mayTest, doubt = DIRECTORY_KEYS }: Props) {
  return (
    <ol className="told-by">
      {channels.map((channel) => (
        <Row
          key={`${channel.kind}${channel.address}`}
          channel={channel}
          owner={owner}
          mayTest={mayTest}
          doubt={doubt}
        />
      ))}
    </ol>
  );
}

function Row({
  channel,
  owner,
  mayTest,
  doubt,
}: {
  channel: ToldChannel;
  owner: ToldByOwner;
  mayTest: boolean;
  doubt: unknown[][];
}) {
  const { kind, address, label, testedAt, offAt, offWhy } = channel;
  const test = useAct({
    does: () => post<Tested>('/channels/test', { ...owner, kind, address }),
    doubt,
  });
  return (
    <li className="small">
      <span>
        {TOLD_BY_WORDS[kind]}{' '}
        <span className="quiet">
          {label ? `${label} · ` : ''}
          {address} ·
        </span>
      </span>{' '}
      {offAt ? (
        <span className="amber">
          off since <Time at={offAt} show="both" />
          {offWhy ? `: ${offWhy}` : ''}
        </span>
      ) : testedAt ? (
        <span className="green">
          tested <Time at={testedAt} show="relative" />
        </span>
      ) : (
        <span className="quiet">never tested</span>
      )}
      {mayTest && !offAt ? (
        <Button
          variant="subtle"
          size="compact-sm"
          loading={test.isPending}
          onClick={() => test.mutate()}
          aria-label={`Send a test by ${TOLD_BY_WORDS[kind]} to ${address}`}
        >
          Send a test
        </Button>
      ) : null}
      {mayTest && kind === 'webhook' && channel.id ? <NewSecret id={channel.id} /> : null}
      {test.data ? (
        <p className={test.data.sent ? 'green' : 'red'} role="status">
          {test.data.sent ? (test.data.delivered ? 'Delivered: ' : 'Sent: ') : 'Not sent: '}
          {test.data.words.replace(/^not sent: /, '')}
        </p>
      ) : null}
    </li>
  );
}

function NewSecret({ id }: { id: string }) {
  const [shown, setShown] = useState<{ secret: string; oldUntil: string }>();
  const make = useAct({
    does: () => post<{ secret: string; oldUntil: string }>(`/channels/${id}/secret`, {}),
    doubt: [],
    done: setShown,
  });
  if (!shown)
    return (
      <Button variant="subtle" size="compact-sm" loading={make.isPending} onClick={() => make.mutate()}>
        New signing secret
      </Button>
    );
  return (
    <div role="status">
      <p>
        Copy it now, it is not shown again. The old one still signs until{' '}
        <Time at={shown.oldUntil} show="both" />.
      </p>
      <Code block tabIndex={0}>
        {shown.secret}
      </Code>
    </div>
  );
}
