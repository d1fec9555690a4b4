/** The life of an incident in six stages: what is done and when, what is due by when. */
import type { StageView } from '#incident/view.ts';
import { Time } from '../pieces/Time.tsx';

const DONE: Record<StageView['stage'], string> = {
  confirm: 'Confirmed',
  tell: 'Told',
  changed: 'Reviewed',
  restore: 'Restored',
  watch: 'Resolved',
  learn: 'Learnt',
};

export function LifeLine({ stages }: { stages: StageView[] }) {
  return (
    <ol className="life" aria-label="Stages">
      {stages.map((stage) => (
        <li
          key={stage.stage}
          data-state={stage.state}
          aria-current={stage.state === 'now' ? 'step' : undefined}
        >
          <Stage stage={stage} />
        </li>
      ))}
    </ol>
  );
}

function Stage({ stage }: { stage: StageView }) {
  if (stage.state === 'done' && stage.at)
    return (
      <>
        {DONE[stage.stage]} <Time at={stage.at} />
      </>
    );
  if (stage.state === 'done') return <>{stage.name} not needed</>;
  if (stage.dueAt)
    return (
      <>
        {stage.name} {stage.stage === 'watch' ? 'until' : 'by'} <Time at={stage.dueAt} />
      </>
    );
  return <>{stage.name}</>;
}
