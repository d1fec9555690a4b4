/** The parts of the directory, side by side. */
import { useSession } from '../api/session.ts';
import { Places } from '../pieces/Places.tsx';
import { KIND_NAMES, KINDS } from './kinds.ts';

export function DirectoryPlaces({ current }: { current: string }) {
  const administrator = useSession()?.role === 'administrator';
  const kinds = KIND_NAMES.map((name) => ({
    name: name as string,
    to: `/directory/${name}`,
    words: KINDS[name].plural,
  }));
  const file = { name: 'file', to: '/directory/file', words: 'As one file' };
  return <Places of="the directory" current={current} places={administrator ? [...kinds, file] : kinds} />;
}
