/** Prepared words to start from, already filled for this incident; nothing is shown where none are prepared. */
import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { get } from '../../api/http.ts';
import type { UpdateKind } from './drafts.ts';

type Filled = { id: string; name: string; audience: string; impact: string; action: string };
type Props = { id: string; kind: UpdateKind; choose: (words: Filled) => void };

export function StartFrom({ id, kind, choose }: Props) {
  const templates = useQuery({
    queryKey: ['incidents', id, 'templates', kind],
    queryFn: ({ signal }) => get<{ items: Filled[] }>(`/incidents/${id}/updates/templates`, { kind }, signal),
  });
  const items = templates.data?.items.filter((each) => each.audience === 'clients') ?? [];
  if (items.length === 0) return null;
  return (
    <Select
      label="Start from prepared words"
      placeholder="Choose…"
      data={items.map(({ id: value, name }) => ({ value, label: name }))}
      value={null}
      onChange={(value) => {
        const chosen = items.find((each) => each.id === value);
        if (chosen) choose(chosen);
      }}
    />
  );
}
