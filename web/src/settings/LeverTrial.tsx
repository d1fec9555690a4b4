/** A dry run from the settings: the exact request, or what the target says that it would do. */
import { useState } from 'react';
import type { ShownLever } from '#src/restore/levers/shapes.ts';
import type { Value } from '#src/restore/levers/words.ts';
import { post } from '../api/http.ts';
import { InputField } from '../incident/levers/InputField.tsx';
import type { Trial } from '../incident/levers/levers.ts';
import { ShownRequest } from '../incident/levers/ShownRequest.tsx';
import { ActButton } from '../pieces/ActButton.tsx';
import { refusals, useAct } from '../pieces/acting.ts';
import { Refusal } from '../pieces/Refusal.tsx';

export function LeverTrial({ lever }: { lever: ShownLever }) {
  const [values, setValues] = useState<Record<string, Value | null>>(
    Object.fromEntries(
      lever.inputs.map((input) => [input.name, input.type === 'version' ? null : input.preset]),
    ),
  );
  const trial = useAct({
    does: () =>
      post<Trial>(`/levers/${lever.id}/trial`, {
        inputs: Object.fromEntries(
          Object.entries(values).filter(([, value]) => value !== null && value !== ''),
        ),
      }),
    doubt: [],
    inForm: true,
  });
  const refused = refusals(trial.error);
  return (
    <div className="form" style={{ marginTop: 8 }}>
      {lever.inputs.map((input) => (
        <InputField
          key={input.name}
          // Without an incident any version may be written; the server says whether the ledger knows it.
          input={input.type === 'version' ? { ...input, type: 'text', preset: null } : input}
          versions={[]}
          value={values[input.name] ?? null}
          change={(value) => setValues({ ...values, [input.name]: value })}
          error={refused(`inputs.${input.name}`)}
        />
      ))}
      <Refusal error={trial.error} />
      <ActButton variant="default" busy={trial.isPending} busyText="Trying…" onClick={() => trial.mutate()}>
        Dry run
      </ActButton>
      {trial.data ? <ShownRequest trial={trial.data} /> : null}
    </div>
  );
}
