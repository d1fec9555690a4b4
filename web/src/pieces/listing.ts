/** A list that the server gives out page by page. */
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { get } from '../api/http.ts';
import type { Page } from '../api/queries.ts';

export type Asked = Record<string, string | number | boolean | undefined>;

/** @param key begins with the plural of the kind, so that live hints reach the list */
export function useListing<T>(key: string[], path: string, asked: Asked = {}) {
  const listing = useInfiniteQuery({
    queryKey: [...key, 'listing', path, asked],
    queryFn: ({ pageParam, signal }) => get<Page<T>>(path, { ...asked, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  });
  return { ...listing, items: listing.data?.pages.flatMap((page) => page.items) };
}

export type Listing<T> = ReturnType<typeof useListing<T>>;
