/** Is it real? The evidence that a person looked; a false alarm is a normal ending. */
import { Because } from '../../pieces/Because.tsx';
import { Sentence } from '../../pieces/Sentence.tsx';
import { useCommand } from '../command.ts';
import type { Step } from './acting.ts';
import { TellFirst } from './TellFirst.tsx';

export function Confirm(step: Step) {
  const { id } = step.incident;
  const confirm = useCommand<{ evidence: string }>(id, 'confirmation');
  const dismiss = useCommand<{ reason: string }>(id, 'dismissal');
  return (
    <>
      <Sentence
        label="What did you see?"
        placeholder="Three test payments failed with “card declined”"
        button="Confirm: it is real"
        busy={confirm.isPending}
        send={(evidence) => confirm.mutate({ evidence })}
      />
      <div className="next-actions">
        <Because
          words="False alarm, because…"
          label="Why is it a false alarm?"
          placeholder="The probe itself was broken; payments work"
          button="Dismiss as a false alarm"
          busy={dismiss.isPending}
          send={(reason) => dismiss.mutate({ reason })}
        />
        <TellFirst {...step} />
      </div>
    </>
  );
}
