/** Everything that was promised has been done. */
import { ActButton } from '../../pieces/ActButton.tsx';
import { useCommand } from '../command.ts';
import type { Step } from './acting.ts';
import { ItIsBack } from './ItIsBack.tsx';

export function Close({ incident }: Step) {
  const close = useCommand(incident.id, 'closure');
  return (
    <div className="next-actions">
      <ActButton busy={close.isPending} onClick={() => close.mutate({ note: '' })}>
        Close INC-{incident.number}
      </ActButton>
      <ItIsBack id={incident.id} />
    </div>
  );
}
