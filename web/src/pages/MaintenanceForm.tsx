/** What is planned, when, and on which pages it stands. */
import { MultiSelect, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { FormOutline } from '../directory/EntryForm.tsx';
import { refusals } from '../pieces/acting.ts';
import { ServicesSelect } from '../pieces/Choosers.tsx';
import { fieldOf, type MaintenanceView, momentIn, nameOf, statusPagesQuery } from './page.ts';
import { confirmables, SecondTap } from './SecondTap.tsx';

type Props = {
  maintenance: MaintenanceView | undefined;
  button: string;
  busy: boolean;
  error: unknown;
  send: (body: object) => void;
  cancel: () => void;
};

export function MaintenanceForm({ maintenance, send, ...outline }: Props) {
  const pages = useQuery(statusPagesQuery).data?.items ?? [];
  const [form, setForm] = useState({
    title: maintenance?.title ?? '',
    impact: maintenance?.impact ?? '',
    startsAt: fieldOf(maintenance?.startsAt),
    endsAt: fieldOf(maintenance?.endsAt),
    serviceIds: maintenance?.services.map((each) => each.id) ?? [],
    pageIds: maintenance?.pages.map((each) => each.id) ?? [],
  });
  const [confirmed, setConfirmed] = useState<string[]>([]);
  const set = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const refused = refusals(outline.error);
  const shown = pages.filter(
    (page) =>
      form.pageIds.includes(page.id) || page.services.some((service) => form.serviceIds.includes(service.id)),
  );
  const submit = () =>
    send({
      ...form,
      startsAt: momentIn(form.startsAt) ?? form.startsAt,
      endsAt: momentIn(form.endsAt) ?? form.endsAt,
      confirmed,
    });
  return (
    <FormOutline {...outline} submit={submit}>
      <TextInput
        label="What is done"
        description="In words of those who read it."
        placeholder="New payment terminals"
        size="md"
        value={form.title}
        onChange={(event) => set({ title: event.currentTarget.value })}
        error={refused('title')}
      />
      <Textarea
        label="What they will notice"
        placeholder="Card payments fail for up to two minutes."
        size="md"
        autosize
        minRows={2}
        value={form.impact}
        onChange={(event) => set({ impact: event.currentTarget.value })}
        error={refused('impact')}
      />
      <div className="pair">
        <TextInput
          label="Begins (UTC)"
          type="datetime-local"
          size="md"
          value={form.startsAt}
          onChange={(event) => set({ startsAt: event.currentTarget.value })}
          error={refused('startsAt')}
        />
        <TextInput
          label="Ends (UTC)"
          type="datetime-local"
          size="md"
          value={form.endsAt}
          onChange={(event) => set({ endsAt: event.currentTarget.value })}
          error={refused('endsAt')}
        />
      </div>
      <ServicesSelect
        label="Which services"
        placeholder="None chosen"
        value={form.serviceIds}
        choose={(serviceIds) => set({ serviceIds })}
      />
      {refused('serviceIds') ? <p className="red small">{refused('serviceIds')}</p> : null}
      <MultiSelect
        label="On which pages"
        description="Only pages that show one of these services; nobody else reads of it."
        size="md"
        hidePickedOptions
        placeholder={form.pageIds.length ? '' : 'None chosen'}
        data={shown.map((page) => ({ value: page.id, label: nameOf(page) }))}
        value={form.pageIds}
        onChange={(pageIds) => set({ pageIds })}
        error={refused('pageIds')}
        nothingFoundMessage="Choose a service that stands on a page first"
      />
      <SecondTap asked={confirmables(outline.error)} confirmed={confirmed} confirm={setConfirmed} />
    </FormOutline>
  );
}
