/** One typed input of a lever: a text, a number, a choice, a version that the ledger knows, or yes and no. */
import {
  Checkbox,
  type ComboboxItem,
  NumberInput,
  type OptionsFilter,
  Select,
  TextInput,
} from '@mantine/core';
import type { ClipboardEvent } from 'react';
import { shortVersion } from '#platform/versions.ts';
import type { LeverInput } from '#src/restore/levers/shapes.ts';
import type { Value } from '#src/restore/levers/words.ts';

type Props = {
  input: LeverInput;
  versions: string[];
  value: Value | null;
  change: (value: Value | null) => void;
  error: string | undefined;
};

export function InputField({ input, versions, value, change, error }: Props) {
  const common = {
    label: input.required ? input.label : `${input.label} (may stay empty)`,
    size: 'md' as const,
    error,
  };
  switch (input.type) {
    case 'text':
      return (
        <TextInput
          {...common}
          value={String(value ?? '')}
          onChange={(event) => change(event.currentTarget.value)}
        />
      );
    case 'number':
      return (
        <NumberInput
          {...common}
          {...(input.min === null ? {} : { min: input.min })}
          {...(input.max === null ? {} : { max: input.max })}
          value={value === null ? '' : Number(value)}
          onChange={(given) => change(given === '' ? null : Number(given))}
        />
      );
    case 'choice':
      return (
        <Select
          {...common}
          data={input.choices}
          value={value === null ? null : String(value)}
          onChange={change}
        />
      );
    case 'version':
      return (
        <Select
          {...common}
          data={versions.map((version) => ({ value: version, label: shortVersion(version) }))}
          value={value === null ? null : String(value)}
          onChange={change}
          renderOption={({ option }) => <span title={option.value}>{option.label}</span>}
          title={value === null ? undefined : String(value)}
          filter={byWhole}
          onCopy={(event) => copyWhole(event, value)}
          searchable
          nothingFoundMessage="The ledger knows no such version"
          placeholder={versions.length ? 'Choose a version' : 'The ledger knows no version of this service'}
        />
      );
    case 'boolean':
      return (
        <Checkbox
          size="md"
          label={input.label}
          checked={value === true}
          onChange={(event) => change(event.currentTarget.checked)}
        />
      );
  }
}

/** A commit that was pasted whole is found, though it is shown short. */
const byWhole: OptionsFilter = ({ options, search }) =>
  (options as ComboboxItem[]).filter(({ value }) =>
    value.toLowerCase().includes(search.trim().toLowerCase()),
  );

/** Whoever copies what is shown short takes the whole version along. */
function copyWhole(event: ClipboardEvent, value: Value | null) {
  if (value === null || shortVersion(String(value)) === String(value)) return;
  event.preventDefault();
  event.clipboardData.setData('text/plain', String(value));
}
