/** One step: a tick that a thumb can hit, who does it, how long it may take, and what came of it. */
import { Button, Checkbox, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import type { Block, Inline } from '#src/restore/playbooks/blocks.ts';
import { post, remove } from '../../api/http.ts';
import type { Page } from '../../api/queries.ts';
import { Time } from '../../pieces/Time.tsx';
import { Blocks, Words } from '../../playbooks/Blocks.tsx';
import { ROLE_WORDS, type RunStepView, type RunView, runsQuery } from '../../playbooks/playbook.ts';
import { sayFailed } from '../../shell/toast.ts';
import { useNow } from '../../words/clock.ts';
import { lasting, relative } from '../../words/time.ts';
import { useCommand } from '../command.ts';
import { Result } from './Result.tsx';

type Props = {
  step: RunStepView;
  runId: string;
  incident: IncidentView;
  me: string | null;
  mayAct: boolean;
  form: boolean;
  /** Inside the card of the next step its button is the one to press; below the card it is not. */
  inCard: boolean;
};

export function RunStep({ step, runId, incident, me, mayAct, form, inCard }: Props) {
  const tick = useTick(incident.id, runId, step.id);
  const [open, setOpen] = useState(false);
  const visible = step.current || open;
  const done = step.state !== 'open';
  return (
    <section
      className="run-step"
      data-state={step.state}
      data-current={step.current || undefined}
      style={{ marginLeft: step.depth * 16 }}
      aria-label={`Step ${step.number}`}
    >
      <Checkbox
        className="run-tick"
        size="lg"
        aria-label={`Step ${step.number}: ${step.what}`}
        checked={step.state === 'done'}
        indeterminate={step.state === 'skipped'}
        disabled={!mayAct || tick.isPending}
        onChange={() => tick.mutate(done ? undefined : { result: '' })}
      />
      <div className="run-step-body">
        <p className="run-what">
          <span className="mono quiet">{step.number}</span> <Words of={step.words as unknown as Inline[]} />
        </p>
        <p className="small quiet run-facts">
          <Owner step={step} me={me} />
          <TimeBox step={step} />
          {step.blocks.length && !step.current ? (
            <button
              type="button"
              className="linkish small"
              aria-expanded={open}
              onClick={() => setOpen(!open)}
            >
              {open ? 'less' : 'how'}
            </button>
          ) : null}
        </p>
        {visible && step.blocks.length ? (
          <div className="run-how">
            <Blocks of={step.blocks as unknown as Block[]} />
          </div>
        ) : null}
        {done ? <Ended step={step} /> : null}
        {step.notes.map((note) => (
          <p key={note.at + note.text} className="small run-note">
            {note.text}{' '}
            <span className="quiet">
              {note.by}, <Time at={note.at} />
            </span>
          </p>
        ))}
        {mayAct && step.current && form ? (
          <StepForm step={step} runId={runId} incident={incident} me={me} tick={tick} inCard={inCard} />
        ) : null}
      </div>
    </section>
  );
}

function Owner({ step, me }: { step: RunStepView; me: string | null }) {
  if (step.ownerName)
    return (
      <span>
        {step.ownerId === me && me ? 'you' : step.ownerName}
        {step.role && !step.taken ? `, ${ROLE_WORDS[step.role]}` : ''}
      </span>
    );
  return (
    <span>{step.role ? `for ${ROLE_WORDS[step.role]}: nobody has the role` : 'for whoever takes it'}</span>
  );
}

/** A time box that is over asks for a decision, it does not shout. */
function TimeBox({ step }: { step: RunStepView }) {
  const now = useNow();
  if (!step.minutes) return null;
  if (step.state !== 'open' || !step.dueAt) return <span className="mono">{step.minutes} min</span>;
  const left = Date.parse(step.dueAt) - now;
  return left <= 0 ? (
    <span className="amber strong">
      time box over{left < -60_000 ? ` for ${lasting(left)}` : ''}: go on, skip it, or get help
    </span>
  ) : (
    <span className="mono">
      {step.minutes} min · until <Time at={step.dueAt} /> ({relative(step.dueAt, now)})
    </span>
  );
}

function Ended({ step }: { step: RunStepView }) {
  return (
    <p className="small">
      <span className={step.state === 'done' ? 'green' : 'amber'}>
        {step.state === 'done' ? 'Done' : 'Skipped'}
      </span>{' '}
      <span className="quiet">
        by {step.endedBy}
        {step.endedAt ? (
          <>
            , <Time at={step.endedAt} />
          </>
        ) : null}
      </span>
      {step.result ? (
        <>
          {' · '}
          <Result text={step.result} />
        </>
      ) : null}
      {step.reason ? ` · ${step.reason}` : ''}
    </p>
  );
}

/** The tick shows at once; the server can only agree, or say why not. */
function useTick(incidentId: string, runId: string, stepId: string) {
  const queries = useQueryClient();
  const key = runsQuery(incidentId).queryKey;
  const path = `/incidents/${incidentId}/playbook-runs/${runId}/steps/${stepId}/tick`;
  return useMutation({
    mutationFn: (body: { result: string } | undefined) =>
      body ? post<RunView>(path, body) : remove<RunView>(path),
    onError: sayFailed,
    onSuccess: async (run) => {
      queries.setQueryData<Page<RunView>>(key, (before) =>
        before ? { ...before, items: before.items.map((each) => (each.id === run.id ? run : each)) } : before,
      );
      await queries.invalidateQueries({ queryKey: ['incidents', incidentId] });
    },
  });
}

function StepForm({
  step,
  runId,
  incident,
  me,
  tick,
  inCard,
}: Omit<Props, 'mayAct' | 'form'> & { tick: ReturnType<typeof useTick> }) {
  const at = `playbook-runs/${runId}/steps/${step.id}`;
  const [result, setResult] = useState('');
  const skip = useCommand(incident.id, `${at}/skip`);
  const note = useCommand(incident.id, `${at}/notes`);
  const take = useCommand(incident.id, `${at}/owner`);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    tick.mutate({ result: result.trim() });
  };
  return (
    <form className="step-form" onSubmit={submit}>
      <TextInput
        label="What came of it (may stay empty)"
        placeholder="a sentence, a number or a link"
        size="md"
        value={result}
        maxLength={500}
        onChange={(event) => setResult(event.currentTarget.value)}
      />
      <div className="next-actions">
        <Button
          type="submit"
          variant={inCard ? 'filled' : 'default'}
          className="step-done"
          disabled={tick.isPending}
        >
          {tick.isPending ? 'Sending…' : `Step ${step.number} is done`}
        </Button>
        {me && step.ownerId !== me ? (
          <Button variant="subtle" disabled={take.isPending} onClick={() => take.mutate({})}>
            I take it
          </Button>
        ) : null}
        {result.trim() ? (
          <Button
            variant="subtle"
            disabled={note.isPending}
            onClick={() => note.mutate({ text: result.trim() }, { onSuccess: () => setResult('') })}
          >
            Note it, not done yet
          </Button>
        ) : null}
        <SkipStep busy={skip.isPending} send={(reason) => skip.mutate({ reason })} />
      </div>
    </form>
  );
}

function SkipStep({ busy, send }: { busy: boolean; send: (reason: string) => void }) {
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  if (!open)
    return (
      <Button variant="subtle" onClick={() => setOpen(true)}>
        Skip it, because…
      </Button>
    );
  return (
    <div className="because">
      <TextInput
        label="Why is it skipped?"
        size="md"
        autoFocus
        value={reason}
        maxLength={500}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Button variant="default" disabled={busy || !reason.trim()} onClick={() => send(reason.trim())}>
        Skip it
      </Button>
      <Button variant="subtle" onClick={() => setOpen(false)}>
        Cancel
      </Button>
    </div>
  );
}
