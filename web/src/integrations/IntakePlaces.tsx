/** What comes in: the ways in, the alerts that wait for a person, and the signals as they came. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { waitingQuery } from './waiting.ts';

export function IntakePlaces({ current }: { current: 'ways' | 'waiting' | 'signals' }) {
  const waiting = useQuery(waitingQuery).data?.length ?? 0;
  return (
    <nav className="places" aria-label="Parts of integrations">
      <Link
        to="/integrations"
        activeOptions={{ exact: true }}
        aria-current={current === 'ways' ? 'page' : undefined}
      >
        Ways in
      </Link>
      <Link to="/integrations/waiting" aria-current={current === 'waiting' ? 'page' : undefined}>
        Waiting for a person{waiting ? ` · ${waiting}` : ''}
      </Link>
      <Link to="/integrations/signals" aria-current={current === 'signals' ? 'page' : undefined}>
        Signals
      </Link>
    </nav>
  );
}
