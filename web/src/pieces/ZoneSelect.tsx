/** A time zone by its name; the reader's own stands first. */
import { Select } from '@mantine/core';
import { ownZone } from '../words/time.ts';

const SHOWN_MAX = 60;

type Props = {
  label?: string;
  value: string;
  choose: (zone: string) => void;
  description?: string | undefined;
  error?: string | undefined;
};

export function ZoneSelect({ label = 'Time zone', value, choose, description, error }: Props) {
  return (
    <Select
      label={label}
      description={description}
      error={error}
      size="md"
      searchable
      data={zones(value)}
      value={value}
      onChange={(zone) => choose(zone ?? 'UTC')}
      limit={SHOWN_MAX}
      nothingFoundMessage="No zone of that name"
    />
  );
}

function zones(value: string): string[] {
  return [...new Set([value, ownZone(), 'UTC', ...Intl.supportedValuesOf('timeZone')])].filter(Boolean);
}
