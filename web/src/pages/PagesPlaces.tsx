/** What people outside read: the status pages, and the maintenance that is planned for them. */
import { Places } from '../pieces/Places.tsx';
import './pages.css';

export function PagesPlaces({ current }: { current: 'pages' | 'maintenance' }) {
  return (
    <Places
      of="status pages"
      current={current}
      places={[
        { name: 'pages', to: '/status-pages', words: 'Pages' },
        { name: 'maintenance', to: '/maintenance', words: 'Planned maintenance' },
      ]}
    />
  );
}
