/** What people outside read: the status pages, and the maintenance that is planned for them. */
import { Link } from '@tanstack/react-router';
import '../pieces/records.css';
import './pages.css';

export function PagesPlaces({ current }: { current: 'pages' | 'maintenance' }) {
  return (
    <nav className="places" aria-label="Parts of status pages">
      <Link to="/status-pages" aria-current={current === 'pages' ? 'page' : undefined}>
        Pages
      </Link>
      <Link to="/maintenance" aria-current={current === 'maintenance' ? 'page' : undefined}>
        Planned maintenance
      </Link>
    </nav>
  );
}
