/** A person: name, email, zone, and the channels in the order in which they ring. */
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { refusals } from '../pieces/acting.ts';
import { ZoneSelect } from '../pieces/ZoneSelect.tsx';
import { ownZone } from '../words/time.ts';
import { ChannelsEditor, type GivenChannel } from './ChannelsEditor.tsx';
import { type FormOf, FormOutline } from './EntryForm.tsx';
import type { Views } from './kinds.ts';
import { EditPersonTold } from './PersonTold.tsx';
import type { GivenToldBy } from './ToldByEditor.tsx';

export function PersonForm({ entry, send, ...outline }: FormOf<Views['people']>) {
  const [form, setForm] = useState({
    name: entry?.name ?? '',
    email: entry?.email ?? '',
    zone: entry?.zone ?? ownZone(),
  });
  const [channels, setChannels] = useState<GivenChannel[] | undefined>(entry?.channels);
  const [told, setTold] = useState<GivenToldBy[]>();
  const set = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const refused = refusals(outline.error);
  return (
    <FormOutline
      {...outline}
      submit={() =>
        send({ ...form, ...(channels ? { channels } : {}), ...(told ? { messageChannels: told } : {}) })
      }
    >
      <TextInput
        label="Name"
        size="md"
        value={form.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
        error={refused('name')}
        required
        autoFocus={!entry}
        withAsterisk={false}
      />
      <TextInput
        label="Email"
        type="email"
        size="md"
        value={form.email}
        onChange={(event) => set({ email: event.currentTarget.value })}
        error={refused('email')}
        required
        withAsterisk={false}
      />
      <ZoneSelect
        value={form.zone}
        choose={(zone) => set({ zone })}
        description="Their nights are protected in this zone."
        error={refused('zone')}
      />
      {channels ? (
        <ChannelsEditor
          channels={channels}
          change={setChannels}
          email={form.email}
          error={refused('channels')}
        />
      ) : (
        <p className="quiet small">
          They ring in the app and by email.{' '}
          <button
            type="button"
            className="linkish"
            onClick={() =>
              setChannels([
                { kind: 'app', address: '' },
                { kind: 'email', address: form.email },
              ])
            }
          >
            Choose the channels
          </button>
        </p>
      )}
      <EditPersonTold person={entry} channels={told} change={setTold} error={outline.error} />
    </FormOutline>
  );
}
