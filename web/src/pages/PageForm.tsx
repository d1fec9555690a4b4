/** What a status page is, with the page itself beside it, as its readers would see it. */
import { MultiSelect, Select, Textarea, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { inWords, post } from '../api/http.ts';
import { clientsQuery, servicesQuery } from '../api/queries.ts';
import { FormOutline } from '../directory/EntryForm.tsx';
import { refusals } from '../pieces/acting.ts';
import { ZoneSelect } from '../pieces/ZoneSelect.tsx';
import type { StatusPageView } from './page.ts';

type Props = {
  page: StatusPageView | undefined;
  button: string;
  busy: boolean;
  error: unknown;
  send: (body: object) => void;
  cancel: () => void;
};

const REST_MS = 400;

export function PageForm({ page, send, ...outline }: Props) {
  const first = page?.slug === null;
  const clients = useQuery(clientsQuery).data?.items ?? [];
  const services = useQuery(servicesQuery).data?.items ?? [];
  const [form, setForm] = useState({
    name: page?.name ?? '',
    slug: page?.slug ?? '',
    clientId: page?.client?.id ?? null,
    zone: page?.zone ?? null,
    language: page?.language ?? 'en',
    accent: page?.accent ?? '',
    accentDark: page?.accentDark ?? '',
    readers: (page?.readers ?? []).join('\n'),
    serviceIds: page?.services.map((each) => each.id) ?? [],
  });
  const set = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const refused = refusals(outline.error);
  const body = bodyOf(form, first, page === undefined);
  const offered = services.filter((each) => each.publicName || form.serviceIds.includes(each.id));
  return (
    <div className="page-edit">
      <FormOutline {...outline} submit={() => send(body)}>
        {page ? null : (
          <Select
            label="Whose page"
            description="A client's page is private: its contacts read it by a link that is sent to them."
            size="md"
            searchable
            clearable
            placeholder="everybody may read it"
            data={clients.map((each) => ({ value: each.id, label: each.name }))}
            value={form.clientId}
            onChange={(clientId) => set({ clientId })}
            error={refused('clientId')}
          />
        )}
        <TextInput
          label="Name"
          description={first ? 'Left empty: the organisation says it.' : 'Stands on top of the page.'}
          size="md"
          value={form.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={refused('name')}
        />
        {first ? null : (
          <TextInput
            label="Its place"
            description={`/status/${form.slug || '…'}/`}
            size="md"
            value={form.slug}
            onChange={(event) => set({ slug: event.currentTarget.value.toLowerCase() })}
            error={refused('slug')}
          />
        )}
        {first ? null : (
          <MultiSelect
            label="What it shows"
            description={
              form.clientId && !page
                ? 'Left empty: all services of the client that have a public name.'
                : 'In this order, by their public names.'
            }
            size="md"
            searchable
            hidePickedOptions
            placeholder={form.serviceIds.length ? '' : 'None chosen'}
            data={offered.map((each) => ({ value: each.id, label: each.publicName ?? each.name }))}
            value={form.serviceIds}
            onChange={(serviceIds) => set({ serviceIds })}
            error={refused('serviceIds')}
            nothingFoundMessage="No service of that public name"
          />
        )}
        {form.clientId ? (
          <Textarea
            label="Who may read it besides the client's contacts"
            description="One on each line: an address, or a whole domain such as example.com."
            size="md"
            autosize
            minRows={2}
            value={form.readers}
            onChange={(event) => set({ readers: event.currentTarget.value })}
            error={refused('readers')}
          />
        ) : null}
        <Select
          label="Language"
          description="Of everything on the page that no person wrote."
          size="md"
          allowDeselect={false}
          data={[
            { value: 'en', label: 'English' },
            { value: 'de', label: 'Deutsch' },
          ]}
          value={form.language}
          onChange={(language) => set({ language: language as 'en' | 'de' })}
        />
        <ZoneSelect
          value={form.zone ?? 'UTC'}
          choose={(zone) => set({ zone })}
          description={
            form.zone
              ? 'Times are given in it, beside UTC.'
              : 'As long as none is chosen: that of the organisation.'
          }
          error={refused('zone')}
        />
        <div className="pair">
          <TextInput
            label="Colour"
            placeholder="#1f4b99"
            size="md"
            value={form.accent}
            onChange={(event) => set({ accent: event.currentTarget.value })}
            error={refused('accent')}
          />
          <TextInput
            label="Colour in the dark"
            placeholder="made from the other"
            size="md"
            value={form.accentDark}
            onChange={(event) => set({ accentDark: event.currentTarget.value })}
            error={refused('accentDark')}
          />
        </div>
      </FormOutline>
      <Preview
        body={{ ...body, ...(page ? { id: page.id } : {}) }}
        ready={first || Boolean(form.name.trim() && form.slug.trim())}
      />
    </div>
  );
}

type Form = {
  name: string;
  slug: string;
  clientId: string | null;
  zone: string | null;
  language: 'en' | 'de';
  accent: string;
  accentDark: string;
  readers: string;
  serviceIds: string[];
};

function bodyOf(form: Form, first: boolean, fresh: boolean): object {
  return {
    name: form.name.trim() || null,
    zone: form.zone,
    language: form.language,
    accent: form.accent.trim() || null,
    accentDark: form.accentDark.trim() || null,
    ...(first ? {} : { slug: form.slug.trim() }),
    ...(first || (fresh && !form.serviceIds.length) ? {} : { serviceIds: form.serviceIds }),
    ...(form.clientId
      ? {
          clientId: form.clientId,
          readers: form.readers
            .split(/[\s,;]+/)
            .map((each) => each.trim())
            .filter(Boolean),
        }
      : {}),
  };
}

/** The page, made by the server from what stands in the form; it can do nothing in its frame. */
function Preview({ body, ready }: { body: object; ready: boolean }) {
  const [rested] = useDebouncedValue(JSON.stringify(body), REST_MS);
  const made = useQuery({
    queryKey: ['status_pages', 'preview', rested],
    queryFn: () => post<{ html: string }>('/status-pages/preview', JSON.parse(rested)),
    enabled: ready,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 10_000,
  });
  return (
    <section className="page-preview" aria-label="Preview">
      <h2 className="label">How it looks</h2>
      {made.isError ? (
        <p className="quiet" role="status">
          {inWords(made.error)}
        </p>
      ) : null}
      {made.data ? (
        <iframe
          className="page-frame"
          title="The page as its readers see it"
          sandbox=""
          srcDoc={made.data.html}
        />
      ) : null}
      {ready ? null : <p className="quiet">Give it a name and a place; then it is shown here.</p>}
      {ready && made.isPending && !made.data ? <p className="quiet">Making the page…</p> : null}
    </section>
  );
}
