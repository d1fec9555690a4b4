/** A clock time in UTC, typed as HH:MM, understood as the nearest such moment before or after now. */
import { TextInput } from '@mantine/core';
import { nowMs, useNow } from '../words/clock.ts';
import { momentOf } from '../words/moment.ts';
import { bothZones, clockIn, relative } from '../words/time.ts';

type Props = {
  label: string;
  value: string | null;
  change: (at: string | null) => void;
  direction: 'past' | 'future';
  error?: string | undefined;
  description?: string;
};

export function TimeField({ label, value, change, direction, error, description }: Props) {
  const now = useNow();
  return (
    <TextInput
      label={`${label} (UTC)`}
      type="time"
      size="md"
      value={value ? clockIn(value) : ''}
      onChange={(event) => change(momentOf(event.currentTarget.value, direction, nowMs()))}
      error={error}
      description={value ? `${bothZones(value, now)} · ${relative(value, now)}` : description}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', maxWidth: 160 } }}
    />
  );
}
