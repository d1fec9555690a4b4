/** A contact: by what it is told, in which language, in whose time. */
import { Autocomplete, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { CONTACT_ROLES } from '#directory/portfolio-words.ts';
import { LANGUAGES } from '#src/communicate/page/language.ts';
import { refusals, refusalsIn } from '../pieces/acting.ts';
import { ZoneSelect } from '../pieces/ZoneSelect.tsx';
import { languageName } from '../words/language.ts';
import { ownZone } from '../words/time.ts';
import { FormOutline } from './EntryForm.tsx';
import type { Views } from './kinds.ts';
import { type GivenToldBy, givenOf, ToldByEditor } from './ToldByEditor.tsx';

export type ContactFields = {
  name: string;
  role: string | null;
  email: string | null;
  phone: string | null;
  language: string;
  zone: string;
  /** Left out: as it was; without a list, by email. */
  channels?: GivenToldBy[];
};

type Props = {
  contact: Views['clients']['contacts'][number] | undefined;
  button: string;
  busy: boolean;
  error: unknown;
  send: (fields: ContactFields) => void;
  cancel: () => void;
};

export function ContactForm({ contact, send, ...outline }: Props) {
  const [form, setForm] = useState({
    name: contact?.name ?? '',
    role: contact?.role ?? '',
    email: contact?.email ?? '',
    phone: contact?.phone ?? '',
    language: contact?.language ?? 'en',
    zone: contact?.zone ?? ownZone(),
  });
  // Only what was touched is sent: an untouched list follows the email address.
  const [channels, setChannels] = useState<GivenToldBy[]>();
  const set = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const refused = refusals(outline.error);
  return (
    <FormOutline
      {...outline}
      submit={() =>
        send({
          ...form,
          role: form.role.trim() || null,
          email: form.email.trim() || null,
          phone: form.phone.trim() || null,
          ...(channels ? { channels } : {}),
        })
      }
    >
      <div className="pair">
        <TextInput
          label="Name"
          size="md"
          value={form.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={refused('name')}
          required
          autoFocus
          withAsterisk={false}
        />
        <Autocomplete
          label="Role"
          size="md"
          placeholder="technical, business, …"
          data={[...CONTACT_ROLES]}
          value={form.role}
          onChange={(role) => set({ role })}
          error={refused('role')}
        />
        <TextInput
          label="Email"
          type="email"
          size="md"
          value={form.email}
          onChange={(event) => set({ email: event.currentTarget.value })}
          error={refused('email')}
        />
        <TextInput
          label="Telephone"
          type="tel"
          size="md"
          value={form.phone}
          onChange={(event) => set({ phone: event.currentTarget.value })}
          error={refused('phone')}
        />
        <Select
          label="Language"
          size="md"
          allowDeselect={false}
          data={languages(contact?.language)}
          value={form.language}
          onChange={(language) => set({ language: language ?? form.language })}
          error={refused('language')}
        />
      </div>
      <ZoneSelect
        value={form.zone}
        choose={(zone) => set({ zone })}
        description="Times in messages are given in it, beside UTC."
        error={refused('zone')}
      />
      <ToldByEditor
        legend="How they are told, in this order"
        none="By email. Add channels to tell them another way, or by a second one when the first is silent."
        channels={channels ?? givenOf(contact?.channels ?? [])}
        change={setChannels}
        {...refusalsIn(outline.error, 'channels')}
      />
      <p className="small quiet">
        Contacts turn notifications on themselves, in a browser of their own: by the link in each mail to them
        and on their status page. Such a device is told beside this list, never in its place; here you take it
        back.
      </p>
    </FormOutline>
  );
}

/** Those that the pages have; another one that somebody wrote down stays. */
function languages(kept: string | undefined): { value: string; label: string }[] {
  const known: string[] = [...new Set([...LANGUAGES, kept ?? 'en'])];
  return known.map((value) => ({ value, label: languageName(value) }));
}
