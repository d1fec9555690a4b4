/** The typed inputs of a lever: a name for braces, words for people, and what it is filled with from the change. */
import { Button, Checkbox, Select, TextInput } from '@mantine/core';
import { refusals } from '../pieces/acting.ts';
import { draftInput, type InputDraft } from './lever-draft.ts';

const TYPES = [
  { value: 'version', label: 'A version from the ledger' },
  { value: 'text', label: 'A text' },
  { value: 'choice', label: 'One of a list' },
  { value: 'number', label: 'A number' },
  { value: 'boolean', label: 'Yes or no' },
];
const FILLED = [
  { value: 'version_before', label: 'the version before the change' },
  { value: 'version_after', label: 'the version of the change' },
  { value: 'environment', label: 'its environment' },
];

type Props = { inputs: InputDraft[]; change: (inputs: InputDraft[]) => void; error: unknown };

export function LeverInputs({ inputs, change, error }: Props) {
  const next = Math.max(0, ...inputs.map(({ key }) => key)) + 1;
  return (
    <fieldset className="plain stack lever-part">
      <legend className="label">Inputs</legend>
      {inputs.length ? null : <p className="quiet small">None: it always does the same.</p>}
      {inputs.map((input, index) => (
        <One
          key={input.key}
          input={input}
          refused={(field) => refusals(error)(`inputs.${index}.${field}`)}
          set={(part) => change(inputs.map((each) => (each === input ? { ...each, ...part } : each)))}
          drop={() => change(inputs.filter((each) => each !== input))}
        />
      ))}
      <Button
        variant="default"
        disabled={inputs.length >= 10}
        onClick={() => change([...inputs, draftInput(next)])}
      >
        Add an input
      </Button>
    </fieldset>
  );
}

function One({
  input,
  refused,
  set,
  drop,
}: {
  input: InputDraft;
  refused: (field: string) => string | undefined;
  set: (part: Partial<InputDraft>) => void;
  drop: () => void;
}) {
  const called = input.label || input.name || 'this input';
  return (
    <div className="lever-input stack">
      <div className="pair">
        <TextInput
          label="Name, for braces"
          placeholder="to"
          size="md"
          value={input.name}
          onChange={(event) => set({ name: event.currentTarget.value })}
          error={refused('name')}
        />
        <TextInput
          label="What people read"
          placeholder="Back to version"
          size="md"
          value={input.label}
          onChange={(event) => set({ label: event.currentTarget.value })}
          error={refused('label')}
        />
      </div>
      <div className="pair">
        <Select
          label="What it takes"
          size="md"
          data={TYPES}
          value={input.type}
          onChange={(type) => set({ type: (type ?? 'text') as InputDraft['type'] })}
        />
        {input.type === 'version' || input.type === 'text' ? (
          <Select
            label="Filled with"
            placeholder="nothing"
            size="md"
            clearable
            data={FILLED}
            value={input.filledFrom}
            onChange={(filledFrom) => set({ filledFrom: filledFrom as InputDraft['filledFrom'] })}
          />
        ) : null}
        {input.type === 'choice' ? (
          <TextInput
            label="The list, with commas"
            placeholder="production, staging"
            size="md"
            value={input.choices}
            onChange={(event) => set({ choices: event.currentTarget.value })}
            error={refused('choices')}
          />
        ) : null}
        {input.type === 'number' ? (
          <div className="pair">
            <TextInput
              label="At least"
              size="md"
              inputMode="decimal"
              value={input.min}
              onChange={(event) => set({ min: event.currentTarget.value })}
              error={refused('min')}
            />
            <TextInput
              label="At most"
              size="md"
              inputMode="decimal"
              value={input.max}
              onChange={(event) => set({ max: event.currentTarget.value })}
              error={refused('max')}
            />
          </div>
        ) : null}
      </div>
      <div className="next-actions">
        {input.type === 'boolean' ? null : (
          <Checkbox
            size="md"
            label="Needed"
            checked={input.required}
            onChange={(event) => set({ required: event.currentTarget.checked })}
          />
        )}
        <Button variant="subtle" size="compact-md" onClick={drop} aria-label={`Remove ${called}`}>
          Remove
        </Button>
      </div>
    </div>
  );
}
