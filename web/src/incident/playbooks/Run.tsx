/** A playbook being carried out: every step with its tick, the one that is under way open, its clock in sight. */
import { useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import type { Block } from '#src/restore/playbooks/blocks.ts';
import { useMayAct } from '../../api/session.ts';
import { Because } from '../../pieces/Because.tsx';
import { Time } from '../../pieces/Time.tsx';
import { Blocks } from '../../playbooks/Blocks.tsx';
import type { RunView } from '../../playbooks/playbook.ts';
import { useCommand } from '../command.ts';
import { isOver } from '../Header.tsx';
import { RunStep } from './RunStep.tsx';

type Props = {
  run: RunView;
  incident: IncidentView;
  me: string | null;
  open: boolean;
  onlyNext?: boolean;
  formAbove?: boolean;
};

export function Run({ run, incident, me, open, onlyNext = false, formAbove = false }: Props) {
  const [shown, setShown] = useState<boolean>();
  const mayAct = useMayAct() && !isOver(incident) && !run.stoppedAt;
  const stop = useCommand(incident.id, `playbook-runs/${run.id}/stop`);
  const visible = shown ?? open;
  const parts = onlyNext ? run.parts.filter((part) => part.kind === 'step' && part.step.current) : run.parts;
  return (
    <article className="run" aria-label={`Playbook “${run.title}”`}>
      <header className="run-head">
        <div>
          <h3>{run.title}</h3>
          <p className="small quiet">
            {run.startedBy} started it <Time at={run.startedAt} /> · version {run.version}
            {run.stoppedAt ? (
              <>
                {' '}
                · stopped <Time at={run.stoppedAt} />: {run.stopReason}
              </>
            ) : null}
          </p>
        </div>
        <p className="run-count mono">
          {run.done} of {run.total}
          {run.running || run.stoppedAt ? '' : ' · done'}
        </p>
      </header>
      <progress
        className="run-bar"
        value={run.done}
        max={run.total}
        aria-label={`${run.done} of ${run.total} steps`}
      />
      {onlyNext || open ? null : (
        <button
          type="button"
          className="linkish small"
          aria-expanded={visible}
          onClick={() => setShown(!visible)}
        >
          {visible ? 'Hide its steps' : 'Show its steps'}
        </button>
      )}
      {visible ? (
        <div className="run-parts">
          {parts.map((part, index) =>
            part.kind === 'step' ? (
              <RunStep
                key={part.step.id}
                step={part.step}
                runId={run.id}
                incident={incident}
                me={me}
                mayAct={mayAct}
                form={!formAbove}
                inCard={onlyNext}
              />
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
              <div key={index} className="run-text">
                <Blocks of={[part.block as unknown as Block]} />
              </div>
            ),
          )}
        </div>
      ) : null}
      {mayAct && run.running && !onlyNext && visible ? (
        <Because
          words="Stop this playbook…"
          small
          label="Why is it stopped?"
          button="Stop it"
          busy={stop.isPending}
          send={(reason) => stop.mutate({ reason })}
        />
      ) : null}
    </article>
  );
}
