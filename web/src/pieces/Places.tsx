/** The parts of a room, side by side; where they do not fit, the one that is shown is scrolled into sight. */
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import './records.css';

export type Place<Name extends string = string> = { name: Name; to: string; words: string };

export function Places<Name extends string>({
  of,
  current,
  places,
}: {
  /** Read aloud: "Parts of the inbox". */
  of: string;
  current: NoInfer<Name>;
  places: Place<Name>[];
}) {
  const row = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the one that is shown moves with its name
  useEffect(() => {
    const shown = row.current?.querySelector<HTMLElement>('[aria-current="page"]');
    if (row.current && shown) row.current.scrollLeft = shown.offsetLeft - row.current.offsetLeft - 24;
  }, [current]);
  return (
    <nav className="places" aria-label={`Parts of ${of}`} ref={row}>
      {places.map(({ name, to, words }) => (
        <Link
          key={name}
          to={to as '/'}
          activeOptions={{ exact: true }}
          aria-current={name === current ? 'page' : undefined}
        >
          {words}
        </Link>
      ))}
    </nav>
  );
}
