/** A screen about one thing: itself once it is there, and until then its frame, loading or with what went wrong. */
import type { UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Screen } from './Screen.tsx';
import { Shown } from './States.tsx';

type Props<T> = {
  of: UseQueryResult<T>;
  /** What it is called before its own name is known. */
  title: string;
  lead: ReactNode;
  children: (it: T) => ReactNode;
};

export function OneOf<T>({ of, title, lead, children }: Props<T>) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  return (
    <Screen title={title} lead={lead}>
      <Shown of={of}>{() => null}</Shown>
    </Screen>
  );
}

/** The way back to the list that it stands in. */
export function Back({ to, words }: { to: string; words: string }) {
  return (
    <Link to={to as '/'} className="back">
      ← {words}
    </Link>
  );
}
