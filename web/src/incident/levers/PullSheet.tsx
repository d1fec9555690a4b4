/** Before a lever is pulled: its inputs, a dry run, and one button at the bottom that says what will happen. */
import { Button, Modal, Textarea } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useState } from 'react';
import type { IncidentView } from '#incident/view.ts';
import { effectIn, type Value } from '#src/restore/levers/words.ts';
import { post } from '../../api/http.ts';
import { ActButton } from '../../pieces/ActButton.tsx';
import { refusals, useAct } from '../../pieces/acting.ts';
import { Refusal } from '../../pieces/Refusal.tsx';
import { useCommand } from '../command.ts';
import { InputField } from './InputField.tsx';
import type { Offered, Trial } from './levers.ts';
import { ShownRequest } from './ShownRequest.tsx';

type Values = Record<string, Value | null>;

export function PullSheet({
  incident,
  lever,
  changeId,
  close,
}: {
  incident: IncidentView;
  lever: Offered;
  changeId: string | undefined;
  close: () => void;
}) {
  const phone = useMediaQuery('(max-width: 600px)') ?? false;
  const [values, setValues] = useState<Values>(
    Object.fromEntries(lever.inputs.map(({ input, value }) => [input.name, value])),
  );
  const [despite, setDespite] = useState('');
  const inputs = Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== ''),
  );
  const effect = effectIn(lever.template, { ...(inputs as Record<string, Value>), ...lever.known });
  const path = `levers/${lever.id}`;
  const trial = useAct({
    does: () => post<Trial>(`/incidents/${incident.id}/${path}/trial`, { inputs, changeId }),
    doubt: [['incidents', incident.id]],
    inForm: true,
  });
  const pull = useCommand(incident.id, `${path}/pull`, {
    said: 'Pulled. Its answer lands on the timeline.',
    done: close,
  });
  const error = pull.error ?? trial.error;
  const refused = refusals(error);
  const missing = lever.inputs.some(
    ({ input }) => input.required && (values[input.name] === null || values[input.name] === ''),
  );
  const ready = !missing && (!lever.caution || despite.trim() !== '');
  return (
    <Modal
      opened
      onClose={close}
      title={lever.name}
      fullScreen={phone}
      size="lg"
      classNames={{ body: 'pull-sheet' }}
    >
      <div className="stack pull-inputs">
        {lever.inputs.map(({ input, versions }) => (
          <InputField
            key={input.name}
            input={input}
            versions={versions}
            value={values[input.name] ?? null}
            change={(value) => setValues({ ...values, [input.name]: value })}
            error={refused(`inputs.${input.name}`)}
          />
        ))}
        {lever.caution ? (
          <>
            <p className="pull-caution">{lever.caution}</p>
            <Textarea
              label="Why roll back all the same?"
              placeholder="The new table is still empty"
              size="md"
              autosize
              minRows={2}
              value={despite}
              onChange={(event) => setDespite(event.currentTarget.value)}
              error={refused('despite')}
            />
          </>
        ) : null}
        <Button
          variant="default"
          disabled={missing || trial.isPending}
          onClick={() => trial.mutate()}
          aria-busy={trial.isPending}
        >
          {trial.isPending
            ? 'Trying…'
            : lever.dryRun === 'target'
              ? 'Dry run: ask it what it would do'
              : 'Dry run: show the exact request'}
        </Button>
        {trial.data ? <ShownRequest trial={trial.data} /> : null}
        <Refusal error={error} />
      </div>
      <div className="pull-foot">
        <p className="small quiet">
          You own it; its time box is {lever.timeBoxMinutes} min.
          {lever.temporary ? ' It is a temporary fix: it will need an owner and a date.' : ''}
        </p>
        <ActButton
          fullWidth
          size="lg"
          busy={pull.isPending}
          busyText="Asking…"
          disabled={!ready}
          onClick={() => pull.mutate({ inputs, changeId, confirmed: effect, despite: despite.trim() })}
          classNames={{ label: 'pull-effect' }}
        >
          {missing ? 'Fill in what is missing' : effect}
        </ActButton>
        <Button variant="subtle" fullWidth onClick={close}>
          Do not pull it
        </Button>
      </div>
    </Modal>
  );
}
