/** The rooms at the bottom of a phone. A screen with tabs of its own takes this place by rendering `.own-bottom`. */
import { Menu } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { BOTTOM, isCurrent, PLACES, STATUS_PAGE } from './places.ts';

const HAS_TABS_OF_ITS_OWN = /^\/incidents\/[^/]+/;

export function BottomTabs({ path }: { path: string }) {
  const shown = PLACES.filter((place) => BOTTOM.includes(place.to));
  if (HAS_TABS_OF_ITS_OWN.test(path)) return null;
  return (
    <nav className="bottom-tabs" aria-label="Rooms">
      {shown.map((place) => (
        <Link
          key={place.to}
          to={place.to as '/'}
          aria-current={isCurrent(place.to, path) ? 'page' : undefined}
        >
          {place.name}
        </Link>
      ))}
      <MorePlaces />
    </nav>
  );
}

/** Everything that did not fit. */
export function MorePlaces({ all = false }: { all?: boolean }) {
  const navigate = useNavigate();
  const rest = PLACES.filter((place) => all || !BOTTOM.includes(place.to));
  return (
    <Menu position="top-end">
      <Menu.Target>
        <button type="button">More</button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => void navigate({ to: '/declare' })}>Declare an incident</Menu.Item>
        {rest.map((place) => (
          <Menu.Item key={place.to} onClick={() => void navigate({ to: place.to })}>
            {place.name}
          </Menu.Item>
        ))}
        <Menu.Item component="a" href={STATUS_PAGE}>
          Status page
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
