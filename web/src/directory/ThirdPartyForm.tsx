/** A provider: its name, where it says how it is, which part of it matters, and what we check ourselves. */
import { Button, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { FEED_KIND_WORDS, FEED_KINDS, type FeedKind } from '#directory/feed-kinds.ts';
import { PROVIDER_STATE_WORDS, type ProviderState } from '#src/triage/providers/state.ts';
import { inWords, post } from '../api/http.ts';
import { refusals, useAct } from '../pieces/acting.ts';
import { type CatalogueEntry, catalogueQuery, providerQuery } from '../providers/provider.ts';
import '../providers/providers.css';
import { count } from '../words/count.ts';
import { type FormOf, FormOutline } from './EntryForm.tsx';
import type { Views } from './kinds.ts';

type Fields = {
  name: string;
  statusUrl: string;
  kind: FeedKind | '';
  url: string;
  components: string[];
  probeUrl: string;
  probeText: string;
  stillWorks: string;
};
type Tried = {
  state: ProviderState;
  note: string | null;
  components: { id: string; name: string; group: string | null }[];
  incidents: { title: string; open: boolean }[];
};

export function ThirdPartyForm({ entry, send, ...outline }: FormOf<Views['third-parties']>) {
  const [fields, setFields] = useState<Fields>({
    name: entry?.name ?? '',
    statusUrl: entry?.statusUrl ?? '',
    kind: entry?.feed?.kind ?? '',
    url: entry?.feed?.url ?? '',
    components: entry?.feed?.components ?? [],
    probeUrl: entry?.probe?.url ?? '',
    probeText: entry?.probe?.text ?? '',
    stillWorks: entry?.stillWorks ?? '',
  });
  const set = (part: Partial<Fields>) => setFields({ ...fields, ...part });
  const refused = refusals(outline.error);
  const tried = useAct({
    does: () => post<Tried>('/third-parties/trial', feedOf(fields) ?? {}),
    doubt: [],
    inForm: true,
  });
  const names = useComponentNames(entry?.id, tried.data);
  return (
    <FormOutline
      {...outline}
      submit={() =>
        send({
          name: fields.name,
          statusUrl: fields.statusUrl.trim() || null,
          feed: feedOf(fields),
          probe: fields.probeUrl.trim()
            ? { url: fields.probeUrl.trim(), text: fields.probeText.trim() || null }
            : null,
          stillWorks: fields.stillWorks.trim() || null,
        })
      }
    >
      {entry ? null : <FromCatalogue choose={(each) => set(filledFrom(each))} />}
      <TextInput
        label="Name"
        size="md"
        value={fields.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
        error={refused('name')}
        required
        withAsterisk={false}
      />
      <TextInput
        label="Status page"
        description="For people; it is linked from incidents."
        placeholder="https://status.example.com"
        type="url"
        size="md"
        value={fields.statusUrl}
        onChange={(event) => set({ statusUrl: event.currentTarget.value })}
        error={refused('statusUrl')}
      />
      <Select
        label="Kind of feed"
        size="md"
        data={[
          { value: '', label: 'none: nobody asks' },
          ...FEED_KINDS.map((value) => ({ value, label: FEED_KIND_WORDS[value] })),
        ]}
        value={fields.kind}
        onChange={(kind) => set({ kind: (kind ?? '') as FeedKind | '' })}
        error={refused('feed.kind')}
      />
      <TextInput
        label="Address of the feed"
        placeholder="https://status.example.com"
        type="url"
        size="md"
        disabled={fields.kind === ''}
        value={fields.url}
        onChange={(event) => set({ url: event.currentTarget.value })}
        error={refused('feed.url')}
      />
      {fields.kind ? (
        <>
          <div>
            <Button
              variant="default"
              disabled={tried.isPending || !fields.url.trim()}
              onClick={() => tried.mutate()}
            >
              {tried.isPending ? 'Asking…' : 'Try the feed'}
            </Button>
          </div>
          <Trial tried={tried.data} error={tried.error} />
          <TagsInput
            label="Only these components"
            description="Ids or names as the feed gives them. Leave it empty if all of it matters; one that the feed does not have reads as not known."
            placeholder={fields.components.length ? '' : 'all of it matters'}
            size="md"
            data={names}
            value={fields.components}
            onChange={(components) => set({ components })}
            error={refused('feed.components')}
            maxDropdownHeight={280}
          />
        </>
      ) : null}
      <div className="pair">
        <TextInput
          label="Our own check"
          description="An address that we ask once a minute."
          placeholder="https://api.example.com/health"
          type="url"
          size="md"
          value={fields.probeUrl}
          onChange={(event) => set({ probeUrl: event.currentTarget.value })}
          error={refused('probe.url')}
        />
        <TextInput
          label="It must say"
          description="A text in the answer; may be left empty."
          placeholder="ok"
          size="md"
          disabled={!fields.probeUrl.trim()}
          value={fields.probeText}
          onChange={(event) => set({ probeText: event.currentTarget.value })}
          error={refused('probe.text')}
        />
      </div>
      <Textarea
        label="What still works without it"
        description="In words that clients may read: they go into the next update while we work without it."
        placeholder="Orders are taken; cards are charged later"
        size="md"
        autosize
        minRows={2}
        value={fields.stillWorks}
        onChange={(event) => set({ stillWorks: event.currentTarget.value })}
        error={refused('stillWorks')}
      />
    </FormOutline>
  );
}

/** One choice fills in the rest. */
function FromCatalogue({ choose }: { choose: (entry: CatalogueEntry) => void }) {
  const entries = useQuery(catalogueQuery).data?.items ?? [];
  const groups = Map.groupBy(entries, (each) => each.category);
  // Without a value of ours, what is being typed would be cleared whenever the list is drawn again.
  const [chosen, setChosen] = useState<string | null>(null);
  return (
    <Select
      label="A well-known provider"
      description="Fills in the name and where it says how it is. Addresses change: try the feed before you rely on it."
      placeholder="GitHub, Stripe, AWS…"
      size="md"
      searchable
      data={[...groups].map(([group, list]) => ({ group, items: list.map((each) => each.name) }))}
      value={chosen}
      onChange={(name) => {
        setChosen(name);
        const found = entries.find((each) => each.name === name);
        if (found) choose(found);
      }}
      nothingFoundMessage="Not in the catalogue: fill in the fields below"
      openOnFocus={false}
      autoFocus
    />
  );
}

function Trial({ tried, error }: { tried: Tried | undefined; error: unknown }) {
  if (error)
    return (
      <p className="trial small red" role="alert">
        {inWords(error)}
      </p>
    );
  if (!tried) return null;
  const open = tried.incidents.filter((each) => each.open);
  return (
    <p className="trial small" role="status">
      It can be read: {PROVIDER_STATE_WORDS[tried.state]}, {count(tried.components.length, 'component')} to
      choose from
      {open[0] ? `, ${count(open.length, 'incident')} open: “${open[0].title}”` : ''}.{' '}
      {tried.note ? <span className="amber">{tried.note}</span> : null}
    </p>
  );
}

/** What the feed gives, from the trial, else from when it was last read. */
function useComponentNames(id: string | undefined, tried: Tried | undefined): string[] {
  const known = useQuery({ ...providerQuery(id ?? ''), enabled: id !== undefined }).data;
  const components = tried?.components ?? known?.components ?? [];
  const groups = components.flatMap((each) => each.group ?? []);
  return [...new Set([...groups, ...components.map((each) => each.name)])];
}

function filledFrom({ name, kind, feed, homepage }: CatalogueEntry): Partial<Fields> {
  return { name, statusUrl: homepage, kind: kind ?? '', url: feed ?? '', components: [] };
}

function feedOf({ kind, url, components }: Fields): object | null {
  return kind ? { kind, url: url.trim(), components } : null;
}
