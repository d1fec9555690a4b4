/** The two parts of the inbox: what waits for an answer, and for administrators the mail that nobody acted upon. */
import { useSession } from '../api/session.ts';
import { Places } from '../pieces/Places.tsx';

export function InboxPlaces({ current }: { current: 'reports' | 'mail' }) {
  if (useSession()?.role !== 'administrator') return null;
  return (
    <Places
      of="the inbox"
      current={current}
      places={[
        { name: 'reports', to: '/inbox', words: 'Reports' },
        { name: 'mail', to: '/inbox/mail', words: 'Mail' },
      ]}
    />
  );
}
