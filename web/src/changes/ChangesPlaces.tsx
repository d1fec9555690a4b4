/** The ledger, what we would hear of, and the calendars of planned maintenance. */
import { Places } from '../pieces/Places.tsx';

export function ChangesPlaces({ current }: { current: 'ledger' | 'coverage' | 'calendars' }) {
  return (
    <Places
      of="the changes"
      current={current}
      places={[
        { name: 'ledger', to: '/changes', words: 'Ledger' },
        { name: 'coverage', to: '/changes/coverage', words: 'What we would hear of' },
        { name: 'calendars', to: '/changes/calendars', words: 'Calendars' },
      ]}
    />
  );
}
