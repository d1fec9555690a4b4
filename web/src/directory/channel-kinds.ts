/** By which channels this installation can tell people, and why not by the others. */
import { queryOptions } from '@tanstack/react-query';
import type { ToldBy } from '#directory/told-by.ts';
import { get } from '../api/http.ts';

type Kinds = { kinds: { kind: ToldBy; words: string; notConfigured: string | null }[] };

export const channelKindsQuery = queryOptions({
  queryKey: ['channel-kinds'],
  queryFn: ({ signal }) => get<Kinds>('/channels', {}, signal),
});
