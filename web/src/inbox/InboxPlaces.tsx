/** The two parts of the inbox: what waits for an answer, and for administrators the mail that nobody acted upon. */
import { Link } from '@tanstack/react-router';
import { useSession } from '../api/session.ts';

export function InboxPlaces({ current }: { current: 'reports' | 'mail' }) {
  if (useSession()?.role !== 'administrator') return null;
  return (
    <nav className="places" aria-label="Parts of the inbox">
      <Link
        to={'/inbox' as '/'}
        activeOptions={{ exact: true }}
        aria-current={current === 'reports' ? 'page' : undefined}
      >
        Reports
      </Link>
      <Link to={'/inbox/mail' as '/'} aria-current={current === 'mail' ? 'page' : undefined}>
        Mail
      </Link>
    </nav>
  );
}
