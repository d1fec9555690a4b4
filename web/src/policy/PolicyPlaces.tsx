/** The policy to be read, and its versions. */
import { Places } from '../pieces/Places.tsx';

export function PolicyPlaces({ current }: { current: 'sentences' | 'versions' | 'edit' }) {
  return (
    <Places
      of="the policy"
      current={current}
      places={[
        { name: 'sentences', to: '/policy', words: 'In sentences' },
        { name: 'edit', to: '/policy/edit', words: 'As a document' },
        { name: 'versions', to: '/policy/versions', words: 'Versions' },
      ]}
    />
  );
}
