/** Say that you have it: the first answer stops the calls and takes lead and comms. */
import { ActButton } from '../../pieces/ActButton.tsx';
import { useCommand } from '../command.ts';
import type { Step } from './acting.ts';
import { TellFirst } from './TellFirst.tsx';

export function Acknowledge(step: Step) {
  const acknowledge = useCommand<{ noComputer: boolean }>(step.incident.id, 'acknowledgement');
  return (
    <div className="next-actions">
      <ActButton busy={acknowledge.isPending} onClick={() => acknowledge.mutate({ noComputer: false })}>
        I have it, and lead
      </ActButton>
      <ActButton
        variant="subtle"
        busy={acknowledge.isPending}
        onClick={() => acknowledge.mutate({ noComputer: true })}
      >
        I have it, no computer
      </ActButton>
      <TellFirst {...step} />
    </div>
  );
}
