/** Choosing entries of any kind by name. What is chosen stays shown even when it is not among the first that were loaded. */
import { MultiSelect, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { get } from '../api/http.ts';
import type { Page } from '../api/queries.ts';
import { KINDS, type KindName, type Ref } from './kinds.ts';

const REST_MS = 200;
const OFFERED_MAX = 50;

type Common = {
  kind: KindName;
  label: string;
  description?: string;
  error?: string | undefined;
  known: Ref[];
  not?: string | undefined;
};

export function NamedOne({
  value,
  choose,
  ...common
}: Common & { value: string | null; choose: (id: string | null) => void }) {
  const { data, search, onSearchChange } = useOffers(common, value ? [value] : []);
  return (
    <Select
      label={common.label}
      description={common.description}
      error={common.error}
      size="md"
      searchable
      clearable
      placeholder="Nobody chosen"
      {...(common.kind === 'people' ? {} : { placeholder: 'None chosen' })}
      clearButtonProps={{ 'aria-label': `Choose none as ${common.label.toLowerCase()}` }}
      data={data}
      value={value}
      onChange={choose}
      searchValue={search}
      onSearchChange={onSearchChange}
      nothingFoundMessage="Nothing of that name"
    />
  );
}

export function NamedMany({
  value,
  choose,
  ...common
}: Common & { value: string[]; choose: (ids: string[]) => void }) {
  const { data, search, onSearchChange } = useOffers(common, value);
  return (
    <MultiSelect
      label={common.label}
      description={common.description}
      error={common.error}
      size="md"
      searchable
      hidePickedOptions
      placeholder={value.length ? '' : 'None chosen'}
      data={data}
      value={value}
      onChange={choose}
      searchValue={search}
      onSearchChange={onSearchChange}
      nothingFoundMessage="Nothing of that name"
    />
  );
}

/** The first by name, then whatever fits the words typed; what is chosen is always among them. */
function useOffers({ kind, known, not }: Common, chosen: string[]) {
  const [search, setSearch] = useState('');
  const [words] = useDebouncedValue(search, REST_MS);
  const [seen, setSeen] = useState<Ref[]>(known);
  const asked = seen.some((each) => each.name === words) ? '' : words;
  const found = useQuery({
    queryKey: [KINDS[kind].key, 'offers', kind, asked],
    queryFn: ({ signal }) => get<Page<Ref>>(`/${kind}`, { q: asked, limit: OFFERED_MAX }, signal),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  const offers = new Map(
    (found.data?.items ?? []).filter((each) => each.id !== not).map((each) => [each.id, each.name]),
  );
  for (const each of [...known, ...seen])
    if (chosen.includes(each.id) && !offers.has(each.id)) offers.set(each.id, each.name);
  const onSearchChange = (typed: string) => {
    setSearch(typed);
    // Remembered, so that a choice keeps its name when the words change.
    setSeen([...known, ...seen.filter((each) => chosen.includes(each.id)), ...(found.data?.items ?? [])]);
  };
  return { data: [...offers].map(([value, label]) => ({ value, label })), search, onSearchChange };
}
