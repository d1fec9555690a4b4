/** Hints where a sentence judges somebody, or names a person where the system should be described: on the writer's screen alone. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { blameIn } from '#src/learn/blame.ts';
import { peopleQuery } from '../api/queries.ts';
import { Hints } from './Hints.tsx';

type Props = {
  text: string;
  /** The field, or the section, that it stands in. */
  field?: string | undefined;
  insert?: ((text: string) => void) | undefined;
};

export function BlameHints({ text, field, insert }: Props) {
  const people = useQuery(peopleQuery).data?.items;
  const names = useMemo(() => people?.map((each) => each.name) ?? [], [people]);
  return <Hints text={text} findings={blameIn(text, { names, field })} insert={insert} />;
}
