/** A list in all its states: loading, failed, nothing yet, nothing that fits, and full with more to come. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import './records.css';
import type { Listing } from './listing.ts';
import { Failed, Loading } from './States.tsx';

type Props<T> = {
  of: Listing<T>;
  row: (item: T) => ReactNode;
  /** Said when there is nothing at all, with what to do about it. */
  empty: ReactNode;
  /** Said instead while something narrows the list. */
  noMatch?: ReactNode | undefined;
  label: string;
};

export function Listed<T>({ of, row, empty, noMatch, label }: Props<T>) {
  const { items } = of;
  if (!items)
    return of.isError ? <Failed error={of.error} again={() => void of.refetch()} /> : <Loading rows={4} />;
  if (items.length === 0) return <div className="nothing">{noMatch ?? empty}</div>;
  return (
    <>
      <ul className="rows" aria-label={label} aria-busy={of.isPlaceholderData}>
        {items.map(row)}
      </ul>
      {of.isFetchNextPageError ? <Failed error={of.error} /> : null}
      {of.hasNextPage ? (
        <Button
          variant="default"
          mt="md"
          disabled={of.isFetchingNextPage}
          onClick={() => void of.fetchNextPage()}
        >
          {of.isFetchingNextPage ? 'Loading more…' : 'Show more'}
        </Button>
      ) : null}
    </>
  );
}
