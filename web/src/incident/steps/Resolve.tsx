/** It has been stable for the whole watch period. */
import { ActButton } from '../../pieces/ActButton.tsx';
import { useCommand } from '../command.ts';
import type { Step } from './acting.ts';
import { ItIsBack } from './ItIsBack.tsx';

export function Resolve({ incident }: Step) {
  const resolve = useCommand(incident.id, 'resolution');
  return (
    <div className="next-actions">
      <ActButton busy={resolve.isPending} onClick={() => resolve.mutate({ note: '' })}>
        Resolve: it stayed stable
      </ActButton>
      <ItIsBack id={incident.id} />
    </div>
  );
}
