/** The rooms at the left, with what waits in them, and who is on call. */
import { Kbd } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useOpenCounts } from '../api/queries.ts';
import { OnCallNow } from './OnCallNow.tsx';
import { isCurrent, PLACES, STATUS_PAGE } from './places.ts';

export function Navigation({ path, openPalette }: { path: string; openPalette: () => void }) {
  const counts = useOpenCounts();
  return (
    <aside className="side" aria-label="Humdrum">
      <Link to="/" className="brand">
        Humdrum
      </Link>
      <nav aria-label="Rooms">
        {PLACES.map((place) => {
          const n = place.count ? counts[place.count] : 0;
          return (
            <Link
              key={place.to}
              to={place.to as '/'}
              aria-current={isCurrent(place.to, path) ? 'page' : undefined}
            >
              {place.name}
              {n > 0 ? <span className="count">{n}</span> : null}
            </Link>
          );
        })}
      </nav>
      <button type="button" className="side-search" onClick={openPalette}>
        Go to or do… <Kbd size="xs">Ctrl K</Kbd>
      </button>
      <div className="side-foot">
        <OnCallNow />
      </div>
      <a className="side-status small" href={STATUS_PAGE}>
        Status page
      </a>
    </aside>
  );
}
