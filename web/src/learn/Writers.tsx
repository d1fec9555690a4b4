/** Who else is writing at this moment: at the field where they write, and in one line at the top. Nothing of it is kept. */
import { useSession } from '../api/session.ts';
import type { Writer } from './together.ts';

/** The mark at a field in which somebody else writes. */
export function WritingHere({ others, field }: { others: Writer[]; field: string }) {
  const named = useNames(others.filter((each) => each.field === field));
  if (!named) return null;
  return <p className="writing-here small">{named} here</p>;
}

/** "Bo Falk is writing too." */
export function WritingToo({ others }: { others: Writer[] }) {
  const named = useNames(others);
  return named ? <span className="writing-too">{named} too. </span> : null;
}

/** @returns such as "Ana Lima and Bo Falk are writing"; undefined when nobody is */
function useNames(writers: Writer[]): string | undefined {
  const own = useSession()?.name;
  const names = [...new Set(writers.map(({ name }) => (name === own ? 'You, in another window,' : name)))];
  const last = names.pop();
  if (last === undefined) return undefined;
  if (names.length === 0) return `${last} ${last.startsWith('You, ') ? 'are' : 'is'} writing`;
  return `${names.join(', ')} and ${last} are writing`;
}
