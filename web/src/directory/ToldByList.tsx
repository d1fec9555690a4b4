/** The channels of somebody as they are kept: tested or not, off and why, with a test that really sends. */
import { Button, Code } from '@mantine/core';
import { useState } from 'react';
import type { ToldChannel } from '#directory/channels.ts';
import { TOLD_BY_WORDS } from '#directory/told-by.ts';
import { patch, post } from '../api/http.ts';
import { useAct } from '../pieces/acting.ts';
import { Confirm } from '../pieces/Confirm.tsx';
import { Time } from '../pieces/Time.tsx';
import { DIRECTORY_KEYS } from './kinds.ts';
import { givenOf } from './ToldByEditor.tsx';
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
          all={channels}
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
  all,
  owner,
  mayTest,
  doubt,
}: {
  channel: ToldChannel;
  all: readonly ToldChannel[];
  owner: ToldByOwner;
  mayTest: boolean;
  doubt: unknown[][];
}) {
  const { kind, address, label, testedAt, offAt, offWhy, beside, addedAt } = channel;
  const test = useAct({
    does: () => post<Tested>('/channels/test', { ...owner, kind, address }),
    doubt,
  });
  return (
    <li className="small" data-beside={beside || undefined}>
      <span>
        {beside ? 'On a device' : TOLD_BY_WORDS[kind]}{' '}
        <span className="quiet">
          {label ? `${label} · ` : ''}
          {address} ·{' '}
          {beside && addedAt ? (
            <>
              turned on by the contact <Time at={addedAt} show="both" /> ·
            </>
          ) : null}
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
      {mayTest && beside && owner.contactId ? (
        <RemoveDevice device={channel} all={all} contactId={owner.contactId} doubt={doubt} />
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

/** Our own people take a device back; the link that turned it on is used up. */
function RemoveDevice({
  device,
  all,
  contactId,
  doubt,
}: {
  device: ToldChannel;
  all: readonly ToldChannel[];
  contactId: string;
  doubt: unknown[][];
}) {
  const remove = useAct({
    does: () =>
      patch(`/contacts/${contactId}`, { channels: givenOf(all.filter((each) => each.id !== device.id)) }),
    doubt,
  });
  const name = device.label ?? 'the device';
  return (
    <Confirm
      words="Remove"
      size="compact-sm"
      title={`Remove ${name}`}
      button={`Show no more messages on ${name}`}
      busy={remove.isPending}
      act={(close) => remove.mutate(undefined, { onSettled: close })}
    >
      <p>
        {name} shows no more messages. The contact is told by the other channels as before, and can turn a
        device on again by a newer link, unless you leave this one in the list and turn it off there (Edit).
      </p>
    </Confirm>
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
