/** The one card: what to do next, by when, with its prepared answer. Somebody who has never seen Humdrum can follow it alone. */

import type { NextStep } from '#incident/view.ts';
import { useMayAct } from '../api/session.ts';
import { usePressing } from '../words/clock.ts';
import type { Pressing } from '../words/pressing.ts';
import { Countdown } from './Countdown.tsx';
import { useHeldStep } from './held-step.ts';
import type { Step } from './steps/acting.ts';
import { StepBody } from './steps/StepBody.tsx';

const STAGE_WORDS: Record<NextStep['stage'], string> = {
  confirm: 'Confirm',
  tell: 'Tell people',
  changed: 'What changed',
  restore: 'Restore',
  watch: 'Watch',
  learn: 'Learn',
};

export function NextStepCard(step: Step) {
  const { step: nextStep, waiting, letGo, events } = useHeldStep(step.incident);
  const mayAct = useMayAct();
  return (
    <section
      className="next arrives"
      key={nextStep.kind}
      id="next-step"
      tabIndex={-1}
      data-due={useDue(nextStep)}
      aria-labelledby="next-title"
      {...events}
    >
      {waiting ? <Waiting step={waiting} go={letGo} /> : null}
      <div className="next-top">
        <span className="label">
          Next<span className="wide-only"> step</span> · {STAGE_WORDS[nextStep.stage]}
        </span>
        {nextStep.dueAt ? (
          <Countdown dueAt={nextStep.dueAt} word={nextStep.kind === 'watch' ? 'until' : 'by'} />
        ) : null}
      </div>
      <h2 id="next-title">{nextStep.title}</h2>
      <p className="next-why">{nextStep.explanation}</p>
      <div className="next-body">
        {mayAct ? (
          <StepBody {...step} kind={nextStep.kind} />
        ) : (
          <p className="quiet">You may look; a responder does this.</p>
        )}
      </div>
    </section>
  );
}

function Waiting({ step, go }: { step: NextStep; go: () => void }) {
  return (
    <p className="next-waiting" role="status">
      Meanwhile: <span className="strong">{step.title}</span>
      {step.dueAt ? (
        <>
          {' '}
          <Countdown dueAt={step.dueAt} />
        </>
      ) : null}{' '}
      <button type="button" className="linkish" onClick={go}>
        Do that first; what I wrote may go
      </button>
    </p>
  );
}

const FAR = '9999-12-31T00:00:00Z';

function useDue({ dueAt, soonFrom, overdue, kind }: NextStep): Pressing | 'none' {
  const near = usePressing({ dueAt: dueAt ?? FAR, soonFrom });
  if (kind === 'nothing' || kind === 'watch') return 'none';
  if (!dueAt) return 'later';
  return overdue ? 'late' : near;
}
