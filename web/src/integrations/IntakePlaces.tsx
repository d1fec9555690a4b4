/** What comes in: the ways in, the alerts that wait for a person, and the signals as they came. */
import { useQuery } from '@tanstack/react-query';
import { Places } from '../pieces/Places.tsx';
import { waitingQuery } from './waiting.ts';

export function IntakePlaces({ current }: { current: 'ways' | 'waiting' | 'signals' }) {
  const waiting = useQuery(waitingQuery).data?.length ?? 0;
  return (
    <Places
      of="integrations"
      current={current}
      places={[
        { name: 'ways', to: '/integrations', words: 'Ways in' },
        {
          name: 'waiting',
          to: '/integrations/waiting',
          words: `Waiting for a person${waiting ? ` · ${waiting}` : ''}`,
        },
        { name: 'signals', to: '/integrations/signals', words: 'Signals' },
      ]}
    />
  );
}
