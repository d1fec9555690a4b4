/** The organisation's own channels: where every internal message is posted, and what this installation can send by. */
import { queryOptions, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { ToldChannel } from '#directory/channels.ts';
import type { ToldBy } from '#directory/told-by.ts';
import { get, put } from '../api/http.ts';
import { useSession } from '../api/session.ts';
import { channelKindsQuery } from '../directory/channel-kinds.ts';
import { type GivenToldBy, givenOf, ToldByEditor } from '../directory/ToldByEditor.tsx';
import { ToldByList } from '../directory/ToldByList.tsx';
import { ActButton } from '../pieces/ActButton.tsx';
import { refusalsIn, useAct } from '../pieces/acting.ts';
import { Refusal } from '../pieces/Refusal.tsx';
import { Shown } from '../pieces/States.tsx';

type Kept = { channels: ToldChannel[] };

// Rooms that several people read; whatever reaches one person stands with that person.
const ROOMS: ToldBy[] = ['slack', 'teams', 'mattermost', 'discord', 'webhook'];
const KEY = ['organisation', 'channels'];

const channelsQuery = queryOptions({
  queryKey: KEY,
  queryFn: ({ signal }) => get<Kept>('/settings/channels', {}, signal),
});

export function OrganisationChannels() {
  const channels = useQuery(channelsQuery);
  return (
    <section className="section">
      <h2 className="label">Where internal messages are posted</h2>
      <p className="quiet small">
        Every internal message, except those of restricted incidents. People are told by their own channels as
        well.
      </p>
      <Shown of={channels}>{(kept) => <Channels key={JSON.stringify(kept)} kept={kept} />}</Shown>
      <NotConfigured />
    </section>
  );
}

function Channels({ kept }: { kept: Kept }) {
  const administrator = useSession()?.role === 'administrator';
  const [channels, setChannels] = useState<GivenToldBy[]>();
  const save = useAct({
    does: () => put<Kept>('/settings/channels', { channels: channels ?? [] }),
    doubt: [KEY],
    inForm: true,
    said: 'Saved. The next internal message is posted there.',
    done: () => setChannels(undefined),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form className="form" onSubmit={submit}>
      {kept.channels.length ? (
        <ToldByList channels={kept.channels} owner={{}} mayTest={administrator} doubt={[KEY]} />
      ) : null}
      {administrator ? (
        <>
          <ToldByEditor
            legend="Channels"
            none="None: internal messages go to people only."
            channels={channels ?? givenOf(kept.channels)}
            change={setChannels}
            kinds={ROOMS}
            labels
            {...refusalsIn(save.error, 'channels')}
          />
          <Refusal error={save.error} />
          {channels ? (
            <div className="form-end">
              <ActButton type="submit" busy={save.isPending}>
                Save the channels
              </ActButton>
            </div>
          ) : null}
        </>
      ) : kept.channels.length ? null : (
        <p className="nothing">None: internal messages go to people only.</p>
      )}
    </form>
  );
}

/** What an operator would have to set before a channel can be used. */
function NotConfigured() {
  const kinds = useQuery(channelKindsQuery).data?.kinds.filter((each) => each.notConfigured) ?? [];
  if (!kinds.length) return null;
  return (
    <ul className="quiet small">
      {kinds.map(({ kind, words, notConfigured }) => (
        <li key={kind}>
          {words} cannot be used: {notConfigured?.replace(/^not sent: /, '')}
        </li>
      ))}
    </ul>
  );
}
