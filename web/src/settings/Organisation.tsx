/** The organisation as clients see it: its name, the zone of its public page, a number to call. */
import { TextInput } from '@mantine/core';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { get, put } from '../api/http.ts';
import { useSession } from '../api/session.ts';
import { ActButton } from '../pieces/ActButton.tsx';
import { refusals, useAct } from '../pieces/acting.ts';
import { Refusal } from '../pieces/Refusal.tsx';
import { Shown } from '../pieces/States.tsx';
import { ZoneSelect } from '../pieces/ZoneSelect.tsx';

export type Organised = {
  name: string | null;
  statusPageName: string | null;
  zone: string;
  phone: string | null;
};

export const organisationQuery = queryOptions({
  queryKey: ['organisation'],
  queryFn: ({ signal }) => get<Organised>('/settings/organisation', {}, signal),
});

export function Organisation() {
  const organisation = useQuery(organisationQuery);
  return <Shown of={organisation}>{(data) => <OrganisationForm organisation={data} />}</Shown>;
}

export function OrganisationForm({ organisation, saved }: { organisation: Organised; saved?: () => void }) {
  const administrator = useSession()?.role === 'administrator';
  const [form, setForm] = useState({
    name: organisation.name ?? '',
    statusPageName: organisation.statusPageName ?? '',
    zone: organisation.zone,
    phone: organisation.phone ?? '',
  });
  const set = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const save = useAct({
    does: () =>
      put('/settings/organisation', {
        name: form.name.trim() || null,
        statusPageName: form.statusPageName.trim() || null,
        zone: form.zone,
        phone: form.phone.trim() || null,
      }),
    doubt: [['organisation']],
    inForm: true,
    said: 'Saved. The status page and messages show it from now on.',
    done: saved,
  });
  const refused = refusals(save.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form className="form" onSubmit={submit}>
      <TextInput
        label="Name"
        description="The name that clients know."
        size="md"
        value={form.name}
        readOnly={!administrator}
        onChange={(event) => set({ name: event.currentTarget.value })}
        error={refused('name')}
      />
      <TextInput
        label="Heading of the status page"
        placeholder={form.name ? `${form.name} status` : 'Status'}
        size="md"
        value={form.statusPageName}
        readOnly={!administrator}
        onChange={(event) => set({ statusPageName: event.currentTarget.value })}
        error={refused('statusPageName')}
      />
      <ZoneSelect
        value={form.zone}
        choose={(zone) => set({ zone })}
        description="Times on the public page are given in it, beside UTC."
        error={refused('zone')}
      />
      <TextInput
        label="A number that clients may call"
        placeholder="+49 30 1234567"
        type="tel"
        size="md"
        value={form.phone}
        readOnly={!administrator}
        onChange={(event) => set({ phone: event.currentTarget.value })}
        error={refused('phone')}
      />
      <Refusal error={save.error} />
      {administrator ? (
        <div className="form-end">
          <ActButton type="submit" busy={save.isPending} busyText="Saving…">
            Save
          </ActButton>
        </div>
      ) : (
        <p className="quiet">An administrator can change it.</p>
      )}
    </form>
  );
}
