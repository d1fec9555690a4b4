/** My account: how I am reached and in which zone, notifications of this browser, my password, where I am signed in. */
import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { get, put, remove } from '../api/http.ts';
import { useSession } from '../api/session.ts';
import { ChannelsEditor, type GivenChannel } from '../directory/ChannelsEditor.tsx';
import { Fact, Facts } from '../directory/EntryFacts.tsx';
import { FormOutline } from '../directory/EntryForm.tsx';
import { DIRECTORY_KEYS, type Views } from '../directory/kinds.ts';
import { PersonChannels } from '../directory/PersonChannels.tsx';
import { EditPersonTold, PersonTold } from '../directory/PersonTold.tsx';
import type { GivenToldBy } from '../directory/ToldByEditor.tsx';
import { forgetLists } from '../incident/calls/kept.ts';
import { forgetAllUnsent } from '../incident/message/unsent.ts';
import { refusals, useAct } from '../pieces/acting.ts';
import { Shown } from '../pieces/States.tsx';
import { ZoneSelect } from '../pieces/ZoneSelect.tsx';
import { sayFailed } from '../shell/toast.ts';
import { Notifications } from './Notifications.tsx';
import { Password } from './Password.tsx';
import { Sessions } from './Sessions.tsx';
import { leaveThisBrowser } from './this-browser.ts';

type Person = Views['people'];

export function Account() {
  const session = useSession();
  const queries = useQueryClient();
  // The subscription goes first: without a session the server would not hear of it.
  const leave = async () => {
    await leaveThisBrowser();
    await remove('/session');
  };
  const signOut = () =>
    void leave().then(() => {
      forgetLists();
      forgetAllUnsent();
      queries.setQueryData(['session'], null);
    }, sayFailed);
  return (
    <>
      <Facts>
        <Fact name="Signed in as">
          {session?.name} <span className="quiet">· {session?.email}</span>
        </Fact>
        <Fact name="Role">{session ? ROLES[session.role] : ''}</Fact>
      </Facts>
      <Button variant="default" mt="md" onClick={signOut}>
        Sign out
      </Button>
      {session?.personId ? (
        <Reached personId={session.personId} />
      ) : (
        <p className="section amber">
          Your login belongs to no person of the directory, so you cannot be called. An administrator can add
          a person with your email.
        </p>
      )}
      <Password />
      <Sessions />
    </>
  );
}

const ROLES: Record<'viewer' | 'responder' | 'administrator', string> = {
  viewer: 'viewer: sees everything that is not restricted, changes nothing',
  responder: 'responder: runs incidents',
  administrator: 'administrator: also changes the directory, the policy and who may sign in',
};

function Reached({ personId }: { personId: string }) {
  const person = useQuery({
    queryKey: ['persons', 'one', personId],
    queryFn: ({ signal }) => get<Person>(`/people/${personId}`, {}, signal),
  });
  const [editing, setEditing] = useState(false);
  return (
    <Shown of={person}>
      {(data) =>
        editing ? (
          <section className="section">
            <h2 className="label">How I am reached</h2>
            <EditReached person={data} close={() => setEditing(false)} />
          </section>
        ) : (
          <>
            <PersonChannels person={data} />
            <PersonTold person={data} />
            <Button variant="default" mt="sm" onClick={() => setEditing(true)}>
              Change channels or zone
            </Button>
            <p className="quiet small" style={{ marginTop: 8 }}>
              My zone is {data.zone}; nights are protected in it.
            </p>
            <Notifications personId={data.id} channels={data.messageChannels} />
          </>
        )
      }
    </Shown>
  );
}

function EditReached({ person, close }: { person: Person; close: () => void }) {
  const [channels, setChannels] = useState<GivenChannel[]>(person.channels);
  const [told, setTold] = useState<GivenToldBy[]>();
  const [zone, setZone] = useState(person.zone);
  const save = useAct({
    does: () =>
      put('/me/channels', {
        channels: channels.map(({ kind, address }) => ({ kind, address })),
        ...(told ? { messageChannels: told } : {}),
        zone,
      }),
    doubt: [...DIRECTORY_KEYS, ['session']],
    inForm: true,
    done: close,
  });
  const refused = refusals(save.error);
  return (
    <FormOutline
      button="Save"
      busy={save.isPending}
      error={save.error}
      submit={() => save.mutate()}
      cancel={close}
    >
      <ZoneSelect value={zone} choose={setZone} error={refused('zone')} />
      <ChannelsEditor
        channels={channels}
        change={setChannels}
        email={person.email}
        mine
        error={refused('channels')}
      />
      <EditPersonTold person={person} channels={told} change={setTold} error={save.error} mine />
    </FormOutline>
  );
}
