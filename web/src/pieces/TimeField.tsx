/** A clock time in UTC, typed as HH:MM on 24 hours, understood as the nearest such moment before or after now. */
import { TextInput } from '@mantine/core';
import { useState } from 'react';
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
  const [typed, setTyped] = useState<string>();
  const unreadable = typed?.trim() && !momentOf(typed, direction, nowMs());
  const type = (text: string) => {
    setTyped(text);
    change(momentOf(text, direction, nowMs()));
  };
  return (
    <TextInput
      label={`${label} (UTC)`}
      inputMode="numeric"
      placeholder="02:40"
      size="md"
      value={typed ?? (value ? clockIn(value) : '')}
      onChange={(event) => type(event.currentTarget.value)}
      onBlur={() => unreadable || setTyped(undefined)}
      error={error ?? (unreadable ? 'A time such as 02:40' : undefined)}
      description={value ? `${bothZones(value, now)} · ${relative(value, now)}` : description}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', maxWidth: 120 } }}
    />
  );
}
