/** Loading, empty and failed, the same everywhere: a query in, one of four states out. */
import { Button, Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { inWords } from '../api/http.ts';

const ROWS = ['72%', '54%', '63%'];

export function Loading({ rows = 3 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => ROWS[row % ROWS.length]).map((width, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bars without identity
        <Skeleton key={row} height={16} width={width} my={14} />
      ))}
    </div>
  );
}

export function Failed({ error, again }: { error: unknown; again?: () => void }) {
  return (
    <div role="alert" className="nothing">
      <p className="red">{inWords(error)}</p>
      {again ? (
        <Button variant="default" size="sm" mt="xs" onClick={again}>
          Try again
        </Button>
      ) : null}
    </div>
  );
}

type Props<T> = { of: UseQueryResult<T>; rows?: number; children: (data: T) => ReactNode };

/** Shows what is held even while the line is lost; an error replaces it only when nothing is held. */
export function Shown<T>({ of, rows, children }: Props<T>) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.isError) return <Failed error={of.error} again={() => void of.refetch()} />;
  return <Loading rows={rows ?? 3} />;
}
