/** What a client's contract asks of us: first response, cadence, whose clock, a call. Empty fields leave it to the policy. */
import { NumberInput, SegmentedControl, Switch } from '@mantine/core';
import './directory.css';
import type { Contract } from '#directory/contract.ts';

const EMPTY: Contract = {
  firstResponseMinutes: null,
  cadenceMinutes: {},
  clock: 'detection',
  needsCall: false,
};
const SEVERITIES = ['P1', 'P2', 'P3'] as const;

type Props = {
  value: Contract | null;
  change: (value: Contract | null) => void;
  refused: (field: string) => string | undefined;
};

export function ContractFields({ value, change, refused }: Props) {
  const set = (part: Partial<Contract>) => value && change({ ...value, ...part });
  const placed = refused('contract.firstResponseMinutes') ?? refused('contract.cadenceMinutes');
  const whole = placed ? undefined : refused('contract');
  return (
    <fieldset className="terms">
      <legend className="label">Contract</legend>
      <Switch
        label="Their contract sets times of its own"
        description="Where it is stricter than the policy it times us for this client alone, and calls people when it slips."
        checked={value !== null}
        onChange={(event) => change(event.currentTarget.checked ? EMPTY : null)}
      />
      {value ? (
        <>
          <div className="pair">
            <Minutes
              label="First response within"
              value={value.firstResponseMinutes ?? undefined}
              change={(minutes) => set({ firstResponseMinutes: minutes ?? null })}
              error={refused('contract.firstResponseMinutes')}
            />
            {SEVERITIES.map((severity) => (
              <Minutes
                key={severity}
                label={`An update every, in a ${severity}`}
                value={value.cadenceMinutes[severity]}
                change={(minutes) => set({ cadenceMinutes: withCadence(value, severity, minutes) })}
                error={refused(`contract.cadenceMinutes.${severity}`)}
              />
            ))}
          </div>
          <div>
            <p className="terms-name">The first response is counted from</p>
            <SegmentedControl
              value={value.clock}
              onChange={(clock) => set({ clock: clock as Contract['clock'] })}
              data={[
                { value: 'detection', label: 'our detection' },
                { value: 'report', label: 'their report' },
              ]}
            />
          </div>
          <Switch
            label="They are called as well"
            description="A call that reached somebody keeps this promise; a message alone does not."
            checked={value.needsCall}
            onChange={(event) => set({ needsCall: event.currentTarget.checked })}
          />
          {whole ? <p className="small red">{whole}</p> : null}
        </>
      ) : null}
    </fieldset>
  );
}

function withCadence(
  { cadenceMinutes }: Contract,
  severity: (typeof SEVERITIES)[number],
  minutes: number | undefined,
): Contract['cadenceMinutes'] {
  const { [severity]: _, ...others } = cadenceMinutes;
  return minutes === undefined ? others : { ...others, [severity]: minutes };
}

function Minutes({
  label,
  value,
  change,
  error,
}: {
  label: string;
  value: number | undefined;
  change: (minutes: number | undefined) => void;
  error: string | undefined;
}) {
  return (
    <NumberInput
      label={label}
      size="md"
      min={1}
      allowDecimal={false}
      suffix=" min"
      placeholder="as the policy says"
      value={value ?? ''}
      onChange={(given) => change(typeof given === 'number' ? given : undefined)}
      error={error}
    />
  );
}
