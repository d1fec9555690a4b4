/** When a rule holds: each line must. Plain comparisons; upper and lower case are the same. */
import { Button, Select, TextInput } from '@mantine/core';
import type { Matcher } from '#src/intake/match.ts';

const MATCHERS_MAX = 10;
const OPS: { value: Matcher['op']; label: string }[] = [
  { value: 'equals', label: 'is' },
  { value: 'not_equals', label: 'is not' },
  { value: 'contains', label: 'contains' },
  { value: 'starts_with', label: 'starts with' },
  { value: 'ends_with', label: 'ends with' },
  { value: 'present', label: 'is there' },
  { value: 'absent', label: 'is not there' },
];
const FIELDS = 'title, source, severity, key, service, labels.team, details.region';

export function Matchers({
  of,
  matchers,
  change,
}: {
  of: string;
  matchers: Matcher[];
  change: (matchers: Matcher[]) => void;
}) {
  return (
    <div className="matchers">
      {matchers.map((matcher, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a condition has no identity but its place
        <div className="matcher" key={index}>
          <span className="quiet small">{index === 0 ? 'if' : 'and'}</span>
          <TextInput
            aria-label={`${of}, condition ${index + 1}: field`}
            placeholder={FIELDS}
            value={matcher.field}
            onChange={(event) =>
              change(matchers.with(index, { ...matcher, field: event.currentTarget.value }))
            }
          />
          <Select
            aria-label={`${of}, condition ${index + 1}: comparison`}
            data={OPS}
            value={matcher.op}
            onChange={(op) => change(matchers.with(index, { ...matcher, op: op as Matcher['op'] }))}
          />
          {matcher.op === 'present' || matcher.op === 'absent' ? (
            <span />
          ) : (
            <TextInput
              aria-label={`${of}, condition ${index + 1}: value`}
              value={matcher.value}
              onChange={(event) =>
                change(matchers.with(index, { ...matcher, value: event.currentTarget.value }))
              }
            />
          )}
          <Button
            variant="subtle"
            size="compact-md"
            aria-label={`Remove condition ${index + 1} of ${of}`}
            onClick={() => change(matchers.toSpliced(index, 1))}
          >
            Remove
          </Button>
        </div>
      ))}
      {matchers.length < MATCHERS_MAX ? (
        <Button
          variant="subtle"
          size="compact-md"
          onClick={() => change([...matchers, { field: 'labels.team', op: 'equals', value: '' }])}
        >
          {matchers.length ? 'And…' : 'Only if…'}
        </Button>
      ) : null}
    </div>
  );
}
