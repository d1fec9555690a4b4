/** Notifications: turned on in this browser by a click, and the list of my browsers, each to be tested or removed. */
import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ToldChannel } from '#directory/channels.ts';
import { inWords, Problem, post, remove } from '../api/http.ts';
import '../directory/directory.css';
import { DIRECTORY_KEYS } from '../directory/kinds.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { useAct } from '../pieces/acting.ts';
import { Time } from '../pieces/Time.tsx';
import { ability, Denied, thisBrowser, turnOff, turnOn } from './this-browser.ts';

const HERE = ['this-browser'];

export function Notifications({
  personId,
  channels,
}: {
  personId: string;
  channels: readonly ToldChannel[];
}) {
  const browsers = channels.filter((each) => each.kind === 'web_push');
  const here = useQuery({
    queryKey: HERE,
    queryFn: thisBrowser,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return (
    <section className="section" aria-labelledby="notifications">
      <h2 className="label" id="notifications">
        Notifications
      </h2>
      <p className="quiet small">
        A page rings in every browser below, also while Humdrum is closed. Messages come here in the order of
        “How I am told” above. A notification never answers for you.
      </p>
      <div className="notifications-here">
        <Here id={browsers.some((each) => each.id === here.data) ? here.data! : null} />
      </div>
      {browsers.length ? (
        <ul className="rows browsers" aria-label="My browsers">
          {browsers.map((browser) => (
            <Browser key={browser.id} browser={browser} personId={personId} here={browser.id === here.data} />
          ))}
        </ul>
      ) : (
        <p className="nothing">They are not turned on in any browser yet.</p>
      )}
    </section>
  );
}

function Here({ id }: { id: string | null }) {
  const queries = useQueryClient();
  const able = ability();
  const [refused, setRefused] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const again = async () => {
    await queries.invalidateQueries({ queryKey: HERE });
    await Promise.all(DIRECTORY_KEYS.map((queryKey) => queries.invalidateQueries({ queryKey })));
  };
  const ask = async () => {
    setBusy(true);
    setRefused(undefined);
    try {
      queries.setQueryData(HERE, await turnOn());
      await again();
    } catch (error) {
      setRefused(error);
    } finally {
      setBusy(false);
    }
  };
  if (!able.can)
    return (
      <p className="amber" role="status">
        Not here: {able.why} While Humdrum is open in a tab, a page still rings with a sound.
      </p>
    );
  if (able.permission === 'denied')
    return (
      <p className="amber" role="status">
        Blocked in this browser: it was told to show none of this address. Allow notifications for{' '}
        {location.host} in the browser’s own settings (the sign left of the address), then reload this page.
      </p>
    );
  if (id) return <p className="green">On in this browser.</p>;
  return (
    <div>
      <ActButton busy={busy} onClick={() => void ask()}>
        Turn on in this browser
      </ActButton>
      {refused ? (
        <p className="red small" role="alert">
          {refused instanceof Denied || refused instanceof Problem
            ? refused instanceof Problem
              ? inWords(refused)
              : refused.message
            : 'The browser kept no worker, as in a private window. Open Humdrum in an ordinary one.'}
        </p>
      ) : (
        <p className="quiet small browser-asks">Your browser asks you once whether it may.</p>
      )}
    </div>
  );
}

type Tested = { sent: boolean; delivered: boolean; words: string };

function Browser({ browser, personId, here }: { browser: ToldChannel; personId: string; here: boolean }) {
  const { kind, address, label, testedAt, offAt, offWhy, usedAt } = browser;
  const name = label ?? 'A browser';
  const test = useAct({
    does: () => post<Tested>('/channels/test', { personId, kind, address }),
    doubt: DIRECTORY_KEYS,
  });
  const leave = useAct({
    does: () => (here ? turnOff(browser.id) : remove(`/me/browsers/${browser.id}`)),
    doubt: [...DIRECTORY_KEYS, HERE],
  });
  return (
    <li className="record">
      <span className="record-title">
        {name}
        {here ? <span className="quiet"> · this browser</span> : null}
      </span>
      <span className="record-end">
        {offAt ? null : (
          <Button
            variant="subtle"
            size="compact-md"
            loading={test.isPending}
            onClick={() => test.mutate()}
            aria-label={`Send a test to ${name}`}
          >
            Send a test
          </Button>
        )}
        <Button
          variant="subtle"
          size="compact-md"
          disabled={leave.isPending}
          onClick={() => leave.mutate()}
          aria-label={`Remove ${name}`}
        >
          Remove
        </Button>
      </span>
      <span className="small quiet">
        {usedAt ? (
          <>
            last used <Time at={usedAt} show="relative" />
          </>
        ) : (
          'never used'
        )}{' '}
        ·{' '}
        {testedAt ? (
          <span className="green">
            tested <Time at={testedAt} show="relative" />
          </span>
        ) : (
          'never tested'
        )}{' '}
        · {address}
      </span>
      {offAt ? (
        <span className="small amber">
          Off since <Time at={offAt} show="relative" />
          {offWhy ? `: ${offWhy}` : ''}{' '}
          {here ? 'Remove it and turn it on again.' : 'Open Humdrum there, or remove it.'}
        </span>
      ) : null}
      {test.data ? (
        <span className={test.data.sent ? 'small green' : 'small red'} role="status">
          {test.data.sent ? 'Sent: ' : 'Not sent: '}
          {test.data.words.replace(/^not sent: /, '')}
          {test.data.sent
            ? '. It shows in a moment; if it does not, look at the notifications of your system.'
            : ''}
        </span>
      ) : null}
    </li>
  );
}
