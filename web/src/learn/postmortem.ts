/** A postmortem as the server keeps it, and how it is asked for. */
import { queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import type { Sections } from '#src/learn/sections.ts';
import type { actionItem, postmortem, summary } from '#src/learn/shapes.ts';
import { get } from '../api/http.ts';

export type PostmortemSummary = z.output<typeof summary>;
export type Postmortem = z.output<typeof postmortem>;
export type ActionItem = z.output<typeof actionItem>;
export type { Sections };

export const postmortemQuery = (id: string) =>
  queryOptions({
    queryKey: ['postmortems', 'one', id],
    queryFn: ({ signal }) => get<Postmortem>(`/postmortems/${id}`, {}, signal),
    // What is being written is kept by the editor; a newer version is offered, never forced.
    refetchInterval: 60_000,
  });

export const LEARN_KEYS = [['postmortems'], ['action_items'], ['now'], ['incidents'], ['near_miss']];
