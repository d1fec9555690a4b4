/** The parts of the directory, side by side. */
import { Link } from '@tanstack/react-router';
import { useSession } from '../api/session.ts';
import { KIND_NAMES, KINDS } from './kinds.ts';

export function DirectoryPlaces({ current }: { current: string }) {
  const administrator = useSession()?.role === 'administrator';
  return (
    <nav className="places" aria-label="Parts of the directory">
      {KIND_NAMES.map((name) => (
        <Link
          key={name}
          to={`/directory/${name}` as '/'}
          aria-current={name === current ? 'page' : undefined}
        >
          {KINDS[name].plural}
        </Link>
      ))}
      {administrator ? (
        <Link to={'/directory/file' as '/'} aria-current={current === 'file' ? 'page' : undefined}>
          As one file
        </Link>
      ) : null}
    </nav>
  );
}
